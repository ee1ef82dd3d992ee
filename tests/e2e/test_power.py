"""The mains go: the real program, a real NUT server with a dummy supply, and a command that would switch off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.county import WITHIN_S, MainLibrary, wait_for
from tests.e2e.terminal import PAD, SCANNER, Part, Screen, SimTag, Terminal
from tests.nut_server import NutServer, nut_server

UID = "E00401000000CC01"
KNOWN = "20428000000017"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MainLibrary]:
    library = MainLibrary(tmp_path_factory.mktemp("library"), terminals=3)
    library.start()
    yield library
    library.stop()


@pytest.fixture
def supply(tmp_path: Path) -> Iterator[NutServer]:
    folder = tmp_path / "nut"
    folder.mkdir()
    with nut_server(folder) as server:
        yield server


def terminal_of(folder: Path, name: str, library: MainLibrary, supply: NutServer, power_off: str) -> Terminal:
    (item,) = library.rows("SELECT id FROM items WHERE lendable AND parts = 1 AND state = 'available' LIMIT 1")[0]
    parts = (PAD, SCANNER, Part("ups", "nut-ups", port=supply.address))
    return Terminal(
        folder / "terminal", name, library, [SimTag(UID, item)], parts=parts, rules=f"power_off = {power_off}"
    )


def shows(screen: Screen, kind: str, **facts: object) -> None:
    screen.wait(
        lambda view: view.get("type") == kind and all(view.get(key) == value for key, value in facts.items()), kind
    )


@pytest.fixture
def terminal(
    tmp_path: Path, library: MainLibrary, supply: NutServer, request: pytest.FixtureRequest
) -> Iterator[Terminal]:
    name, power_off = request.param
    terminal = terminal_of(tmp_path, name, library, supply, power_off.format(tmp_path))
    terminal.start_devices()
    terminal.start()
    yield terminal
    terminal.stop()


@pytest.mark.parametrize("terminal", [("T-01", '["touch", "{}/off"]')], indirect=True)
def test_a_visit_is_finished_and_the_machine_switched_off(
    terminal: Terminal, supply: NutServer, tmp_path: Path
) -> None:
    screen = terminal.screen()
    shows(screen, "idle", online=True)
    terminal.scan(KNOWN)
    shows(screen, "visit")
    terminal.place(UID)
    screen.wait(lambda view: [line["stage"] for line in view.get("items", ())] == ["lent"], "the book is lent")
    supply.tell("OB DISCHRG", charge=90)
    shows(screen, "done")
    supply.tell("OB DISCHRG LB", charge=10)
    assert terminal.kiosk.ended() == 0
    assert (tmp_path / "off").exists()
    assert terminal.kinds()[-1] == "loan_confirmed"
    assert not terminal.secured(UID)


@pytest.mark.parametrize("terminal", [("T-02", "[]")], indirect=True)
def test_the_mains_back_bring_it_back(terminal: Terminal, supply: NutServer) -> None:
    screen = terminal.screen()
    shows(screen, "idle")
    terminal.place(UID)
    supply.tell("OB")
    shows(screen, "out_of_service", trouble="power")
    supply.tell("OL")
    shows(screen, "visit", patron=None, online=True)
    terminal.scan(KNOWN)
    screen.wait(lambda view: [line["stage"] for line in view.get("items", ())] == ["lent"], "what lay there is lent")


@pytest.mark.parametrize("terminal", [("T-03", '["no-such-command"]')], indirect=True)
def test_a_command_that_does_not_switch_off_is_told(terminal: Terminal, supply: NutServer) -> None:
    shows(terminal.screen(), "idle")
    supply.tell("OB LB")
    assert terminal.kiosk.ended() == 1
    wait_for(lambda: terminal.kiosk.said("Mend rules.power_off."), "it says what to do", WITHIN_S)
