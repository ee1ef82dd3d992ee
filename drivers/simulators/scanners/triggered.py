"""The firmware side of scanners that are triggered by commands: Honeywell, Newland, GM65. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from drivers.simulators.firmware import Reply
from firmware_msgs.errors import DecodeError
from firmware_msgs.resync import ResyncDecoder
from firmware_msgs.scanners import gm65, honeywell, newland

_Command = TypeVar("_Command")

LONGEST_COMMAND = 512
_REGISTERS = 0x200
_MODE_AS_DELIVERED = 0xD4  # read by key, lamps and sounds on


class TriggeredFirmware(Protocol):
    """A scanner that reads a code only while it is scanning."""

    @property
    def is_scanning(self) -> bool:
        """Whether a code in front of it would be read."""

    def feed(self, data: bytes, /) -> Iterator[Reply]:
        """See `Firmware`."""

    def read(self) -> None:
        """A code was read."""


class HoneywellFirmware:
    """Knows two settings; a triggered reading ends with the code it read."""

    def __init__(self) -> None:
        self.is_scanning = False
        self.settings = {"TRGMOD": "0", "BEPLVL": "3"}
        self._decoder: ResyncDecoder[honeywell.Command] = ResyncDecoder(
            _honeywell_length, _if_whole(honeywell.decode_command), LONGEST_COMMAND, LONGEST_COMMAND
        )

    def feed(self, data: bytes, /) -> Iterator[Reply]:
        """See `Firmware`."""
        for command in self._decoder.feed(data):
            if isinstance(command, honeywell.Menu):
                yield Reply(honeywell.encode_answer(self._answer(command)))
            elif command.key is not honeywell.Key.BEEP:
                self.is_scanning = command.key is honeywell.Key.TRIGGER_ON

    def read(self) -> None:
        """See `TriggeredFirmware`."""
        self.is_scanning = False

    def _answer(self, menu: honeywell.Menu) -> honeywell.MenuAnswer:
        text, status = _set_or_tell(self.settings, menu.text, "?^*")
        return honeywell.MenuAnswer(text, honeywell.MenuStatus(status), menu.storage)


class NewlandFirmware:
    """Knows two settings; a reading begun by command ends with the code it read."""

    def __init__(self) -> None:
        self.is_scanning = False
        self.settings = {"SCNMOD": "0", "GRBENA": "1"}
        self._decoder: ResyncDecoder[newland.Command] = ResyncDecoder(
            _newland_length, _if_whole(newland.decode_command), LONGEST_COMMAND, LONGEST_COMMAND
        )

    def feed(self, data: bytes, /) -> Iterator[Reply]:
        """See `Firmware`."""
        for command in self._decoder.feed(data):
            yield Reply(newland.encode_answer(self._answer(command)))

    def read(self) -> None:
        """See `TriggeredFirmware`."""
        self.is_scanning = False

    def _answer(self, command: newland.Command) -> newland.Answer:
        if command.text in (newland.START_READING.text, newland.STOP_READING.text):
            self.is_scanning = command.text == newland.START_READING.text
            return newland.Answer(command.text, newland.Status.DONE, command.storage)
        text, status = _set_or_tell(self.settings, command.text, "*&^")
        return newland.Answer(text, newland.Status(status), command.storage)


class Gm65Firmware:
    """Registers; scanning by its mode, or for one code by the trigger register."""

    def __init__(self) -> None:
        self.registers = bytearray(_REGISTERS)
        self.registers[gm65.Register.MODE] = _MODE_AS_DELIVERED
        self._decoder = ResyncDecoder(_gm65_length, bytes, LONGEST_COMMAND, 4)

    @property
    def is_scanning(self) -> bool:
        """See `TriggeredFirmware`."""
        mode = self.registers[gm65.Register.MODE] & gm65.MODE_MASK
        return mode in (gm65.Mode.CONTINUOUS, gm65.Mode.SENSING) or bool(self.registers[gm65.Register.TRIGGER])

    def feed(self, data: bytes, /) -> Iterator[Reply]:
        """See `Firmware`."""
        for frame in self._decoder.feed(data):
            yield Reply(gm65.encode_reply(self._reply(frame)))

    def read(self) -> None:
        """See `TriggeredFirmware`."""
        self.registers[gm65.Register.TRIGGER] = 0

    def _reply(self, frame: bytes) -> gm65.Reply:
        try:
            command = gm65.decode_command(frame)
        except DecodeError:
            return gm65.Reply(gm65.Result.WRONG_CRC, b"\0")
        match command:
            case gm65.ReadRegisters(address, count) if address + count <= _REGISTERS:
                return gm65.Reply(gm65.Result.DONE, bytes(self.registers[address : address + count]))
            case gm65.WriteRegisters(address, data) if address + len(data) <= _REGISTERS:
                self.registers[address : address + len(data)] = data
                return gm65.Reply(gm65.Result.DONE, b"\0")
            case gm65.SaveRegisters():
                return gm65.Reply(gm65.Result.DONE, b"\0")
            case _:
                return gm65.Reply(gm65.Result.UNKNOWN, b"\0")


_DONE, _UNKNOWN, _OUT_OF_RANGE = 0x06, 0x05, 0x15
_TAG_CHARS = 6


def _set_or_tell(settings: dict[str, str], text: str, queries: str) -> tuple[str, int]:
    """The answer's text and status; values are one digit."""
    tag, value = text[:_TAG_CHARS], text[_TAG_CHARS:]
    if tag not in settings:
        return text, _UNKNOWN
    if value in tuple(queries):
        return tag + settings[tag], _DONE
    if not (len(value) == 1 and value.isdigit()):
        return text, _OUT_OF_RANGE
    settings[tag] = value
    return text, _DONE


def _if_whole(decode: Callable[[bytes], _Command]) -> Callable[[bytes], _Command | None]:
    def parse(frame: bytes) -> _Command | None:
        try:
            return decode(frame)
        except DecodeError:
            return None

    return parse


def _honeywell_length(head: bytes) -> int | None:
    if head[0] != 0x16:
        return 0
    if len(head) < 3:
        return None
    if head[1] in frozenset(honeywell.Key):
        return 3
    ends = [at for at in (head.find(b"."), head.find(b"!")) if at > 2]
    return min(ends) + 1 if ends else None


def _newland_length(head: bytes) -> int | None:
    if not b"\x7e\x01".startswith(head[:2]):
        return 0
    end = head.find(b";\x03")
    return None if end < 0 else end + 2


def _gm65_length(head: bytes) -> int | None:
    if not gm65.COMMAND_HEAD.startswith(head[:2]):
        return 0
    return None if len(head) < 4 else 8 + head[3]
