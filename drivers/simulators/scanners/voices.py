"""A simulated scanner on its cable, whatever it speaks."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Final, Protocol

from drivers.simulators.cable import Cable
from drivers.simulators.firmware import Reply
from drivers.simulators.scanners.triggered import (
    Gm65Firmware,
    HoneywellFirmware,
    NewlandFirmware,
    TriggeredFirmware,
)
from drivers.simulators.scanners.zebra import ZebraFirmware, ZebraScanner
from firmware_msgs.patron_qr import MARK

_CODE_128, _QR = 0x03, 0x1C
_LINE_ENDS: Final = b"\r\n\t"


class Speech(Enum):
    """What a scanner speaks."""

    PLAIN = "plain"  # lines, and it takes no orders
    ZEBRA = "zebra"
    HONEYWELL = "honeywell"
    NEWLAND = "newland"
    GM65 = "gm65"


class Voice(Protocol):
    """A scanner that can be plugged in and shown a code."""

    @property
    def is_plugged(self) -> bool:
        """The cable is in."""

    def plug(self) -> None:
        """Connect the cable."""

    def unplug(self) -> None:
        """Draw it."""

    def read(self, data: bytes) -> bool:
        """Show it a code, given as the line that a plain scanner would send; False: it does not look for any."""


def voice(speech: Speech, link: Path) -> Voice:
    """The scanner at the end of the cable `link`."""
    match speech:
        case Speech.PLAIN:
            return _LineVoice(link, _Deaf())
        case Speech.ZEBRA:
            return _ZebraVoice(link)
        case Speech.HONEYWELL:
            return _LineVoice(link, HoneywellFirmware())
        case Speech.NEWLAND:
            return _LineVoice(link, NewlandFirmware())
        case Speech.GM65:
            return _LineVoice(link, Gm65Firmware())


class _Deaf:
    is_scanning = True

    def feed(self, _data: bytes, /) -> Iterator[Reply]:
        return iter(())

    def read(self) -> None:
        """It goes on scanning."""


class _LineVoice:
    def __init__(self, link: Path, firmware: TriggeredFirmware) -> None:
        self._firmware = firmware
        self._cable = Cable(link, firmware)

    @property
    def is_plugged(self) -> bool:
        return self._cable.is_plugged

    def plug(self) -> None:
        self._cable.plug()

    def unplug(self) -> None:
        self._cable.unplug()

    def read(self, data: bytes) -> bool:
        if not self._firmware.is_scanning:
            return False
        self._firmware.read()
        self._cable.say(Reply(data))
        return True


class _ZebraVoice:
    def __init__(self, link: Path) -> None:
        firmware = ZebraFirmware()
        self._cable = Cable(link, firmware)
        self._scanner = ZebraScanner(firmware, lambda data: self._cable.say(Reply(data)))

    @property
    def is_plugged(self) -> bool:
        return self._cable.is_plugged

    def plug(self) -> None:
        self._cable.plug()

    def unplug(self) -> None:
        self._scanner.stop()
        self._cable.unplug()

    def read(self, data: bytes) -> bool:
        code = data.rstrip(_LINE_ENDS)
        return self._scanner.read(_QR if code.startswith(MARK.encode()) else _CODE_128, code)
