"""A terminal with all that may stand beside its pad: each has its health, and none disturbs a loan by leaving."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from firmware_msgs.uplink.health import Service
from tests.e2e.county import MainLibrary
from tests.e2e.device_stage import (
    BY_UID,
    CARD_READER,
    CARDS,
    are_down,
    county_of_all_cards,
    free_items,
    health,
    knows,
    serving,
    shows,
    stages,
)
from tests.e2e.terminal import PAD, SCANNER, Part, SimTag, Terminal
from tests.nut_server import NutServer, nut_server

UIDS = [f"E00401000000EE{number:02}" for number in range(8)]
BESIDE = (
    SCANNER,
    CARD_READER,
    Part("door", "modbus-relay", {"kind": "relay", "speaks": "modbus"}),
    Part("old door", "lcus-relay", {"kind": "relay", "speaks": "lcus"}),
    Part("printer", "receipt-printer", {"kind": "printer"}),
    Part("gate", "feig-people-counter", {"kind": "feig", "pace": 0.0}, {"poll_s": 0.2}),
    Part("desk", "sdt-serial", {"kind": "id_card", "pace": 0.0}),
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MainLibrary]:
    with county_of_all_cards(tmp_path_factory.mktemp("library"), terminals=1) as library:
        yield library


@pytest.fixture
def supply(tmp_path: Path) -> Iterator[NutServer]:
    folder = tmp_path / "nut"
    folder.mkdir()
    with nut_server(folder) as server:
        yield server


def test_each_may_leave_and_no_loan_is_disturbed(library: MainLibrary, tmp_path: Path, supply: NutServer) -> None:
    beside = (*BESIDE, Part("ups", "nut-ups", port=supply.address))
    tags = [SimTag(uid, item) for uid, item in zip(UIDS, free_items(library), strict=False)]
    rules = "idle_s = 600"
    terminal = Terminal(tmp_path, "T-01", library, tags, parts=(PAD, *beside), rules=rules, more=CARDS)
    with serving(terminal) as screen:
        are_down(library, terminal)
        assert health(library, terminal).service is Service.FULL
        terminal.scan(BY_UID.number)
        knows(screen, BY_UID)
        for count, (part, tag) in enumerate(zip(beside, tags, strict=True), 1):
            terminal.place(tag.uid)
            unplug(terminal, part, supply)
            stages(screen, *["lent"] * count)
            are_down(library, terminal, *(gone.name for gone in beside[:count]))
        assert health(library, terminal).service is Service.DEGRADED
        screen.choose("finish")
        shows(screen, "done", left=0)
        assert not any(terminal.secured(tag.uid) for tag in tags)
        for part in beside:
            replug(terminal, part, supply)
        are_down(library, terminal)
        assert health(library, terminal).service is Service.FULL
    assert Counter(terminal.kinds()) == dict.fromkeys(("loan_asked", "loan_opened", "loan_confirmed"), len(tags))


def unplug(terminal: Terminal, part: Part, supply: NutServer) -> None:
    if part.simulated:
        terminal.order(command="unplug", device=part.name)
    else:
        supply.stop("upsd")


def replug(terminal: Terminal, part: Part, supply: NutServer) -> None:
    if part.simulated:
        terminal.order(command="replug", device=part.name)
    else:
        supply.start_server()
