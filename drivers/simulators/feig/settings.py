"""A FEIG reader's settings: what works now and what is kept. What they mean is not simulated."""

from __future__ import annotations

from typing import Final

from firmware_msgs.feig.answers import Answer, Done, Refused
from firmware_msgs.feig.configuration import (
    ConfigurationRecord,
    ConfigurationRequest,
    ReadConfiguration,
    ResetConfiguration,
    SaveConfiguration,
    WriteConfiguration,
)
from firmware_msgs.feig.status import Status

BLOCKS: Final = 16
RECORD_BYTES: Final = 14
_FACTORY: Final = bytes(RECORD_BYTES)


class Settings:
    """Blocks of fourteen bytes."""

    def __init__(self) -> None:
        self._kept = dict.fromkeys(range(BLOCKS), _FACTORY)
        self._working = dict(self._kept)

    def restart(self) -> None:
        """Work with what is kept, as after switching on."""
        self._working = dict(self._kept)

    def answer(self, request: ConfigurationRequest) -> Answer:
        """Obey, or say why not: reading and writing of a block that is not there have a status each."""
        if request.block is not None and request.block not in self._kept:
            reads = isinstance(request, ReadConfiguration)
            return Refused(Status.READ_PROTECTED if reads else Status.WRITE_PROTECTED)
        match request:
            case ReadConfiguration(block, in_eeprom):
                return ConfigurationRecord((self._kept if in_eeprom else self._working)[block])
            case WriteConfiguration(block, record, in_eeprom):
                return self._write(block, record, in_eeprom=in_eeprom)
            case SaveConfiguration(block):
                for each in _meant(block):
                    self._kept[each] = self._working[each]
            case ResetConfiguration(block, in_eeprom):
                for each in _meant(block):
                    self._write(each, _FACTORY, in_eeprom=in_eeprom)
        return Done()

    def _write(self, block: int, record: bytes, *, in_eeprom: bool) -> Answer:
        if len(record) != RECORD_BYTES:
            return Refused(Status.LENGTH_ERROR)
        self._working[block] = record
        if in_eeprom:
            self._kept[block] = record
        return Done()


def _meant(block: int | None) -> range:
    return range(BLOCKS) if block is None else range(block, block + 1)
