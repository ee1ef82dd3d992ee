"""Each item reader that `simulate` can stand for, in the real program: a book is borrowed with a card and returned.

Journal, ledger and tag must agree. (Card readers and scanners: test_every_card.py; the rest: test_beside_the_pad.py.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from drivers.catalogue.model import Capability
from drivers.catalogue.table import MODELS
from tests.e2e.county import MainLibrary, wait_for
from tests.e2e.device_stage import (
    ALLIANCE,
    BY_UID,
    CARD_READER,
    CARDS,
    county_of_all_cards,
    free_items,
    knows,
    leave,
    serving,
    shows,
    stages,
)
from tests.e2e.terminal import SCANNER, Part, Screen, SimTag, Terminal, Value

HF, UHF = "E00401000000DD01", "E28011602000000000DD0001"
ISO28560_2 = 'format = "iso28560-2"'
GAOXIAO = ALLIANCE.extra
M3_AFI = "secured = 0xD7\non_loan = 0xDA"


@dataclass(frozen=True)
class Case:
    """A reader and the tag that lies on it. `afi`: the pair of the site's gates, where it is not the standard's."""

    model: str
    simulated: dict[str, Value]
    options: dict[str, Value] = field(default_factory=dict)
    form: str = ""
    afi: str = ""

    def __str__(self) -> str:
        words = (self.model, *map(str, self.simulated.values()), *map(str, self.options.values()), self.form)
        return " ".join(word for word in words if word)

    @property
    def parts(self) -> tuple[Part, ...]:
        """A reader on PC/SC has the only pcscd: there the card's printed code is scanned."""
        pad = Part("pad", self.model, self.simulated, self.options)
        return (pad, SCANNER) if self.simulated["kind"] == "card" else (pad, CARD_READER)

    def tag(self, library: MainLibrary) -> SimTag:
        if self.form == GAOXIAO:
            return ALLIANCE
        item = free_items(library)[0]
        if self.simulated["kind"] == "uhf":
            return SimTag(UHF, item, "CN-530428", kind="uhf_tags")
        return SimTag(HF, item, extra=self.form)


def feig(**simulated: Value) -> dict[str, Value]:
    return {"kind": "feig", "pace": 0.0, **simulated}


def uhf(speaks: str) -> dict[str, Value]:
    return {"kind": "uhf", "speaks": speaks, "pace": 0.0}


CASES = [
    Case("feig-iscan", feig()),
    Case("feig-iscan", feig(), {"framing": "standard"}),
    Case("feig-iscan", feig(tcp=True)),
    Case("feig-iscan", feig(tcp=True), {"framing": "standard"}, form=ISO28560_2),
    Case("feig-iscan", feig(), form=ISO28560_2),
    Case("3m-810", {"kind": "3m", "pace": 0.0}, afi=M3_AFI),
    Case("3m-810", {"kind": "3m", "pace": 0.0}, form=ISO28560_2, afi=M3_AFI),
    Case("3m-810", {"kind": "3m", "pace": 0.0, "tells_dsfid": False, "tcp": True}, afi=M3_AFI),
    Case("omnikey-iso15693", {"kind": "card", "tag_commands": "omnikey"}),
    Case("omnikey-iso15693", {"kind": "card", "tag_commands": "omnikey"}, form=ISO28560_2),
    Case("acr1552-iso15693", {"kind": "card", "tag_commands": "transparent"}),
    Case("uhf-a0", uhf("a0")),
    Case("uhf-a0", uhf("a0"), form=GAOXIAO),
    Case("uhfreader18", uhf("uhfreader18")),
    Case("uhfreader18", uhf("uhfreader18"), form=GAOXIAO),
    Case("uhfreader288", uhf("uhfreader288")),
    Case("uhfreader288", uhf("uhfreader288"), form=GAOXIAO),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MainLibrary]:
    with county_of_all_cards(tmp_path_factory.mktemp("library"), terminals=len(CASES)) as library:
        yield library


def test_no_reader_is_missing() -> None:
    wanted = {Capability.ITEMS, Capability.SECURITY}
    assert {case.model for case in CASES} == {name for name, row in MODELS.items() if wanted <= row.capabilities}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_book_is_borrowed_with_a_card_and_returned(library: MainLibrary, tmp_path: Path, case: Case) -> None:
    tag = case.tag(library)
    name = MainLibrary.name_of(CASES.index(case) + 1)
    owners = ("CN-530428", ALLIANCE.owner)
    terminal = Terminal(tmp_path, name, library, [tag], parts=case.parts, owners=owners, afi=case.afi, more=CARDS)
    with serving(terminal) as screen:
        borrow(terminal, screen, tag)
        agree_on_a_loan(library, terminal, tag)
        give_back(terminal, screen, tag)
        agree_on_a_return(library, terminal, tag)


def borrow(terminal: Terminal, screen: Screen, tag: SimTag) -> None:
    if CARD_READER in terminal.parts:
        terminal.order(command="tap", device="cards", uid=BY_UID.uid)
    else:
        terminal.scan(BY_UID.number)
    knows(screen, BY_UID)
    terminal.place(tag.uid)
    stages(screen, "lent")
    assert terminal.secured(tag.uid) is False
    if CARD_READER in terminal.parts:
        terminal.order(command="untap", device="cards")
    take_away(terminal, screen, tag)


def give_back(terminal: Terminal, screen: Screen, tag: SimTag) -> None:
    terminal.place(tag.uid)
    stages(screen, "offered")
    screen.choose("return_items")
    stages(screen, "returned")
    assert terminal.secured(tag.uid) is True
    take_away(terminal, screen, tag)


def take_away(terminal: Terminal, screen: Screen, tag: SimTag) -> None:
    screen.choose("finish")
    shows(screen, "done", left=0)
    terminal.remove(tag.uid)
    leave(screen)


def agree_on_a_loan(library: MainLibrary, terminal: Terminal, tag: SimTag) -> None:
    assert terminal.kinds() == ["loan_asked", "loan_opened", "loan_confirmed"]
    confirmed = terminal.records()[-1][1]
    assert confirmed["item"]["id"] == tag.item_id
    found = "SELECT id, state, verified, closed_by FROM loans WHERE terminal = ?"
    expected = [(confirmed["loan"], "confirmed", 1, None)]
    wait_for(lambda: library.rows(found, terminal.name) == expected, f"the ledger has the loan: {tag}")


def agree_on_a_return(library: MainLibrary, terminal: Terminal, tag: SimTag) -> None:
    assert terminal.kinds()[3:] == ["return_opened", "item_returned"]
    giveback = terminal.records()[-1][1]["giveback"]
    found = "SELECT id, state, verified FROM returns WHERE terminal = ?"
    wait_for(lambda: library.rows(found, terminal.name) == [(giveback, "returned", 1)], f"it has the return: {tag}")
    closed = library.rows("SELECT closed_by IS NOT NULL, conflicts FROM loans WHERE terminal = ?", terminal.name)
    assert closed == [(1, "")]
