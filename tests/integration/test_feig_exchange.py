"""Question and answer stay in step, whatever comes late."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from drivers.errors import DeviceSilent
from drivers.feig.dialect import ADVICE, FeigDialect, Setup
from drivers.feig.field import FeigExchange
from drivers.feig.reader import LINE
from drivers.serial_port import SerialPort
from drivers.simulators.feig.firmware import FeigFirmware
from drivers.simulators.firmware import Reply
from drivers.simulators.virtual_tag import Field, VirtualTag
from firmware_msgs.feig.answers import Refused
from firmware_msgs.feig.frames import Framing
from firmware_msgs.feig.requests import Request
from firmware_msgs.feig.status import Status
from firmware_msgs.feig.tag_answers import Blocks, SystemInformation
from firmware_msgs.feig.tag_requests import GetSystemInformation, ReadBlocks, TakeInventory, WriteAfi
from tests.integration.feig_stage import QUICK_TIMEOUTS, uid_of
from tests.integration.hostile import Manner, plugged

pytestmark = pytest.mark.usefixtures("no_leaks")

FIRST, SECOND = uid_of(1), uid_of(2)


def delaying(*late: float) -> Manner:
    """Delays the replies whose turn it is."""
    rest = iter(late)
    return Manner("in turn", lambda reply, _chance: [Reply(reply.data, next(rest, 0.0))])


@asynccontextmanager
async def conversation(port: Path, *late: float, framing: Framing = Framing.ADVANCED) -> AsyncIterator[FeigExchange]:
    """With a reader over two tags whose memories differ. The first two replies answer the opening."""
    field = Field()
    field.place(VirtualTag(FIRST, b"\x11" * 112))
    field.place(VirtualTag(SECOND, b"\x22" * 112))
    async with plugged(port, FeigFirmware(field, pace=0), delaying(0, 0, *late)):
        with SerialPort(str(port), LINE) as serial_port:
            exchange = FeigExchange(serial_port, FeigDialect(Setup(framing, QUICK_TIMEOUTS)), ADVICE)
            await exchange.open()
            yield exchange


async def test_a_late_read_is_never_taken_for_the_next_tags(tmp_path: Path) -> None:
    too_late_s = 1.5 * QUICK_TIMEOUTS.answer_s
    async with conversation(tmp_path / "pad", too_late_s) as exchange:
        assert await exchange.ask(ReadBlocks(FIRST, 0, 2)) is None
        answer = await exchange.ask(ReadBlocks(SECOND, 0, 2))
        assert isinstance(answer, Blocks)
        assert answer.data == b"\x22" * 8


async def test_a_late_answer_to_one_fence_does_not_open_the_next(tmp_path: Path) -> None:
    """The second fence's answer comes during the second question, whose own comes just after: with fences of one kind
    the second question would look settled, and its answer would be taken for the third's.
    """
    timeout_s = QUICK_TIMEOUTS.answer_s
    late = (2.6 * timeout_s, 0, 1.3 * timeout_s, 0.2 * timeout_s)  # first question, two fences, second question
    async with conversation(tmp_path / "pad", *late) as exchange:
        assert await exchange.ask(ReadBlocks(FIRST, 0, 2)) is None
        assert await exchange.ask(ReadBlocks(FIRST, 0, 2)) is None
        answer = await exchange.ask(ReadBlocks(SECOND, 0, 2))
        assert isinstance(answer, Blocks)
        assert answer.data == b"\x22" * 8


@pytest.mark.parametrize("framing", Framing)
async def test_both_frame_forms_are_spoken(tmp_path: Path, framing: Framing) -> None:
    async with conversation(tmp_path / "pad", framing=framing) as exchange:
        answer = await exchange.ask(GetSystemInformation(SECOND))
        assert isinstance(answer, SystemInformation)
        assert answer.uid == SECOND


@pytest.mark.parametrize(
    "request_", [WriteAfi(uid_of(9), 7), GetSystemInformation(uid_of(9)), ReadBlocks(uid_of(9), 0, 1)]
)
async def test_a_tag_that_is_not_there_is_refused_at_once(tmp_path: Path, request_: Request) -> None:
    async with conversation(tmp_path / "pad") as exchange:
        assert await exchange.ask(request_) == Refused(Status.NO_TAG)


async def test_a_dead_reader_is_told_in_words_for_a_technician(tmp_path: Path) -> None:
    hours = (3600.0,) * 20
    with pytest.raises(DeviceSilent, match="power and cable"):
        async with conversation(tmp_path / "pad", *hours) as exchange:
            await exchange.ask(TakeInventory())
