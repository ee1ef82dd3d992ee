"""A reader's settings, in blocks of its working memory and its EEPROM (FEIG H60301-3e, 4).

The byte after the command holds the block's number, bit 7 for the EEPROM and bit 6 for every block at once. What a
block means differs from model to model; most hold 14 bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.feig.commands import Command

ALL_BLOCKS: Final = None
"""In place of a block's number, for saving and resetting."""

_IN_EEPROM = 0x80
_ALL = 0x40
_LARGEST_BLOCK = 0x3F


@dataclass(frozen=True, slots=True)
class ReadConfiguration:
    """One block, as it works now or as it is kept."""

    block: int
    in_eeprom: bool = False


@dataclass(frozen=True, slots=True)
class WriteConfiguration:
    """One block; in working memory it lasts until the reader is switched off."""

    block: int
    record: bytes
    in_eeprom: bool = False


@dataclass(frozen=True, slots=True)
class SaveConfiguration:
    """Keep a block, or all of them, as they work now."""

    block: int | None = ALL_BLOCKS


@dataclass(frozen=True, slots=True)
class ResetConfiguration:
    """Give a block, or all of them, the factory's values."""

    block: int | None = ALL_BLOCKS
    in_eeprom: bool = False


@dataclass(frozen=True, slots=True)
class ConfigurationRecord:
    """What a block holds."""

    record: bytes


ConfigurationRequest: TypeAlias = ReadConfiguration | WriteConfiguration | SaveConfiguration | ResetConfiguration

CONFIGURATION_COMMANDS: Final[Mapping[type[ConfigurationRequest], Command]] = {
    ReadConfiguration: Command.READ_CONFIGURATION,
    WriteConfiguration: Command.WRITE_CONFIGURATION,
    SaveConfiguration: Command.SAVE_CONFIGURATION,
    ResetConfiguration: Command.RESET_CONFIGURATION,
}


def encode_configuration_request(request: ConfigurationRequest) -> bytes:
    """What follows the command byte."""
    match request:
        case WriteConfiguration(block, record, in_eeprom):
            return _place(block, in_eeprom=in_eeprom) + record
        case SaveConfiguration(block):
            return _place(block)
        case ReadConfiguration(block, in_eeprom) | ResetConfiguration(block, in_eeprom):
            return _place(block, in_eeprom=in_eeprom)


def _place(block: int | None, *, in_eeprom: bool = False) -> bytes:
    if block is not None and not 0 <= block <= _LARGEST_BLOCK:
        raise EncodeError(f"a reader has configuration blocks 0 to {_LARGEST_BLOCK}, not {block}")
    return bytes(((_IN_EEPROM if in_eeprom else 0) | (_ALL if block is None else block),))


def decode_configuration_request(command: int, cursor: Cursor) -> ConfigurationRequest:
    """The request behind this command byte, or DecodeError."""
    place = cursor.byte()
    block = ALL_BLOCKS if place & _ALL else place & _LARGEST_BLOCK
    in_eeprom = bool(place & _IN_EEPROM)
    match command:
        case Command.SAVE_CONFIGURATION if not in_eeprom:
            return SaveConfiguration(block)
        case Command.RESET_CONFIGURATION:
            return ResetConfiguration(block, in_eeprom)
        case Command.READ_CONFIGURATION if block is not None:
            return ReadConfiguration(block, in_eeprom)
        case Command.WRITE_CONFIGURATION if block is not None:
            return WriteConfiguration(block, cursor.rest(), in_eeprom)
        case _:
            raise DecodeError("value", "this cannot be done with these blocks", 0)
