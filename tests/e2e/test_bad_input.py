"""What a person can do wrong: a clear message on the screen, a clear line in the log, and nothing lost."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.county import MainLibrary, script, wait_for
from tests.e2e.terminal import SimTag, Terminal

GOOD, FOREIGN, UNREADABLE, DAMAGED, PART_1, PART_3 = (f"E00401000000BB{number:02}" for number in range(6))
WRONG_CRC = "11010131313332333334340000000000000000513e4445373035000000000000"
UNKNOWN = "77777777"
KNOWN = "20428000000017"
HOSTILE = ["\x1b[2J\x1b]0;owned\x07", "[bold red]@click=app.quit[/]", "a\x00b\x08c", "\x1b[200~rm -rf /\x1b[201~"]


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    library = MainLibrary(tmp_path_factory.mktemp("library"), terminals=1)
    library.start()
    (item,) = library.rows("SELECT id FROM items WHERE lendable AND parts = 1 AND state = 'available' LIMIT 1")[0]
    tags = [
        SimTag(GOOD, item),
        SimTag(FOREIGN, "99999", owner="CN310000"),
        SimTag(UNREADABLE, "", extra="readable = false"),
        SimTag(
            DAMAGED,
            "",
            extra='dsfid = 0x3E\nmemory = "11010131313332333334340000000000000000513e4445373035000000000000"',
        ),
        SimTag(PART_1, "30428000009999", extra="parts = 3\npart = 1"),
        SimTag(PART_3, "30428000009999", extra="parts = 3\npart = 3"),
    ]
    terminal = Terminal(tmp_path_factory.mktemp("terminal"), "T-01", library, tags, rules="idle_s = 600\nnotice_s = 1")
    terminal.start_devices()
    terminal.start()
    yield terminal
    terminal.stop()
    library.stop()


def lines(view: dict[str, Any]) -> list[tuple[str, str]]:
    return [(line["stage"], line["refusal"]) for line in view.get("items", ())]


@pytest.mark.parametrize(
    ("uids", "refusal"),
    [
        ([UNREADABLE], "unreadable_tag"),
        ([DAMAGED], "unreadable_tag"),
        ([FOREIGN], "foreign_item"),
        ([PART_1, PART_3], "incomplete_set"),
    ],
)
def test_a_bad_tag_is_refused_by_name_and_recorded_nowhere(terminal: Terminal, uids: list[str], refusal: str) -> None:
    screen = terminal.screen()
    before = terminal.kinds()
    for uid in uids:
        terminal.place(uid)
    view = screen.wait(lambda view: view.get("seen") == 1 and ("refused", refusal) in lines(view), refusal)
    if refusal == "incomplete_set":
        wait_for(lambda: screen.wait(lambda view: view["items"][0]["missing_parts"] == [2], "the part is named"), "")
    assert view["actions"] == []
    wait_for(lambda: terminal.kiosk.said(f'"reason": "{refusal}"'), "the log says so")
    for uid in uids:
        terminal.remove(uid)
    screen.wait(lambda view: view["type"] == "idle", "the pad is empty")
    screen.close()
    assert terminal.kinds() == before


def test_an_unknown_card_is_told_and_the_next_one_works(terminal: Terminal) -> None:
    screen = terminal.screen()
    screen.wait(lambda view: view["type"] == "idle" and view["online"], "idle")
    terminal.scan(UNKNOWN)
    screen.wait(lambda view: view.get("notice") == "card_unknown", "the card is not known")
    wait_for(lambda: terminal.kiosk.said('"notice": "card_unknown"'), "the log says so")
    terminal.scan(KNOWN)
    screen.wait(lambda view: view["type"] == "visit" and view["patron"], "a known card works")
    screen.choose("finish")
    screen.wait(lambda view: view["type"] == "idle", "the visit is over")
    screen.close()
    log = terminal.kiosk.log.read_text()
    assert UNKNOWN not in log
    assert KNOWN not in log


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_code_does_nothing_but_a_notice(terminal: Terminal, text: str) -> None:
    screen = terminal.screen()
    screen.wait(lambda view: view["type"] == "idle" and view["online"] and not view["notice"], "idle")
    terminal.scan(text)
    screen.wait(lambda view: view.get("notice") in {"code_unreadable", "card_unknown"}, "a notice")
    assert "\x1b" not in terminal.kiosk.log.read_text()
    screen.close()


def test_a_wrong_key_in_the_configuration_starts_nothing(terminal: Terminal, tmp_path: Path) -> None:
    wrong = tmp_path / "kiosk.toml"
    wrong.write_text(Path(terminal.config).read_text().replace("settling_s", "setling_s"))
    done = subprocess.run(
        [script("kiosk"), "run", "--no-screen", "--config", str(wrong)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "setling_s" in done.stderr
    assert str(wrong) in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == [wrong]
