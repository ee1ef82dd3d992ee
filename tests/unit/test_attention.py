"""Scanners look for codes while somebody is there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from drivers.events import CardPresented, ContactBegan, DeviceUp, ItemPlaced
from firmware_msgs.tags.content import TagFault
from kiosk.session.events import LinkUp, SessionEvent
from kiosk.session.views import IdentifyingView, IdleView, OutOfServiceView, Touched, Trouble
from kiosk.watching import attention
from kiosk.watching.attention import Attention

IDLE = IdleView(online=True)


class Scanner:
    def __init__(self) -> None:
        self.wishes: asyncio.Queue[bool] = asyncio.Queue()

    def set_scanning(self, *, wanted: bool) -> None:
        self.wishes.put_nowait(wanted)

    async def next(self) -> bool:
        async with asyncio.timeout(10):
            return await self.wishes.get()


@pytest.fixture
async def scanner(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Scanner, Attention]]:
    monkeypatch.setattr(attention, "LINGER_S", 0.02)
    scanner = Scanner()
    watching = Attention([scanner])
    watching.shown(IDLE)
    assert not await scanner.next()
    yield scanner, watching
    watching.close()


@pytest.mark.parametrize(
    "sign",
    [Touched(), ContactBegan("panel", 0, 0), CardPresented("c", "04"), ItemPlaced("p", "E0", TagFault.BLANK, None)],
)
async def test_a_sign_of_life_wakes_it_and_quiet_ends_it(
    scanner: tuple[Scanner, Attention], sign: SessionEvent
) -> None:
    scanning, watching = scanner
    watching.heard(sign)
    assert await scanning.next()
    assert not await scanning.next()


async def test_what_devices_and_links_do_by_themselves_is_no_sign_of_life(scanner: tuple[Scanner, Attention]) -> None:
    scanning, watching = scanner
    for event in (DeviceUp("pad"), LinkUp()):
        watching.heard(event)
    assert scanning.wishes.empty()


async def test_a_visit_keeps_it_awake_and_lingers_after(scanner: tuple[Scanner, Attention]) -> None:
    scanning, watching = scanner
    watching.shown(IdentifyingView())
    assert await scanning.next()
    await asyncio.sleep(0.1)
    assert scanning.wishes.empty()
    watching.shown(IDLE)
    assert scanning.wishes.empty()
    assert not await scanning.next()


async def test_out_of_service_is_no_visit(scanner: tuple[Scanner, Attention]) -> None:
    scanning, watching = scanner
    watching.shown(OutOfServiceView(trouble=Trouble.POWER))
    assert scanning.wishes.empty()
