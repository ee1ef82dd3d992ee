"""An identity card reader on USB, as a link: the frames of the serial line over bulk pipes.

Modules have two pipes each way (SAM 通讯协议, tables 5 to 8): preamble and length on 02 and 81, the rest on 06 and 85.
Some readers have one each way, which carries whole frames; what the device describes decides.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final, Protocol, TypeAlias

from drivers.errors import PortUnusable
from drivers.links import Link, tapped
from drivers.own_thread import OwnThread
from firmware_msgs.sdt.frames import HEAD_BYTES, MAX_FRAME_BYTES

CALL_TIMEOUT_S = 2.0  # far beyond any of libusb's own timeouts below
POLL_MS = 50  # how long a question may have to wait for the reading that is under way

_HEAD_OUT, _REST_OUT = 0x02, 0x06
_HEAD_IN, _REST_IN = 0x81, 0x85
_ONE_READ_BYTES: Final = -(-MAX_FRAME_BYTES // 64) * 64  # whole packets, or the device's last one overflows


class BulkDevice(Protocol):
    """An open USB device; its calls block. All raise a `DeviceFault` once it is gone."""

    endpoints: frozenset[int]

    def write(self, endpoint: int, data: bytes) -> None:
        """Hand over all of it."""

    def read(self, endpoint: int, size: int, timeout_ms: int) -> bytes:
        """What one transfer brings; nothing when the time is over."""

    def close(self) -> None:
        """Give the device back."""


OpenBulk: TypeAlias = Callable[[str], BulkDevice]


@asynccontextmanager
async def open_usb_link(port: str, open_bulk: OpenBulk) -> AsyncIterator[Link]:
    """The open reader at `port` (vendor:product in hex, with @serial-number where two are alike)."""
    with OwnThread(port) as thread:
        device = await thread.call(CALL_TIMEOUT_S, open_bulk, port)
        try:
            yield tapped(_UsbLink(port, device, thread))
        finally:
            thread.leave(device.close)


class _UsbLink:
    """Raises `PortUnusable` for a device without such pipes."""

    def __init__(self, address: str, device: BulkDevice, thread: OwnThread) -> None:
        self.address = address
        self._device = device
        self._thread = thread
        self._received: deque[bytes] = deque()
        if not {_HEAD_OUT, _HEAD_IN} <= device.endpoints:
            raise PortUnusable(address, "it has other pipes than an identity card reader", "a card reader on USB")
        self._is_split = {_REST_OUT, _REST_IN} <= device.endpoints
        self._next_in = _HEAD_IN

    async def read(self) -> bytes:
        while not self._received:
            await self._thread.call(CALL_TIMEOUT_S, self._poll)
        return self._received.popleft()

    async def write(self, data: bytes) -> None:
        await self._thread.call(CALL_TIMEOUT_S, self._write, data)

    def _poll(self) -> None:
        """In the thread: keeps what came even when nobody waits for it any more."""
        data = self._device.read(self._next_in, _ONE_READ_BYTES, POLL_MS)
        if data:
            self._received.append(data)
        is_head = self._is_split and self._next_in == _HEAD_IN and len(data) == HEAD_BYTES
        self._next_in = _REST_IN if is_head else _HEAD_IN

    def _write(self, frame: bytes) -> None:
        if not self._is_split:
            self._device.write(_HEAD_OUT, frame)
            return
        self._device.write(_HEAD_OUT, frame[:HEAD_BYTES])
        self._device.write(_REST_OUT, frame[HEAD_BYTES:])
