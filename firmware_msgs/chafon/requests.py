"""What a host asks of a Chafon reader, as typed values (UHFReader18 manual V2.0; masks as UHFReader288 has them).

Memory is counted in words of two bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, TypeAlias

from firmware_msgs.tags.uhf.gen2 import MemoryBank

NO_PASSWORD = bytes(4)
LONGEST_EPC_WORDS = 15
LONGEST_READ_WORDS = 120


class Command(IntEnum):
    """The command byte, which the answer repeats."""

    INVENTORY = 0x01
    READ = 0x02
    WRITE = 0x03
    WRITE_EPC = 0x04
    LOCK = 0x06
    SINGLE_INVENTORY = 0x0F
    READER_INFORMATION = 0x21
    SET_REGION = 0x22
    SET_ADDRESS = 0x24
    SET_SCAN_TIME = 0x25
    SET_BAUD_RATE = 0x28
    SET_POWER = 0x2F
    SIGNAL = 0x33


class LockArea(IntEnum):
    """What can be protected."""

    KILL_PASSWORD = 0
    ACCESS_PASSWORD = 1
    EPC = 2
    TID = 3
    USER = 4


class LockAction(IntEnum):
    """When it may be written (passwords: and read)."""

    ALWAYS = 0
    ALWAYS_FOR_EVER = 1
    WITH_PASSWORD = 2
    NEVER_AGAIN = 3


@dataclass(frozen=True, slots=True)
class Mask:
    """Bits that a tag's memory must hold (UHFReader288): `bits` of them from bit `first_bit` on."""

    bank: MemoryBank
    first_bit: int
    bits: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of memory."""

    first_word: int
    words: int


@dataclass(frozen=True, slots=True)
class TakeInventory:
    """All tags in the field: their EPCs, or this much of their TIDs (firmware from V2.36 on)."""

    tid: Words | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """How a UHFReader288 looks for tags. `antenna` 80 is the first; `scan_time` counts 100 ms."""

    target: int = 0
    antenna: int = 0x80
    scan_time: int = 3


@dataclass(frozen=True, slots=True)
class TakeInventory288:
    """The same of a UHFReader288 and its kin. `q`: 2**q slots in its low nibble, options above; `session` FF lets the
    reader choose; without `scan` it does as it was told last.
    """

    q: int = 4
    session: int = 0
    mask: Mask | None = None
    tid: Words | None = None
    scan: Scan | None = Scan()


Selection: TypeAlias = bytes | Mask
"""One tag by its whole EPC (none at all: any tag), or by a mask."""


@dataclass(frozen=True, slots=True)
class ReadTag:
    """Memory of one tag."""

    tag: Selection
    bank: MemoryBank
    place: Words
    password: bytes = NO_PASSWORD


@dataclass(frozen=True, slots=True)
class WriteTag:
    """Write whole words to one tag."""

    tag: Selection
    bank: MemoryBank
    first_word: int
    data: bytes
    password: bytes = NO_PASSWORD


@dataclass(frozen=True, slots=True)
class WriteEpc:
    """Write the EPC of any one tag in the field: only for a technician with a single tag."""

    epc: bytes
    password: bytes = NO_PASSWORD


@dataclass(frozen=True, slots=True)
class LockTag:
    """Protect an area of one tag."""

    tag: Selection
    area: LockArea
    action: LockAction
    password: bytes = NO_PASSWORD


@dataclass(frozen=True, slots=True)
class Plain:
    """A request that is no more than its command."""

    command: Command


@dataclass(frozen=True, slots=True)
class Setting:
    """A request of one byte: power in dBm, scan time in 100 ms, …"""

    command: Command
    value: int


@dataclass(frozen=True, slots=True)
class SetRegion:
    """The highest and the lowest channel, each with half of the band's number above it."""

    highest: int
    lowest: int


@dataclass(frozen=True, slots=True)
class Signal:
    """Lamp and beeper: on and off times (in 50 ms [M]), and how often."""

    active: int
    silent: int
    times: int


Request: TypeAlias = (
    TakeInventory | TakeInventory288 | ReadTag | WriteTag | WriteEpc | LockTag | Plain | Setting | SetRegion | Signal
)

PLAIN: Final = frozenset({Command.SINGLE_INVENTORY, Command.READER_INFORMATION})
SETTINGS: Final = frozenset({Command.SET_ADDRESS, Command.SET_SCAN_TIME, Command.SET_BAUD_RATE, Command.SET_POWER})

_COMMANDS: Final[dict[type[Request], Command]] = {
    TakeInventory: Command.INVENTORY,
    TakeInventory288: Command.INVENTORY,
    ReadTag: Command.READ,
    WriteTag: Command.WRITE,
    WriteEpc: Command.WRITE_EPC,
    LockTag: Command.LOCK,
    SetRegion: Command.SET_REGION,
    Signal: Command.SIGNAL,
}


def command_of(request: Request) -> Command:
    """The command byte that a request is sent under and answered with."""
    return request.command if isinstance(request, (Plain, Setting)) else _COMMANDS[type(request)]
