"""The kiosk is killed between every pair of steps; after a restart tag and ledger agree, or the record is flagged."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import count, cycle
from pathlib import Path

import pytest

from tests.e2e.county import MainLibrary, Program, table, wait_for
from tests.e2e.dying_kiosk import LOAN_MOMENTS, RETURN_MOMENTS
from tests.e2e.terminal import SimTag, Terminal

UID = "E00401000000AA01"
STATES = {
    "loan_confirmed": "confirmed",
    "loan_voided": "voided",
    "loan_refused": "refused",
    "item_returned": "returned",
    "return_voided": "voided",
}
ENDS = set(STATES)
_numbers = count(1)
HELD = {row["id"] for row in table("holds")}
BORROWERS = {row["card"] for row in table("loans")}
_patrons = cycle(
    row["number"]
    for row in table("patrons")
    if row["blocked"] == row["card_lost"] == "no" and row["card"] not in BORROWERS
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MainLibrary]:
    library = MainLibrary(tmp_path_factory.mktemp("library"))
    library.start()
    yield library
    library.stop()


@pytest.fixture
def terminal(library: MainLibrary, tmp_path: Path) -> Iterator[Terminal]:
    number = next(_numbers)
    free = library.rows("SELECT id FROM items WHERE lendable AND parts = 1 AND state = 'available' ORDER BY id")
    item = [row[0] for row in free if row[0] not in HELD][number]
    terminal = Terminal(tmp_path, MainLibrary.name_of(number), library, [SimTag(UID, item)])
    terminal.start_devices()
    yield terminal
    terminal.stop()


def dying(terminal: Terminal, moment: str) -> Program:
    return Program(
        [sys.executable, "-m", "tests.e2e.dying_kiosk", moment, *terminal.kiosk.command[1:]],
        terminal.folder / "dying.log",
    )


def start_dying(terminal: Terminal, moment: str) -> Program:
    kiosk = dying(terminal, moment)
    terminal.start_instead(kiosk)
    return kiosk


def wait_until_dead(kiosk: Program) -> None:
    assert kiosk.process is not None
    wait_for(lambda: kiosk.process is None or kiosk.process.poll() is not None, f"the tripwire: {kiosk.log}")
    assert kiosk.process.returncode == -9


def restart(terminal: Terminal, *, present: bool) -> None:
    if not present:
        terminal.remove(UID)
    (terminal.folder / "screen.sock").unlink(missing_ok=True)
    terminal.start()
    screen = terminal.screen()
    screen.wait(lambda view: view["type"] in {"idle", "visit"}, "the kiosk serves again")
    screen.close()


def check(library: MainLibrary, terminal: Terminal, begun: str, *, present: bool) -> None:
    """One end, which agrees with the tag or is flagged; the ledger says the same."""
    records = terminal.records()
    if begun not in [kind for kind, _ in records]:
        assert terminal.secured(UID), "nothing was begun, so nothing was released"
        return
    (end,) = [(kind, body) for kind, body in records if kind in ENDS]
    kind, body = end
    if kind in {"loan_confirmed", "item_returned"}:
        known = body["verified"]
        assert known or not present, "a tag that lies there is looked at"
        if known:
            assert terminal.secured(UID) == (kind == "item_returned")
    else:
        assert terminal.secured(UID) == (kind == "loan_voided")
    wait_for(
        lambda: library.rows(
            "SELECT 1 FROM streams WHERE terminal = ? AND high_water = ?", terminal.name, len(records)
        ),
        "the main library has every record",
    )
    verified = int(body["verified"]) if "verified" in body else None
    if begun == "loan_asked":
        rows = library.rows("SELECT state, verified FROM loans WHERE id = ?", body["loan"])
    else:
        rows = library.rows("SELECT state, verified FROM returns WHERE id = ?", body["giveback"])
    assert rows == [(STATES[kind], verified)]


@pytest.mark.parametrize("present", [True, False], ids=["on the pad", "taken away"])
@pytest.mark.parametrize("moment", LOAN_MOMENTS)
def test_a_loan_survives_a_kill(library: MainLibrary, terminal: Terminal, moment: str, *, present: bool) -> None:
    kiosk = start_dying(terminal, moment)
    screen = terminal.screen()
    screen.wait(lambda view: view["type"] == "idle" and view["online"], "the kiosk is online")
    terminal.scan(next(_patrons))
    screen.wait(lambda view: view["type"] == "visit" and view["patron"], "the patron is known")
    terminal.place(UID)
    wait_until_dead(kiosk)
    screen.close()
    restart(terminal, present=present)
    check(library, terminal, "loan_asked", present=present)


@pytest.mark.parametrize("present", [True, False], ids=["on the pad", "taken away"])
@pytest.mark.parametrize("moment", RETURN_MOMENTS)
def test_a_return_survives_a_kill(library: MainLibrary, terminal: Terminal, moment: str, *, present: bool) -> None:
    kiosk = start_dying(terminal, moment)
    screen = terminal.screen()
    screen.wait(lambda view: view["type"] == "idle" and view["online"], "the kiosk is online")
    terminal.place(UID)
    screen.wait(lambda view: "return_items" in view.get("actions", ()), "the book is offered for return")
    screen.choose("return_items")
    wait_until_dead(kiosk)
    screen.close()
    restart(terminal, present=present)
    check(library, terminal, "return_opened", present=present)
