"""Kiosk, broker and main library are killed with SIGKILL at seeded random moments while patrons go on.

Nobody here expects anything of a single visit: it may be cut off anywhere. At the end everything must agree.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.e2e.county import MainLibrary, wait_for
from tests.e2e.terminal import SimTag, Terminal

UIDS = [f"E00401000000CC{number:02}" for number in range(4)]
PATRONS = ["20428000000017", "20428000000025"]
ROUNDS = 5
BETWEEN_KILLS_S = (0.3, 2.5)
STAY_S = (0.1, 1.5)
ENDS = {"loan_confirmed", "loan_voided", "loan_refused", "item_returned", "return_voided"}


class Victim(Protocol):
    def kill(self) -> None: ...

    def start(self) -> None: ...


class Killer(threading.Thread):
    """Kills one of the programs now and then, and starts it again like a service manager would."""

    def __init__(self, chance: random.Random, library: MainLibrary, terminal: Terminal) -> None:
        super().__init__()
        self._chance = chance
        self._victims: dict[str, Victim] = {
            "kiosk": terminal.kiosk,
            "broker": library.broker,
            "central": library.program,
        }
        self._over = threading.Event()
        self.kills: Counter[str] = Counter()

    def run(self) -> None:
        order = list(self._victims)
        while not self._over.wait(self._chance.uniform(*BETWEEN_KILLS_S)):
            if not self.kills or len(self.kills) == len(order):
                self._chance.shuffle(order)
            victim = order[self.kills.total() % len(order)]
            self._victims[victim].kill()
            self._victims[victim].start()
            self.kills[victim] += 1

    @contextmanager
    def at_work(self) -> Iterator[None]:
        self.start()
        try:
            yield
        finally:
            self._over.set()
            self.join()


def visit(chance: random.Random, terminal: Terminal) -> None:
    """Somebody borrows or returns, in a hurry, whatever the screen says."""
    terminal.scan(chance.choice(PATRONS))
    time.sleep(chance.uniform(*STAY_S))
    uids = chance.sample(UIDS, chance.randint(1, len(UIDS)))
    for uid in uids:
        terminal.place(uid)
    time.sleep(chance.uniform(*STAY_S))
    with suppress(OSError):
        screen = terminal.screen()
        screen.choose(chance.choice(["finish", "return_items"]))
        time.sleep(chance.uniform(*STAY_S))
        screen.choose("finish")
        time.sleep(chance.uniform(*STAY_S))
    for uid in uids:
        terminal.remove(uid)


def settle(library: MainLibrary, terminal: Terminal) -> None:
    """Everything runs again, the pad is empty, and the main library has every record."""
    screen = terminal.screen()
    screen.wait(lambda view: view["type"] in {"visit", "done", "idle"}, "the kiosk serves")
    screen.choose("finish")
    screen.wait(lambda view: view["type"] in {"done", "idle"}, "the last visit ends")
    screen.choose("finish")
    screen.wait(lambda view: view["type"] == "idle", "the notice board")

    def all_there() -> bool:
        rows = library.rows("SELECT count(*) FROM inbox WHERE applied")
        return bool(rows[0][0] == len(terminal.records()))

    wait_for(all_there, "the main library has every record", within_s=40)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_kills_at_random_everything_agrees(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a seed makes the story, no secret
    (tmp_path / "library").mkdir()
    library = MainLibrary(tmp_path / "library", terminals=1)
    library.start()
    items = library.rows("SELECT id FROM items WHERE lendable AND parts = 1 AND state = 'available' LIMIT 4")
    tags = [SimTag(uid, row[0]) for uid, row in zip(UIDS, items, strict=True)]
    terminal = Terminal(tmp_path / "terminal", "T-01", library, tags, rules="idle_s = 600")
    try:
        terminal.start_devices()
        terminal.start()
        killer = Killer(chance, library, terminal)
        with killer.at_work():
            for _ in range(ROUNDS):
                visit(chance, terminal)
        assert set(killer.kills) == {"kiosk", "broker", "central"}
        settle(library, terminal)
        check(library, terminal, tags)
    finally:
        terminal.stop()
        library.stop()


def check(library: MainLibrary, terminal: Terminal, tags: list[SimTag]) -> None:
    records = terminal.records()
    begun = Counter(body.get("loan", body.get("giveback")) for kind, body in records if is_beginning(kind))
    ended = Counter(body.get("loan", body.get("giveback")) for kind, body in records if kind in ENDS)
    assert begun == ended
    assert set(ended.values()) <= {1}
    assert library.rows("SELECT count(*), count(DISTINCT id) FROM inbox") == [(len(records), len(records))]
    for tag in tags:
        last = last_word(records, tag.item_id)
        if last is not None:
            assert terminal.secured(tag.uid) == last, tag
    check_loans(library, records)


def is_beginning(kind: str) -> bool:
    return kind in {"loan_asked", "return_opened"}


def last_word(records: list[tuple[str, dict[str, Any]]], item: str) -> bool | None:
    """Is the tag secured, by the journal's last ended record about the item? None: nobody can know."""
    secured: bool | None = None
    for kind, body in records:
        if kind in ENDS and body["item"]["id"] == item:
            if kind in {"loan_confirmed", "item_returned"}:
                secured = (kind == "item_returned") if body["verified"] else None
            elif kind == "return_voided" or body.get("reason") == "still_secured":
                secured = kind == "loan_voided"
    return secured


def check_loans(library: MainLibrary, records: list[tuple[str, dict[str, Any]]]) -> None:
    states = dict(library.rows("SELECT id, state FROM loans WHERE terminal = 'T-01'"))
    expected = {"loan_confirmed": "confirmed", "loan_voided": "voided", "loan_refused": "refused"}
    assert states == {body["loan"]: expected[kind] for kind, body in records if kind in expected}
