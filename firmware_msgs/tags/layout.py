"""Where data objects stand in a chip's memory: around what is locked already, and so that what is to be locked fills
whole blocks (ISO/IEC 15962; the worked example is Annex D of ISO 28560-2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby
from operator import attrgetter

from firmware_msgs.errors import BlockLockedError, DecodeError, TooLongError
from firmware_msgs.tags.chip import Chip
from firmware_msgs.tags.iso15962 import (
    MAX_PADDING,
    NULL,
    TERMINATOR,
    DataObject,
    Span,
    encode_object,
    encode_objects,
    end_of,
    spans,
)


@dataclass(frozen=True, slots=True)
class Wish:
    """An object to be placed. `locks`: its blocks are to be locked once written. `name`: for errors."""

    found: DataObject
    name: str
    locks: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """`memory` goes on the chip from byte 0 on, in whole blocks; then `to_lock` are to be locked."""

    memory: bytes
    to_lock: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Gap:
    """Bytes that may be written, from `start` to before `stop`."""

    start: int
    stop: int

    @property
    def size(self) -> int:
        return self.stop - self.start


def locked_spans(chip: Chip) -> tuple[Span, ...]:
    """The objects in locked blocks, wholly or in part. BlockLockedError when a locked block holds something else."""
    if not chip.locked:
        return ()
    try:
        found = tuple(spans(chip.memory))
    except DecodeError as error:
        raise BlockLockedError(min(chip.locked), "what is no data object") from error
    return tuple(span for span in found if chip.blocks_of(span.start, span.stop) & chip.locked)


def lay_out(wishes: Sequence[Wish], chip: Chip) -> Written:
    """The objects in their order; those that are not to be locked fill the gaps before what is locked already.

    TooLongError names the first that has no room.
    """
    *early, last = _gaps(chip)
    memory = bytearray(chip.memory[: last.start].ljust(last.start, b"\0"))
    remaining = list(wishes)
    for gap in early:
        chosen = _fitting(remaining, gap.size)
        remaining = [wish for wish in remaining if wish not in chosen]
        memory[gap.start : gap.stop] = _filled(chosen, gap.size)
    tail, to_lock = _tail(remaining, last, chip)
    return Written(chip.keep_locked(chip.in_blocks(bytes(memory) + tail)), to_lock)


def _gaps(chip: Chip) -> list[_Gap]:
    """Where something may be written, in order; the last one ends the objects, and may be empty."""
    end = _end(chip)
    taken = {at for block in chip.locked for at in range(block * chip.block_bytes, (block + 1) * chip.block_bytes)}
    taken |= {at for span in locked_spans(chip) for at in range(span.start, span.stop)}
    gaps: list[_Gap] = []
    start = 0
    for at in sorted(at for at in taken if at < end):
        if at > start:
            gaps.append(_Gap(start, at))
        start = at + 1
    return [*gaps, _Gap(start, end)]


def _end(chip: Chip) -> int:
    """Where the objects have to end: at the first locked byte that they do not reach now."""
    if not chip.locked:
        return chip.capacity
    reached = end_of(chip.memory)
    starts = (block * chip.block_bytes for block in chip.locked)
    return min((max(start, reached) for start in starts if start + chip.block_bytes > reached), default=chip.capacity)


def _fitting(wishes: Sequence[Wish], size: int) -> list[Wish]:
    """As many as fit, the first first; none that is to be locked, for a gap need not begin with a block."""
    chosen: list[Wish] = []
    for wish in wishes:
        needed = len(encode_object(wish.found))
        if not wish.locks and needed <= size:
            chosen.append(wish)
            size -= needed
    return chosen


def _filled(wishes: Sequence[Wish], size: int) -> bytes:
    """The objects in exactly `size` bytes: the rest is the last one's padding, else bytes that say nothing."""
    objects = [wish.found for wish in wishes]
    missing = size - len(encode_objects(objects))
    padding = min(missing - 1, MAX_PADDING)
    if objects and missing:
        objects[-1] = replace(objects[-1], padding=bytes(padding))
        missing -= padding + 1
    return encode_objects(objects) + bytes((NULL,)) * missing


def _tail(wishes: Sequence[Wish], gap: _Gap, chip: Chip) -> tuple[bytes, frozenset[int]]:
    """The last objects with the end mark, and the blocks to be locked: those of a run of objects that are."""
    runs = [(locks, list(run)) for locks, run in groupby(wishes, key=attrgetter("locks"))]
    memory = bytes((NULL,)) * (-gap.start % chip.block_bytes if runs and runs[0][0] else 0)
    to_lock: frozenset[int] = frozenset()
    for index, (locks, run) in enumerate(runs):
        start, size = gap.start + len(memory), sum(len(encode_object(wish.found)) for wish in run)
        if locks or index + 1 < len(runs):
            size += -(start + size) % chip.block_bytes
        memory += _filled(run, size)
        to_lock |= chip.blocks_of(start, start + size) if locks else frozenset()
    ends_by_itself = gap.stop == chip.capacity or chip.memory[gap.stop : gap.stop + 1] == bytes((TERMINATOR,))
    excess = len(memory) + (0 if ends_by_itself else 1) - gap.size
    if excess > 0:
        raise TooLongError(_first_without_room(wishes, gap.size), excess)
    return memory + bytes((TERMINATOR,))[: gap.size - len(memory)], to_lock


def _first_without_room(wishes: Sequence[Wish], room: int) -> str:
    ends = accumulate(len(encode_object(wish.found)) for wish in wishes)
    return next(
        (wish.name for wish, end in zip(wishes, ends, strict=True) if end > room),
        wishes[-1].name if wishes else "the end mark",
    )
