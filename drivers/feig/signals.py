"""Cues on a FEIG reader's own lamps and beeper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from drivers.ports import Cue
from firmware_msgs.feig.outputs import FlashRate, OutputRecord, OutputState
from firmware_msgs.feig.reader_requests import SetOutputRecords, SetOutputs

_BITS_PER_OUTPUT = 2

_NOTICED: Final = 1  # 0.1 s: a blink and a tick, that somebody learns to expect
_FINISHED: Final = 5
_CALLING: Final = 20  # long enough to be looked for


@dataclass(frozen=True, slots=True)
class Output:
    """One lamp or beeper. For command 71 `number` counts pairs of bits from 1, lowest first; for 72 it is the output's
    own number, and `kind` what it is.
    """

    number: int
    kind: int = 0


@dataclass(frozen=True, slots=True)
class Outputs:
    """What a reader has to give cues with; None: it has none such. `by_records`: it is driven by 72 instead of 71."""

    green: Output | None = None
    red: Output | None = None
    beeper: Output | None = None
    by_records: bool = False


Order: TypeAlias = SetOutputs | SetOutputRecords


def order_for(cue: Cue, outputs: Outputs) -> Order | None:
    """What to tell the reader; None when it has nothing to tell it with."""
    state, time = {
        Cue.SEEN: (OutputState.ON, _NOTICED),
        Cue.DONE: (OutputState.ON, _FINISHED),
        Cue.ATTENTION: (OutputState.FLASHING, _CALLING),
    }[cue]
    lamp = outputs.red if cue is Cue.ATTENTION else outputs.green
    used = [output for output in (lamp, outputs.beeper) if output is not None]
    if not used:
        return None
    return _records(used, state, time) if outputs.by_records else _word(used, state, time)


def _records(used: list[Output], state: OutputState, time: int) -> SetOutputRecords:
    return SetOutputRecords(
        tuple(OutputRecord(output.kind, output.number, state, FlashRate.HZ_4, time=time) for output in used)
    )


def _word(used: list[Output], state: OutputState, time: int) -> SetOutputs:
    places = [_BITS_PER_OUTPUT * (output.number - 1) for output in used]
    states = sum(state << place for place in places)
    rates = sum(FlashRate.HZ_4 << place for place in places)
    return SetOutputs(states, rates, lamp_time=time, relay_time=time)


class CueSlot:
    """The cue to give next; a later one replaces it."""

    def __init__(self, outputs: Outputs) -> None:
        self._outputs = outputs
        self._order: Order | None = None

    def put(self, cue: Cue) -> None:
        """Give this one."""
        self._order = order_for(cue, self._outputs)

    def take(self) -> Order | None:
        """What to tell the reader, once."""
        order, self._order = self._order, None
        return order
