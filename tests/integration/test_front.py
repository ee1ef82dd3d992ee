from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from firmware_msgs.hid.keypad import Key
from kiosk.errors import KioskError
from kiosk.front import MAX_LINE_BYTES, MAX_UNSENT_BYTES, Front
from kiosk.session.views import (
    Action,
    Chosen,
    Countdown,
    DoneView,
    FingerDown,
    FingerLost,
    FingerUp,
    Hello,
    IdleView,
    ItemLine,
    KeyDown,
    KeyKept,
    Shown,
    SiteInfo,
    Stage,
    ToScreen,
    Touched,
    VisitView,
)

SITE = SiteInfo(terminal="YJ-014", site_name="因远镇分馆", hours="", help_line="")
DONE = DoneView(lent=(), returned=(), left=0, actions=(), countdown=Countdown(total_s=20, remaining_s=20))
WITHIN_S = 10.0


class Hall:
    """A front, and what it heard."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "screen.sock"
        self.heard: asyncio.Queue[Chosen | Touched] = asyncio.Queue()
        self.now_s = 0.0
        self.front = Front(self.socket, SITE, self.heard.put_nowait, lambda: self.now_s)

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        async with asyncio.timeout(WITHIN_S):
            while not self.socket.exists():  # noqa: ASYNC110 - a file tells nobody that it is there
                await asyncio.sleep(0.005)
            return await asyncio.open_unix_connection(self.socket, limit=1 << 22)


async def receive(reader: asyncio.StreamReader) -> ToScreen:
    async with asyncio.timeout(WITHIN_S):
        message: ToScreen = msgspec.json.decode(await reader.readline(), type=ToScreen)
        return message


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    hall = Hall(tmp_path)
    task = asyncio.create_task(hall.front.run())
    yield hall
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert not hall.socket.exists()


@asynccontextmanager
async def screen(hall: Hall) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await hall.connect()
    yield reader, writer
    writer.close()
    await asyncio.gather(writer.wait_closed(), return_exceptions=True)


async def test_a_screen_gets_the_site_and_the_present_view_then_every_new_one(hall: Hall) -> None:
    hall.front.show(IdleView(online=True))
    async with screen(hall) as (reader, _):
        assert await receive(reader) == Hello(site=SITE)
        assert await receive(reader) == Shown(view=IdleView(online=True))
        hall.front.show(IdleView(online=False))
        assert await receive(reader) == Shown(view=IdleView(online=False))


async def test_a_screen_that_comes_late_sees_how_far_the_countdown_is(hall: Hall) -> None:
    hall.front.show(DONE)
    hall.now_s = 12.4
    async with screen(hall) as (reader, _):
        await receive(reader)
        shown = await receive(reader)
        assert isinstance(shown, Shown)
        assert isinstance(shown.view, DoneView)
        assert shown.view.countdown == Countdown(total_s=20, remaining_s=8)


async def test_what_people_do_on_panel_and_keypad_reaches_every_screen(hall: Hall) -> None:
    async with screen(hall) as (one, _), screen(hall) as (other, _):
        for reader in (one, other):
            await receive(reader)
        told = (FingerDown(x=0.25, y=0.5), FingerUp(), FingerLost(), KeyDown(key=Key.STAR), KeyKept(key=Key.DIGIT_0))
        for felt in told:
            hall.front.feel(felt)
        for reader in (one, other):
            assert tuple([await receive(reader) for _ in told]) == told


async def test_what_people_do_on_a_screen_is_reported(hall: Hall) -> None:
    async with screen(hall) as (_, writer):
        writer.write(b'{"type":"touched"}\n{"type":"chosen","action":"finish"}\n')
        async with asyncio.timeout(WITHIN_S):
            assert await hall.heard.get() == Touched()
            assert await hall.heard.get() == Chosen(action=Action.FINISH)


@pytest.mark.parametrize("junk", [b"junk\n", b"x" * (MAX_LINE_BYTES + 1) + b"\n", b'{"type":"chosen","action":"no"}\n'])
async def test_a_screen_that_talks_junk_is_hung_up_on_and_others_go_on(hall: Hall, junk: bytes) -> None:
    async with screen(hall) as (good, _), screen(hall) as (bad, writer):
        await receive(good)
        await receive(bad)
        writer.write(junk)
        async with asyncio.timeout(WITHIN_S):
            assert await bad.read() == b""
        hall.front.show(IdleView(online=True))
        assert await receive(good) == Shown(view=IdleView(online=True))
    assert hall.heard.empty()


async def test_a_stalled_screen_is_dropped_and_stalls_nobody(hall: Hall) -> None:
    line = ItemLine(key="E001", item_id="1", stage=Stage.LENT, title="书" * 1000)
    view = VisitView(patron=None, items=(line,) * 10, seen=10, online=True, actions=())
    size = len(msgspec.json.encode(view))
    async with screen(hall) as (good, _), screen(hall) as (stalled, _):
        await receive(good)
        await receive(stalled)
        stalled._transport.pause_reading()  # type: ignore[attr-defined]  # noqa: SLF001 - a screen that hangs
        for _ in range(20 * MAX_UNSENT_BYTES // size):
            hall.front.show(view)
            assert await receive(good) == Shown(view=view)
        assert len(hall.front._screens) == 1  # noqa: SLF001 - whether it was dropped


async def test_what_is_no_socket_is_left_alone(tmp_path: Path) -> None:
    hall = Hall(tmp_path)
    hall.socket.write_text("precious")
    with pytest.raises(KioskError, match=str(hall.socket)):
        await hall.front.run()
    assert hall.socket.read_text() == "precious"


async def test_the_socket_of_a_killed_session_is_replaced(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / "screen.sock"))
    hall = Hall(tmp_path)
    task = asyncio.create_task(hall.front.run())
    async with asyncio.timeout(WITHIN_S):
        while (connected := await try_connect(hall)) is None:  # noqa: ASYNC110 - as in Hall.connect
            await asyncio.sleep(0.005)
    connected.close()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert not hall.socket.exists()


async def try_connect(hall: Hall) -> asyncio.StreamWriter | None:
    try:
        return (await hall.connect())[1]
    except ConnectionRefusedError:
        return None
