from __future__ import annotations

import pytest

from drivers.feig.signals import CueSlot, Output, Outputs, order_for
from drivers.ports import Cue
from firmware_msgs.feig.outputs import FlashRate, OutputRecord, OutputState
from firmware_msgs.feig.reader_requests import SetOutputRecords, SetOutputs

DESK = Outputs(green=Output(1), red=Output(2), beeper=Output(3))


@pytest.mark.parametrize(
    ("cue", "states", "time"), [(Cue.SEEN, 0b01_00_01, 1), (Cue.DONE, 0b01_00_01, 5), (Cue.ATTENTION, 0b11_11_00, 20)]
)
def test_a_desk_readers_lamps_and_beeper_share_a_word(cue: Cue, states: int, time: int) -> None:
    order = order_for(cue, DESK)
    assert isinstance(order, SetOutputs)
    assert (order.states, order.lamp_time) == (states, time)


def test_other_readers_take_a_record_for_each() -> None:
    outputs = Outputs(green=Output(1), beeper=Output(1, kind=2), by_records=True)
    assert order_for(Cue.DONE, outputs) == SetOutputRecords(
        (
            OutputRecord(0, 1, OutputState.ON, FlashRate.HZ_4, time=5),
            OutputRecord(2, 1, OutputState.ON, FlashRate.HZ_4, time=5),
        )
    )


def test_a_reader_without_outputs_is_told_nothing() -> None:
    assert order_for(Cue.DONE, Outputs()) is None
    assert order_for(Cue.ATTENTION, Outputs(green=Output(1))) is None


def test_a_later_cue_replaces_the_one_before_and_each_is_given_once() -> None:
    slot = CueSlot(DESK)
    slot.put(Cue.SEEN)
    slot.put(Cue.ATTENTION)
    assert slot.take() == order_for(Cue.ATTENTION, DESK)
    assert slot.take() is None
