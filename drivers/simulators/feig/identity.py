"""What a simulated FEIG reader says it is. The software version is that of a published answer; the rest is invented."""

from __future__ import annotations

from typing import Final

from drivers.simulators.feig.settings import BLOCKS
from firmware_msgs.feig.answers import Answer, Refused
from firmware_msgs.feig.frames import MAX_FRAME_BYTES
from firmware_msgs.feig.reader_answers import (
    ConfigurationPages,
    DeviceId,
    InformationMode,
    InformationRecords,
    ReaderFirmware,
    ReaderHardware,
    ReaderInformation,
    SoftwareVersion,
    encode_information,
)
from firmware_msgs.feig.status import Status

VERSION: Final = SoftwareVersion(software=0x0303, development=0, hardware_type=0x44, reader_type=0x53, tag_types=0x0D30)

_PAGES: Final = ConfigurationPages(BLOCKS, b"\xff" * (BLOCKS // 8))
_INFORMATION: Final[dict[int, ReaderInformation]] = {
    InformationMode.FIRMWARE: ReaderFirmware(VERSION, MAX_FRAME_BYTES, MAX_FRAME_BYTES),
    InformationMode.HARDWARE: ReaderHardware(1, 1, 1, frequency=0, port_type=0),
    InformationMode.READABLE_CONFIGURATION: _PAGES,
    InformationMode.WRITABLE_CONFIGURATION: _PAGES,
    InformationMode.DEVICE_ID: DeviceId(0x5343_0001, 0, 0x0303, 0x0001, 0x0001),
}


def information(mode: int) -> Answer:
    """The record of this mode, or that there is none."""
    if mode == InformationMode.ALL:
        return InformationRecords(tuple((each, encode_information(_INFORMATION[each])) for each in _INFORMATION))
    return _INFORMATION.get(mode) or Refused(Status.PARAMETER_RANGE)
