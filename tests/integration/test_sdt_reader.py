"""The identity card reader over serial links, clean and hostile, and over simulated bulk pipes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue

import pytest

from drivers.errors import DeviceLost
from drivers.events import CardFailed, DeviceDown, DeviceEvent, DeviceUp, IdCardRead
from drivers.links import OpenLink, open_link
from drivers.sdt.dialect import Timeouts
from drivers.sdt.reader import IdCardReader, Pace
from drivers.sdt.usb_bulk import usb_address
from drivers.sdt.usb_link import open_usb_link
from drivers.serial_port import SerialLine
from drivers.simulators.sdt_reader import SdtFirmware, invented_card
from drivers.supervisor import Backoff
from firmware_msgs.sdt.frames import HEAD_BYTES
from firmware_msgs.sdt.status import Status
from firmware_msgs.sdt.text import decode_card, encode_text
from tests.integration import hostile
from tests.integration.hostile import Manner
from tests.integration.recorder import Recorder, served
from tests.integration.scanner_stage import until

pytestmark = pytest.mark.usefixtures("no_leaks")

ANSWER_S = 0.1
QUICK = Backoff(first_s=0.005, cap_s=0.02)
PACE = Pace(0.005, Timeouts(answer_s=ANSWER_S, read_s=5.0), QUICK)  # 1,297 single bytes take their time
IMPATIENT = Pace(0.005, Timeouts(answer_s=ANSWER_S, read_s=ANSWER_S), QUICK)
CARDS = [invented_card(number) for number in range(3)]
LINE = SerialLine(115_200)


class Stage:
    def __init__(self, connect: Callable[[], OpenLink], firmware: SdtFirmware, pace: Pace = PACE) -> None:
        self.firmware = firmware
        self.report = Recorder()
        self.reader = IdCardReader("desk", connect, self.report, pace=pace)

    async def lay_down_each(self) -> list[DeviceEvent]:
        """Every card once: what was reported of it, before the next one comes."""
        reported: list[DeviceEvent] = []
        for text in CARDS:
            self.firmware.place(text)
            reported.append(await self.report.next())
            await self.take_away()
        return reported

    async def take_away(self) -> None:
        self.firmware.remove()
        await self.looks(10)

    async def looks(self, count: int) -> None:
        """The reader looked so often: enough, even when some were lost, to see what is there or gone."""
        enough = self.firmware.looks + count
        await until(lambda: self.firmware.looks >= enough)


@asynccontextmanager
async def on_serial(
    port: Path, manner: Manner = hostile.CLEAN, firmware: SdtFirmware | None = None, pace: Pace = PACE
) -> AsyncIterator[tuple[Stage, hostile.HostileLink]]:
    firmware = firmware or SdtFirmware()
    async with hostile.plugged(port, firmware, manner) as link:
        stage = Stage(partial(open_link, str(port), LINE), firmware, pace)
        async with served(stage.reader):
            yield stage, link


@pytest.mark.parametrize("manner", hostile.HARMLESS, ids=str)
async def test_each_card_is_read_once(tmp_path: Path, manner: Manner) -> None:
    async with on_serial(tmp_path / "port", manner) as (stage, _):
        assert await stage.report.next() == DeviceUp("desk")
        assert await stage.lay_down_each() == [IdCardRead("desk", decode_card(text)) for text in CARDS]
        assert stage.report.is_empty


@pytest.mark.parametrize("manner", hostile.harmful(1.5 * ANSWER_S), ids=str)
async def test_a_broken_link_never_makes_it_lie(tmp_path: Path, manner: Manner) -> None:
    """A card may come twice (its answer was lost on the way back, and it is found again), but never another's."""
    async with on_serial(tmp_path / "port", manner, SdtFirmware(finds_again=True), IMPATIENT) as (stage, _):
        for text in CARDS:
            stage.firmware.place(text)
            while not isinstance(event := await stage.report.next(), IdCardRead | CardFailed):
                assert isinstance(event, DeviceUp | DeviceDown)
            assert event == IdCardRead("desk", decode_card(text)) or isinstance(event, CardFailed)
            await stage.take_away()


@pytest.mark.parametrize("finds_again", [False, True])
async def test_a_card_that_stays_is_told_once_and_again_when_it_comes_back(
    tmp_path: Path, *, finds_again: bool
) -> None:
    firmware = SdtFirmware(finds_again=finds_again)
    async with on_serial(tmp_path / "port", firmware=firmware) as (stage, _):
        assert await stage.report.next() == DeviceUp("desk")
        for _ in range(2):
            firmware.place(CARDS[0])
            assert isinstance(await stage.report.next(), IdCardRead)
            await stage.looks(5)
            assert stage.report.is_empty
            await stage.take_away()
    assert firmware.reads == 2


@pytest.mark.parametrize(
    ("text", "fault", "words"),
    [
        (CARDS[0], Status.READ_FAILED, "Hold it still"),
        (CARDS[0], Status.WRONG_CARD, "no identity card"),
        (CARDS[0], Status.READER_REFUSED_CARD, "Hold it still"),
        (encode_text({"id_no": "990101195001020010"}, kind="I"), None, "foreigner"),
        (CARDS[0].replace("虚".encode("utf-16-le"), b"\0\xd8"), None, "cannot be understood"),
    ],
)
async def test_a_card_that_cannot_be_read_is_told_once(
    tmp_path: Path, text: bytes, fault: Status | None, words: str
) -> None:
    async with on_serial(tmp_path / "port", firmware=SdtFirmware(finds_again=True)) as (stage, _):
        assert await stage.report.next() == DeviceUp("desk")
        stage.firmware.place(text, fault)
        failed = await stage.report.next()
        assert isinstance(failed, CardFailed)
        assert words in failed.reason
        await stage.looks(5)
        assert stage.report.is_empty


@pytest.mark.parametrize("state", [Status.UNAUTHORISED, Status.SELF_TEST_FAILED])
async def test_a_reader_that_cannot_work_says_why(tmp_path: Path, state: Status) -> None:
    firmware = SdtFirmware()
    firmware.state = state
    async with on_serial(tmp_path / "port", firmware=firmware) as (stage, _):
        down = await stage.report.next()
        assert isinstance(down, DeviceDown)
        assert "does not work" in down.reason
        firmware.state = None
        assert await stage.report.next() == DeviceUp("desk")


async def test_unplugged_while_a_card_is_read(tmp_path: Path) -> None:
    async with on_serial(tmp_path / "port") as (stage, link):
        assert await stage.report.next() == DeviceUp("desk")
        link.unplug_when(lambda data: b"\x30\x01" in data, carried_out=True)
        stage.firmware.place(CARDS[1])
        assert isinstance(await stage.report.next(), DeviceDown)
        stage.firmware.place(CARDS[1])
        link.cable.plug()
        assert await stage.report.next() == DeviceUp("desk")
        assert await stage.report.next() == IdCardRead("desk", decode_card(CARDS[1]))


class Bulk:
    """Pipes of a USB reader, whole or split, over the simulated firmware."""

    def __init__(self, firmware: SdtFirmware, *, is_split: bool) -> None:
        self.endpoints = frozenset({0x02, 0x06, 0x81, 0x85}) if is_split else frozenset({0x02, 0x81})
        self.is_open = self.is_plugged = True
        self._firmware = firmware
        self._is_split = is_split
        self._pipes: dict[int, SimpleQueue[bytes]] = {0x81: SimpleQueue(), 0x85: SimpleQueue()}

    def write(self, endpoint: int, data: bytes) -> None:
        self._check()
        assert endpoint == (0x02 if data.startswith(b"\xaa\xaa\xaa") else 0x06)
        for reply in self._firmware.feed(data):
            for pipe, part in self._parts(reply.data):
                self._pipes[pipe].put(part)

    def read(self, endpoint: int, size: int, timeout_ms: int) -> bytes:
        self._check()
        try:
            data = self._pipes[endpoint].get(timeout=timeout_ms / 1000)
        except Empty:
            return b""
        assert len(data) <= size
        return data

    def close(self) -> None:
        self.is_open = False

    def _parts(self, frame: bytes) -> Iterator[tuple[int, bytes]]:
        if self._is_split:
            yield 0x81, frame[:HEAD_BYTES]
            yield 0x85, frame[HEAD_BYTES:]
        else:
            yield 0x81, frame

    def _check(self) -> None:
        if not self.is_plugged:
            raise DeviceLost("0400:c35a")


@pytest.mark.parametrize("is_split", [False, True])
async def test_over_bulk_pipes(*, is_split: bool) -> None:
    firmware = SdtFirmware()
    opened: list[Bulk] = []

    def open_bulk(_port: str) -> Bulk:
        opened.append(Bulk(firmware, is_split=is_split))
        return opened[-1]

    stage = Stage(partial(open_usb_link, "0400:c35a", open_bulk), firmware)
    async with served(stage.reader):
        assert await stage.report.next() == DeviceUp("desk")
        assert await stage.lay_down_each() == [IdCardRead("desk", decode_card(text)) for text in CARDS]
        opened[0].is_plugged = False
        assert isinstance(await stage.report.next(), DeviceDown)
        assert await stage.report.next() == DeviceUp("desk")
    assert not opened[0].is_open


def test_usb_addresses() -> None:
    assert usb_address("0400:c35a") == (0x0400, 0xC35A, None)
    assert usb_address("0400:C35A@A1 2") == (0x0400, 0xC35A, "A1 2")
    for wrong in ("", "0400", "usb://0400:c35a", "0400:c35a@", "04000:c35a"):
        with pytest.raises(ValueError, match="lsusb"):
            usb_address(wrong)
