"""The tour from beginning to end: the network, a visitor at each terminal, the story, the count."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from scripts.demo_network.errors import ExpectationFailed
from scripts.demo_network.folder import RunFolder
from scripts.demo_network.hands import TagSeen
from scripts.demo_network.network import Network, running_network
from scripts.demo_network.places import BRANCH, MAIN_LIBRARY, PLACES
from scripts.demo_network.probes import within
from scripts.demo_network.tour.audit import Tally, disagreements, read_journal, read_ledger, tally
from scripts.demo_network.tour.story import Tell, play
from scripts.demo_network.tour.visitor import visitor_at

ARRIVE_S: Final = 20.0
"""A terminal's next try at the broker, and its repetition of what has no receipt (10 s)."""


async def run_tour(folder: RunFolder, tell: Tell) -> Tally:
    """The count of a tour in which all went as it must; raises ExpectationFailed otherwise."""
    async with running_network(folder) as network:
        async with visitor_at(network, BRANCH) as branch, visitor_at(network, MAIN_LIBRARY) as main_library:
            await play(network, branch, main_library, tell)
        tell("everything arrives")
        await _everything_arrived(network)
        tags = (await network.hands.look()).tags
    return _count(network, tags)


async def _everything_arrived(network: Network) -> None:
    async def arrived() -> bool:
        return not await asyncio.to_thread(_waiting, network)

    if not await within(ARRIVE_S, arrived):
        raise ExpectationFailed(f"{_waiting(network)} records have no receipt after {ARRIVE_S:.0f} s")


def _waiting(network: Network) -> int:
    return sum(not record.receipted for place in PLACES for record in read_journal(network.journal(place)))


def _count(network: Network, tags: Sequence[TagSeen]) -> Tally:
    journaled = [record for place in PLACES for record in read_journal(network.journal(place))]
    ledger = read_ledger(network.ledger)
    counted = tally(journaled, ledger, tags)
    wrong = [f"{count} records {what}" for what, count in _must_be_none(counted).items() if count]
    wrong += disagreements(ledger, tags)
    if wrong:
        raise ExpectationFailed(f"The books do not balance: {'; '.join(wrong)}.", str(asdict(counted)))
    return counted


def _must_be_none(counted: Tally) -> dict[str, int]:
    return {
        "were lost": counted.lost,
        "took effect twice": counted.duplicated,
        "have no receipt": counted.unreceipted,
    }
