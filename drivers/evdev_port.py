"""An input device of the kernel on the event loop. The only importer of evdev, for its ioctls; reports go by the fd."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Final, TypeAlias

from evdev import AbsInfo, InputDevice, ecodes

from drivers.errors import DeviceLost, PortFault, PortForbidden, PortInUse, PortMissing, PortUnusable
from drivers.links import TAP
from firmware_msgs.hid import codes
from firmware_msgs.hid.contacts import MAX_CONTACTS, SLOT_CODES
from firmware_msgs.hid.device_state import Axis, DeviceState
from firmware_msgs.hid.input_events import EVENT_BYTES, ReportDecoder, Said

READ_SIZE_BYTES: Final = 64 * EVENT_BYTES  # the kernel's own buffer for a reader of a keyboard

_MISSING: Final = frozenset({errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.ENOTDIR})
_FORBIDDEN: Final = frozenset({errno.EACCES, errno.EPERM})

_EVIOCSCLOCKID: Final = 0x400445A0
_EVIOCGMTSLOTS: Final = 0x8000450A  # and the size of the answer from bit 16 on
"""linux/input.h, as numbered on x86, ARM and RISC-V; evdev has neither."""


class InputPort:
    """An open input device. One reader at a time. `state` asks the kernel how things stand."""

    def __init__(self, path: str, fd: int, state: Callable[[], DeviceState]) -> None:
        self.path = path
        self._fd = fd
        self._state = state
        self._decoder = ReportDecoder()
        self._tap = TAP.get()
        if self._tap is not None:
            self._tap.opened(path)

    def state(self) -> DeviceState:
        """Now. Raises `DeviceLost`."""
        try:
            return self._state()
        except OSError as error:
            raise DeviceLost(self.path) from error

    async def read(self) -> list[Said]:
        """The next reports, at least one. Raises `DeviceLost`; cancelling it loses nothing."""
        while True:
            await _readable(self._fd)
            said = self.pending()
            if said:
                return said

    def pending(self) -> list[Said]:
        """What is there already, perhaps nothing. Raises `DeviceLost`."""
        try:
            data = os.read(self._fd, READ_SIZE_BYTES)
        except BlockingIOError:
            return []
        except OSError as error:
            raise DeviceLost(self.path) from error
        if not data:
            raise DeviceLost(self.path)
        if self._tap is not None:
            self._tap.received(data)
        return self._decoder.feed(data)


OpenInput: TypeAlias = Callable[[str], AbstractContextManager[InputPort]]


@contextmanager
def open_input(path: str) -> Iterator[InputPort]:
    """The device at `path`, for this process alone: nothing of it reaches a console. Its time is the event loop's.

    Raises a `PortFault` that says what to do.
    """
    device = _opened(path)
    try:
        yield InputPort(path, device.fd, partial(_state_of, device))
    finally:
        device.close()


def _opened(path: str) -> InputDevice[str]:
    try:
        device = InputDevice(path, readonly=True)
    except OSError as error:
        raise _port_fault(path, error) from error
    try:
        fcntl.ioctl(device.fd, _EVIOCSCLOCKID, struct.pack("i", time.CLOCK_MONOTONIC))
        device.grab()
    except OSError as error:
        device.close()
        raise _port_fault(path, error) from error
    return device


def _state_of(device: InputDevice[str]) -> DeviceState:
    has = device.capabilities(absinfo=False)
    axes = {code: _axis(device.absinfo(code)) for code in has.get(ecodes.EV_ABS, ())}
    return DeviceState(
        keys=frozenset(has.get(ecodes.EV_KEY, ())),
        held=frozenset(device.active_keys()),
        caps_lock=codes.LED_CAPSL in device.leds(),
        axes=axes,
        slots=_slots(device.fd, axes),
    )


def _axis(info: AbsInfo) -> Axis:
    return Axis(info.value, info.min, info.max, info.resolution)


def _slots(fd: int, axes: dict[int, Axis]) -> dict[int, tuple[int, ...]]:
    if codes.ABS_MT_SLOT not in axes:
        return {}
    count = min(axes[codes.ABS_MT_SLOT].maximum + 1, MAX_CONTACTS)
    return {code: _slot_values(fd, code, count) for code in SLOT_CODES if code in axes}


def _slot_values(fd: int, code: int, count: int) -> tuple[int, ...]:
    """Struct input_mt_request_layout: the code, and the value in every slot."""
    layout = struct.Struct(f"@I{count}i")
    request = _EVIOCGMTSLOTS | layout.size << 16
    return layout.unpack(fcntl.ioctl(fd, request, layout.pack(code, *[0] * count)))[1:]


def _port_fault(path: str, error: OSError) -> PortFault:
    if error.errno in _MISSING:
        return PortMissing(path)
    if error.errno in _FORBIDDEN:
        return PortForbidden(path, "input")
    if error.errno == errno.EBUSY:
        return PortInUse(path)
    is_other = error.errno in {errno.ENOTTY, errno.EINVAL}
    return PortUnusable(path, "it is none" if is_other else os.strerror(error.errno or 0), "an input device")


async def _readable(fd: int) -> None:
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    loop.add_reader(fd, _settle, ready)
    try:
        await ready
    finally:
        loop.remove_reader(fd)


def _settle(ready: asyncio.Future[None]) -> None:
    if not ready.done():  # the loop may call once more in the same turn
        ready.set_result(None)
