"""The real program: `kiosk screen` on a pty, against a real socket."""

from __future__ import annotations

import asyncio
import signal

import msgspec

from kiosk.screens.state import SETTLE_S
from kiosk.session.views import Action, Chosen, Touched
from tests.ui.given import LENT, VIEWS, borrowing
from tests.ui.session import Session
from tests.ui.terminal import screen_process

CONTROL_KEYS = b"\x03\x11\x1a\x1c\x04\x10"  # Ctrl-C, Ctrl-Q, Ctrl-Z, Ctrl-\, Ctrl-D, Ctrl-P


async def test_a_visit_in_a_real_terminal(session: Session) -> None:
    session.last = VIEWS["idle"]
    async with screen_process(session.path) as terminal:
        await terminal.shows("先刷读者证")
        terminal.type(b"9")
        await terminal.shows("Tap your card")
        session.show(borrowing(LENT))
        await terminal.shows("Borrowed")
        terminal.type(b"\x1b[C")
        await terminal.shows("▸2")
        await asyncio.sleep(SETTLE_S)
        terminal.type(b"\r")
        await terminal.until(lambda: Chosen(action=Action.CANCEL) in session.heard)
        session.show(VIEWS["done"])
        await terminal.shows("Return by Tuesday 22 December")
        session.show(VIEWS["idle"])
        await terminal.shows("先刷读者证")


async def test_it_outlives_its_session_and_draws_the_next(session: Session) -> None:
    await session.close()
    async with screen_process(session.path) as terminal:
        await terminal.shows("马上就好。")
        session.last = VIEWS["idle"]
        await session.open()
        await terminal.shows("先刷读者证")
        await session.close()
        await terminal.shows("马上就好。")
        session.last = borrowing(LENT)
        await session.open()
        await terminal.shows("《三体》")


async def test_no_key_ends_or_stops_it_and_a_signal_does(session: Session) -> None:
    session.last = VIEWS["idle"]
    async with screen_process(session.path) as terminal:
        await terminal.shows("先刷读者证")
        for key in CONTROL_KEYS:
            terminal.type(bytes([key]))
        await terminal.until(lambda: Touched() in session.heard)
        terminal.type(b"9")
        await terminal.shows("Tap your card")
        terminal.process.send_signal(signal.SIGTERM)
        assert await terminal.process.wait() == 0


async def test_the_notice_board_writes_nothing_between_minutes(session: Session) -> None:
    session.last = VIEWS["idle"]
    async with screen_process(session.path) as terminal:
        await terminal.shows("先刷读者证")
        await asyncio.sleep(1)
        clock, received = terminal.text.splitlines()[1], terminal.received
        await asyncio.sleep(2)
        assert terminal.received == received or terminal.text.splitlines()[1] != clock


async def test_a_hostile_title_reaches_the_terminal_as_text_only(session: Session) -> None:
    title = "\x1b[2J\x1b]0;pwned\x07[bold]x[/bold]\r\n\x9b2J长" + "长" * 200
    session.last = borrowing(msgspec.structs.replace(LENT, title=title, author=title))
    async with screen_process(session.path, 60, 20) as terminal:
        await terminal.shows("[2J]0;pwned[bold]x[/bold]")
        assert terminal.screen.title != "pwned"
        lines = terminal.text.splitlines()
        assert lines[0].startswith("   借书")
        assert any(line.endswith("借好了") for line in lines)


async def test_a_resized_terminal_is_redrawn(session: Session) -> None:
    session.last = VIEWS["ten-books"]
    async with screen_process(session.path) as terminal:
        await terminal.shows("12月22日前还")
        terminal.resize(60, 20)
        await terminal.until(lambda: "10 本，1 本要您处理" in terminal.text and "12月22日前还" not in terminal.text)
