"""However the same journals arrive, the ledger comes out the same."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from central.work import Publish
from firmware_msgs.uplink.records import ItemReturned, LoanVoided
from firmware_msgs.uplink.values import VoidReason
from tests.central_books import Library, open_library
from tests.central_journals import Journal, item_ref, library_keys

KEYS = library_keys()
CARDS = ("uid:AA01", "uid:AA02", "uid:AA03", "uid:FFFF")
ITEMS = ("I1", "I2", "I6", "REF", "UNKNOWN")
SITES = {"A": "YJ-01", "B": "YJ-02", "C": "YJ-00"}

deeds = st.lists(
    st.tuples(
        st.sampled_from(sorted(SITES)),
        st.sampled_from(["borrow", "void", "return", "return_unopened"]),
        st.sampled_from(CARDS),
        st.sampled_from(ITEMS),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=14,
)


def written(story: list[tuple[str, str, str, str, int]]) -> list[Journal]:
    """Journals whose clocks run side by side, with ties."""
    journals = {name: Journal(name, site, KEYS) for name, site in SITES.items()}
    for journal in journals.values():
        journal.begin()
    for name, deed, card, number, pause in story:
        journal, item = journals[name], item_ref(number)
        journal.at_ms += pause * 1000
        if deed == "borrow":
            journal.borrow(card, item)
        elif deed == "void":
            loan = journal.ask(card, item)
            journal.open(loan, item)
            journal.add(LoanVoided(loan=loan, item=item, reason=VoidReason.STILL_SECURED))
        elif deed == "return":
            journal.take_back(item)
        else:
            journal.add(ItemReturned(giveback=journal.new_id(), item=item, site=journal.site, verified=False))
    return list(journals.values())


def in_order(journals: list[Journal]) -> dict[str, list[tuple[object, ...]]]:
    with tempfile.TemporaryDirectory() as folder:
        library = open_library(Path(folder), KEYS, *journals)
        library.take_all(*journals)
        ledger = library.ledger()
        library.close()
        return ledger


def deliver(library: Library, journals: list[Journal], data: st.DataObject) -> None:
    """Stretches of random journals in random order, with repetitions and gaps, several to a commit; then the rest."""
    for _ in range(data.draw(st.integers(0, 12))):
        work = []
        for _ in range(data.draw(st.integers(1, 3))):
            journal = data.draw(st.sampled_from(journals))
            first = data.draw(st.integers(1, len(journal.encoded)))
            last = data.draw(st.integers(first, len(journal.encoded)))
            work.append(Publish(journal.terminal, journal.publish(first, last)))
        library.take(*work)
    library.take_all(*data.draw(st.permutations(journals)))


@settings(max_examples=60, deadline=None)
@given(story=deeds, data=st.data())
def test_any_delivery_gives_the_same_ledger(story: list[tuple[str, str, str, str, int]], data: st.DataObject) -> None:
    journals = written(story)
    with tempfile.TemporaryDirectory() as folder:
        library = open_library(Path(folder), KEYS, *journals)
        deliver(library, journals, data)
        assert library.ledger() == in_order(journals)
        assert library.rows("SELECT count(*) FROM branches") == [(0,)]
        library.close()
