"""What a host asks of an A0 reader, as typed values.

Tags are addressed by the EPC set with `SetAccessMatch`; without one every tag in the field answers. Memory is counted
in words of two bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, TypeAlias

from firmware_msgs.tags.uhf.gen2 import MemoryBank

NO_PASSWORD = bytes(4)
MAX_ANTENNAS = 8
FASTEST = 0xFF
"""As a number of rounds: as few as the tags in the field take [M]; public programs ask so."""


class Command(IntEnum):
    """The command byte, which the answer repeats."""

    READ_GPIO = 0x60
    WRITE_GPIO = 0x61
    SET_ANTENNA_DETECTOR = 0x62
    GET_ANTENNA_DETECTOR = 0x63
    SET_TEMPORARY_POWER = 0x66
    SET_IDENTIFIER = 0x67
    GET_IDENTIFIER = 0x68
    SET_LINK_PROFILE = 0x69
    GET_LINK_PROFILE = 0x6A
    RESET = 0x70
    SET_BAUD_RATE = 0x71
    GET_FIRMWARE_VERSION = 0x72
    SET_ADDRESS = 0x73
    SET_WORK_ANTENNA = 0x74
    GET_WORK_ANTENNA = 0x75
    SET_OUTPUT_POWER = 0x76
    GET_OUTPUT_POWER = 0x77
    SET_REGION = 0x78
    GET_REGION = 0x79
    SET_BEEPER = 0x7A
    GET_TEMPERATURE = 0x7B
    GET_RETURN_LOSS = 0x7E
    BUFFERED_INVENTORY = 0x80
    READ = 0x81
    WRITE = 0x82
    LOCK = 0x83
    SET_ACCESS_MATCH = 0x85
    GET_ACCESS_MATCH = 0x86
    REAL_TIME_INVENTORY = 0x89
    FAST_SWITCH_INVENTORY = 0x8A
    SESSION_INVENTORY = 0x8B
    GET_BUFFER = 0x90
    TAKE_BUFFER = 0x91
    COUNT_BUFFER = 0x92
    CLEAR_BUFFER = 0x93


class Beeper(IntEnum):
    """When the reader beeps."""

    QUIET = 0
    EACH_INVENTORY = 1
    EACH_TAG = 2


class LockArea(IntEnum):
    """What can be locked."""

    USER = 1
    TID = 2
    EPC = 3
    ACCESS_PASSWORD = 4
    KILL_PASSWORD = 5


class LockAction(IntEnum):
    """How it is locked."""

    OPEN = 0
    LOCK = 1
    OPEN_FOR_EVER = 2
    LOCK_FOR_EVER = 3


@dataclass(frozen=True, slots=True)
class Plain:
    """A request that is no more than its command."""

    command: Command


@dataclass(frozen=True, slots=True)
class Setting:
    """A request of one byte: a setting, an antenna from 0, a number of rounds, …"""

    command: Command
    value: int


@dataclass(frozen=True, slots=True)
class SetOutputPower:
    """Kept over power cuts; one value for all antennas or one for each."""

    dbm: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WriteGpio:
    """Outputs are pins 3 and 4."""

    pin: int
    high: bool


@dataclass(frozen=True, slots=True)
class SessionInventory:
    """A real-time inventory in one of the sessions S0 to S3, of the tags whose flag is A (0) or B (1)."""

    session: int
    target: int
    rounds: int


@dataclass(frozen=True, slots=True)
class FastSwitchInventory:
    """A real-time inventory over several antennas: (antenna, rounds) pairs, the pause between them, repetitions."""

    stays: tuple[tuple[int, int], ...]
    pause_ms: int
    rounds: int


@dataclass(frozen=True, slots=True)
class ReadTags:
    """Read memory of every tag that is selected. Old firmware knows no password here (None)."""

    bank: MemoryBank
    first_word: int
    words: int
    password: bytes | None = NO_PASSWORD


@dataclass(frozen=True, slots=True)
class WriteTags:
    """Write whole words to every tag that is selected."""

    bank: MemoryBank
    first_word: int
    data: bytes
    password: bytes = NO_PASSWORD


@dataclass(frozen=True, slots=True)
class LockTags:
    """Lock an area of every tag that is selected."""

    area: LockArea
    action: LockAction
    password: bytes = NO_PASSWORD


@dataclass(frozen=True, slots=True)
class SetAccessMatch:
    """Select tags by their whole EPC for reading, writing and locking; None: every tag again."""

    epc: bytes | None


TagRequest: TypeAlias = ReadTags | WriteTags | LockTags | SetAccessMatch
Request: TypeAlias = Plain | Setting | SetOutputPower | WriteGpio | SessionInventory | FastSwitchInventory | TagRequest

PLAIN: Final = frozenset(
    {
        Command.READ_GPIO,
        Command.GET_ANTENNA_DETECTOR,
        Command.GET_IDENTIFIER,
        Command.GET_LINK_PROFILE,
        Command.RESET,
        Command.GET_FIRMWARE_VERSION,
        Command.GET_WORK_ANTENNA,
        Command.GET_OUTPUT_POWER,
        Command.GET_REGION,
        Command.GET_TEMPERATURE,
        Command.GET_ACCESS_MATCH,
        Command.GET_BUFFER,
        Command.TAKE_BUFFER,
        Command.COUNT_BUFFER,
        Command.CLEAR_BUFFER,
    }
)
SETTINGS: Final = {
    Command.SET_ANTENNA_DETECTOR: range(0x100),
    Command.SET_TEMPORARY_POWER: range(34),
    Command.SET_LINK_PROFILE: range(0xD0, 0xD4),
    Command.SET_BAUD_RATE: range(3, 5),
    Command.SET_ADDRESS: range(0xFF),
    Command.SET_WORK_ANTENNA: range(MAX_ANTENNAS),
    Command.SET_BEEPER: range(len(Beeper)),
    Command.GET_RETURN_LOSS: range(0x100),
    Command.BUFFERED_INVENTORY: range(0x100),
    Command.REAL_TIME_INVENTORY: range(0x100),
}
"""Commands of one byte, and the values it can have."""

_COMMANDS: Final[dict[type[Request], Command]] = {
    SetOutputPower: Command.SET_OUTPUT_POWER,
    WriteGpio: Command.WRITE_GPIO,
    SessionInventory: Command.SESSION_INVENTORY,
    FastSwitchInventory: Command.FAST_SWITCH_INVENTORY,
    ReadTags: Command.READ,
    WriteTags: Command.WRITE,
    LockTags: Command.LOCK,
    SetAccessMatch: Command.SET_ACCESS_MATCH,
}


def command_of(request: Request) -> Command:
    """The command byte that a request is sent under and answered with."""
    return request.command if isinstance(request, (Plain, Setting)) else _COMMANDS[type(request)]
