"""What an A0 reader answers, as typed values. One request may be answered in several frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from firmware_msgs.tags.uhf.gen2 import CRC_BYTES, WORD_BYTES, crc16_gen2, decode_pc
from firmware_msgs.uhf_a0.status import status_words

_RSSI_OFFSET = 129


@dataclass(frozen=True, slots=True)
class Done:
    """The request was carried out; there is nothing more to say."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Any status but success. `antenna` where the reader names one."""

    status: int
    antenna: int | None = None

    def __str__(self) -> str:
        return status_words(self.status)


@dataclass(frozen=True, slots=True)
class Value:
    """What was asked for is one byte: an antenna from 0, decibels, a link profile."""

    value: int


@dataclass(frozen=True, slots=True)
class FirmwareVersion:
    """The reader's firmware."""

    major: int
    minor: int


@dataclass(frozen=True, slots=True)
class OutputPower:
    """One value for all antennas, or one for each."""

    dbm: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Temperature:
    """Inside the reader."""

    celsius: int


@dataclass(frozen=True, slots=True)
class GpioLevels:
    """The two inputs."""

    gpio1: bool
    gpio2: bool


@dataclass(frozen=True, slots=True)
class Identifier:
    """Twelve bytes somebody gave the reader."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Region:
    """The frequencies in use, as the reader's own parameters (one of its tables and two places in it, or a custom
    range).
    """

    parameters: bytes


@dataclass(frozen=True, slots=True)
class AccessMatch:
    """The EPC that tags are selected by; None: every tag."""

    epc: bytes | None


@dataclass(frozen=True, slots=True)
class TagSeen:
    """One tag in a real-time inventory. `freq_ant`: channel (6 bits) and antenna (2 bits, from 0)."""

    freq_ant: int
    pc: bytes
    epc: bytes
    rssi: int

    @property
    def rssi_dbm(self) -> int:
        """How strongly it answered; the top bit belongs to the antenna's number."""
        return (self.rssi & 0x7F) - _RSSI_OFFSET


@dataclass(frozen=True, slots=True)
class InventoryDone:
    """A real-time inventory is over. `total_reads`: how often a tag was seen, each told in a frame of its own."""

    antenna: int
    read_rate: int
    total_reads: int


@dataclass(frozen=True, slots=True)
class FastSwitchDone:
    """A real-time inventory over several antennas is over."""

    total_reads: int
    duration_ms: int


@dataclass(frozen=True, slots=True)
class BufferedInventoryDone:
    """An inventory into the reader's buffer is over, with so many different tags."""

    antenna: int
    tag_count: int
    read_rate: int
    total_reads: int


@dataclass(frozen=True, slots=True)
class BufferedTag:
    """One of `tag_count` tags in the buffer, seen `times` times."""

    tag_count: int
    pc: bytes
    epc: bytes
    crc: bytes
    rssi: int
    freq_ant: int
    times: int


@dataclass(frozen=True, slots=True)
class BufferCount:
    """How many different tags the buffer holds."""

    tags: int


@dataclass(frozen=True, slots=True)
class TagRead:
    """What one of `tag_count` tags holds where it was read."""

    tag_count: int
    pc: bytes
    epc: bytes
    crc: bytes
    data: bytes
    freq_ant: int = 0
    times: int = 1


@dataclass(frozen=True, slots=True)
class TagChanged:
    """What became of writing or locking one of `tag_count` tags; its PC and EPC as they were before."""

    tag_count: int
    pc: bytes
    epc: bytes
    crc: bytes
    status: int
    freq_ant: int = 0
    times: int = 1


Answer: TypeAlias = (
    Done
    | Refused
    | Value
    | FirmwareVersion
    | OutputPower
    | Temperature
    | GpioLevels
    | Identifier
    | Region
    | AccessMatch
    | TagSeen
    | InventoryDone
    | FastSwitchDone
    | BufferedInventoryDone
    | BufferedTag
    | BufferCount
    | TagRead
    | TagChanged
)


def pc_fits(tag: TagSeen) -> bool:
    """Whether the PC counts as many words as the EPC has."""
    return decode_pc(tag.pc).words * WORD_BYTES == len(tag.epc)


def crc_holds(tag: BufferedTag | TagRead | TagChanged) -> bool:
    """Whether the tag's own CRC fits its PC and EPC: the line's checksum is only eight bits."""
    return tag.crc == crc16_gen2(tag.pc + tag.epc).to_bytes(CRC_BYTES, "big")
