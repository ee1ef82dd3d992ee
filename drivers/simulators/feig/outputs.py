"""The lamps, beeper and relays of a simulated FEIG reader: what was last ordered of each."""

from __future__ import annotations

from firmware_msgs.feig.outputs import FlashRate, OutputRecord, OutputState
from firmware_msgs.feig.reader_requests import SetOutputRecords, SetOutputs

_OUTPUTS_OF_A_WORD = 8
_LAMPS_OF_A_WORD = 4  # of the lower byte; the upper one is for outputs and relay
_TICK_S = 0.1


class Outputs:
    """By name: `bits 0-1` to `bits 14-15` for `71`, `kind/number` for `72`."""

    def __init__(self) -> None:
        self._said: dict[str, str] = {}

    def obey(self, order: SetOutputs | SetOutputRecords) -> None:
        """Remember the state of each output that is to change."""
        match order:
            case SetOutputs():
                for index in range(_OUTPUTS_OF_A_WORD):
                    self._set_bits(index, order)
            case SetOutputRecords(records):
                for record in records:
                    self._set(f"{record.kind}/{record.number}", record)

    def facts(self) -> dict[str, str]:
        """In words."""
        return dict(self._said)

    def _set_bits(self, index: int, order: SetOutputs) -> None:
        shift = 2 * index
        time = order.lamp_time if index < _LAMPS_OF_A_WORD else order.relay_time
        record = OutputRecord(0, 0, order.states >> shift & 3, order.rates >> shift & 3, time=time)
        self._set(f"bits {shift}-{shift + 1}", record)

    def _set(self, name: str, record: OutputRecord) -> None:
        state = OutputState(record.state)
        if state is OutputState.UNCHANGED:
            return
        rate = f" at {FlashRate(record.rate).name.removeprefix('HZ_')} Hz" if state is OutputState.FLASHING else ""
        self._said[name] = f"{state.name.lower()}{rate} for {record.time * _TICK_S:.1f} s"
