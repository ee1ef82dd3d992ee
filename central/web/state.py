"""The monitor's state for programs."""

from __future__ import annotations

import msgspec

from central.fleet.assessment import Data, Reach
from central.storage.reports import Figures
from central.web.view import Standing
from firmware_msgs.uplink.health import Service


class TerminalState(msgspec.Struct, frozen=True, kw_only=True):
    """One terminal's three axes; `depth` is its number of records without receipt, `silent_s` None: never heard."""

    terminal: str
    site: str
    reach: Reach
    service: Service | None
    data: Data
    depth: int
    silent_s: float | None


class State(msgspec.Struct, frozen=True, kw_only=True):
    """All terminals and the ledger's counts."""

    terminals: tuple[TerminalState, ...]
    counts: Figures


def state_of(standing: Standing) -> State:
    """The standing without words."""
    return State(
        terminals=tuple(
            TerminalState(
                terminal=terminal,
                site=standing.site_of[terminal],
                reach=one.reach,
                service=one.service,
                data=one.data,
                depth=one.depth,
                silent_s=one.silent_s,
            )
            for terminal, one in sorted(standing.assessed.items())
        ),
        counts=standing.counts,
    )
