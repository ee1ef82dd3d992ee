"""Buffered read mode: each tag that comes into the field is written down once, until it has left."""

from __future__ import annotations

from collections import deque
from typing import Final

from drivers.simulators.virtual_tag import BLOCK_BYTES, Field, VirtualTag
from firmware_msgs.feig.answers import Answer, Done, Refused
from firmware_msgs.feig.buffer_records import Buffer, BufferRecord, Holds
from firmware_msgs.feig.buffered_mode import (
    BufferInformation,
    BufferRequest,
    ClearBuffer,
    GetBufferInformation,
    ReadBuffer,
    StartBuffer,
)
from firmware_msgs.feig.status import Status

CAPACITY: Final = 256
RECORDS_PER_ANSWER: Final = 8  # of 30 bytes each: what fits a standard frame
BLOCKS_PER_RECORD: Final = 4


class Gathering:
    """A reader's buffer. Without a clock, it looks at its field when it is asked."""

    def __init__(self, field: Field) -> None:
        self._field = field
        self._records: deque[BufferRecord] = deque()
        self._present: set[str] = set()
        self._read = 0
        self._overflowed = False

    def restart(self) -> None:
        """Forget everything."""
        self._records.clear()
        self._present.clear()
        self._read = 0
        self._overflowed = False

    def answer(self, request: BufferRequest) -> Answer:
        """Obey."""
        self._look()
        match request:
            case ReadBuffer(count):
                return self._tell(count)
            case GetBufferInformation():
                return BufferInformation(CAPACITY, 0, len(self._records))
            case ClearBuffer():
                return self._clear()
            case StartBuffer():
                self.restart()
                return Done()

    def _look(self) -> None:
        here = [tag for tag in self._field if tag.is_readable]
        for tag in here:
            if tag.uid not in self._present:
                self._write_down(tag)
        self._present = {tag.uid for tag in here}

    def _write_down(self, tag: VirtualTag) -> None:
        if len(self._records) < CAPACITY:
            self._records.append(_record(tag))
        else:
            self._overflowed = True

    def _tell(self, count: int) -> Answer:
        if not self._records:
            return Refused(Status.NO_VALID_DATA)
        if self._overflowed:
            return Refused(Status.BUFFER_OVERFLOW)
        self._read = min(count, RECORDS_PER_ANSWER, len(self._records))
        told = tuple(self._records[at] for at in range(self._read))
        return Buffer(Holds.UID | Holds.BLOCKS, told, more=self._read < min(count, len(self._records)))

    def _clear(self) -> Answer:
        if not self._read:
            return Refused(Status.NO_VALID_DATA)
        for _ in range(self._read):
            self._records.popleft()
        self._read, self._overflowed = 0, False
        return Done()


def _record(tag: VirtualTag) -> BufferRecord:
    blocks = tag.blocks(0, min(BLOCKS_PER_RECORD, tag.block_count))
    return BufferRecord(uid=tag.uid, blocks=tuple(block.ljust(BLOCK_BYTES, b"\0") for block in blocks))
