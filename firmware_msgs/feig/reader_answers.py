"""What a FEIG reader says of itself (FEIG H60301-3e, 5.4 and 5.5; H90202-7e, 9.4; H71011-0e)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TypeAlias

from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import EncodeError


class InformationMode(IntEnum):
    """What `GetReaderInformation` asks for."""

    FIRMWARE = 0x00
    HOST_CONTROLLER = 0x01
    USB_CONTROLLER = 0x02
    DECODER = 0x03
    FUNCTIONS = 0x04
    BOOT_LOADER = 0x05
    HARDWARE = 0x10
    READABLE_CONFIGURATION = 0x40
    WRITABLE_CONFIGURATION = 0x41
    LAN_MAC = 0x50
    LAN_ADDRESS = 0x51
    LAN_MASK = 0x52
    LAN_GATEWAY = 0x53
    WLAN_MAC = 0x54
    WLAN_ADDRESS = 0x55
    WLAN_MASK = 0x56
    WLAN_GATEWAY = 0x57
    OUTPUTS_AND_INPUTS = 0x60
    DEVICE_ID = 0x80
    ALL = 0xFF


@dataclass(frozen=True, slots=True)
class SoftwareVersion:
    """What a reader is. `tag_types` has a bit for each kind of tag it speaks to; `more` is what newer firmware adds."""

    software: int
    development: int
    hardware_type: int
    reader_type: int
    tag_types: int
    more: bytes = b""


@dataclass(frozen=True, slots=True)
class ReaderFirmware:
    """Mode 00: the same, and the longest frames that the reader takes and sends."""

    version: SoftwareVersion
    receive_bytes: int
    send_bytes: int


@dataclass(frozen=True, slots=True)
class ReaderHardware:
    """Mode 10; `reserved` is kept as it came."""

    board: int
    digital: int
    analogue: int
    frequency: int
    port_type: int
    reserved: bytes = bytes(3)


@dataclass(frozen=True, slots=True)
class ConfigurationPages:
    """Modes 40 and 41: how many pages there are, and a bit for each that may be read or written, the first page in the
    highest bit.
    """

    count: int
    permissions: bytes


@dataclass(frozen=True, slots=True)
class DeviceId:
    """Mode 80: what the maker wants to know for an upgrade."""

    device: int
    customer: int
    firmware: int
    tag_drivers: int
    functions: int
    reserved: int = 0


@dataclass(frozen=True, slots=True)
class OtherInformation:
    """Any other mode: as it came (for the network modes an address)."""

    data: bytes


@dataclass(frozen=True, slots=True)
class InformationRecords:
    """Mode FF: mode and 30 bytes of every record there is."""

    records: tuple[tuple[int, bytes], ...]


ReaderInformation: TypeAlias = (
    ReaderFirmware | ReaderHardware | ConfigurationPages | DeviceId | OtherInformation | InformationRecords
)

_RECORD_BYTES = 30


@dataclass(frozen=True, slots=True)
class NoiseLevel:
    """In the reader's own units."""

    minimum: int
    average: int
    maximum: int


@dataclass(frozen=True, slots=True)
class Inputs:
    """A bit for each input that is active, the first in the lowest."""

    states: int


def decode_version(cursor: Cursor) -> SoftwareVersion:
    """What follows the status of `65`."""
    return replace(_decode_version(cursor), more=cursor.rest())


def _decode_version(cursor: Cursor) -> SoftwareVersion:
    return SoftwareVersion(cursor.word(), cursor.byte(), cursor.byte(), cursor.byte(), cursor.word())


def encode_version(version: SoftwareVersion) -> bytes:
    """The same, the other way round."""
    kinds = bytes((version.development, version.hardware_type, version.reader_type))
    return version.software.to_bytes(2, "big") + kinds + version.tag_types.to_bytes(2, "big") + version.more


def decode_information(mode: int, cursor: Cursor) -> ReaderInformation:
    """What follows the status of `66`, which does not say its mode."""
    match mode:
        case InformationMode.FIRMWARE:
            return ReaderFirmware(_decode_version(cursor), cursor.word(), cursor.word())
        case InformationMode.HARDWARE:
            words = cursor.word(), cursor.word(), cursor.word()
            return ReaderHardware(*words, cursor.byte(), cursor.byte(), cursor.take(3))
        case InformationMode.READABLE_CONFIGURATION | InformationMode.WRITABLE_CONFIGURATION:
            return ConfigurationPages(cursor.word(), cursor.rest())
        case InformationMode.DEVICE_ID:
            ids = int.from_bytes(cursor.take(4), "big"), int.from_bytes(cursor.take(4), "big")
            return DeviceId(*ids, cursor.word(), cursor.word(), cursor.word(), cursor.word())
        case InformationMode.ALL:
            records = ((cursor.byte(), cursor.take(_RECORD_BYTES)) for _ in range(cursor.byte()))
            return InformationRecords(tuple(records))
        case _:
            return OtherInformation(cursor.rest())


def encode_information(information: ReaderInformation) -> bytes:
    """The same, the other way round."""
    match information:
        case ReaderFirmware(version, receive_bytes, send_bytes):
            return encode_version(version) + receive_bytes.to_bytes(2, "big") + send_bytes.to_bytes(2, "big")
        case ReaderHardware(board, digital, analogue, frequency, port_type, reserved):
            words = b"".join(value.to_bytes(2, "big") for value in (board, digital, analogue))
            return words + bytes((frequency, port_type)) + reserved
        case ConfigurationPages(count, permissions):
            return count.to_bytes(2, "big") + permissions
        case DeviceId(device, customer, firmware, tag_drivers, functions, reserved):
            words = b"".join(value.to_bytes(2, "big") for value in (firmware, tag_drivers, functions, reserved))
            return device.to_bytes(4, "big") + customer.to_bytes(4, "big") + words
        case InformationRecords(records):
            return bytes((len(records),)) + b"".join(_record(mode, data) for mode, data in records)
        case OtherInformation(data):
            return data


def _record(mode: int, data: bytes) -> bytes:
    if len(data) > _RECORD_BYTES:
        raise EncodeError(f"a record of reader information holds {_RECORD_BYTES} bytes, not {len(data)}")
    return bytes((mode,)) + data.ljust(_RECORD_BYTES, b"\0")
