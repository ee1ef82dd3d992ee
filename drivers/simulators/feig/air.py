"""What the tags in a FEIG reader's field answer to it. The field stays on between inventories: a quiet tag stays so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from drivers.simulators.virtual_tag import BLOCK_BYTES, IC_REFERENCE, Field, TagState, VirtualTag
from firmware_msgs.feig.answers import Answer, Done, Refused
from firmware_msgs.feig.inventory import ItemTag
from firmware_msgs.feig.nxp import ResetEas, SenseEas, SetEas
from firmware_msgs.feig.status import Status
from firmware_msgs.feig.tag_answers import Block, Blocks, BlockSecurity, Inventory, SystemInformation
from firmware_msgs.feig.tag_requests import (
    MAX_READ_BYTES,
    GetBlockSecurity,
    GetSystemInformation,
    LockAfi,
    LockBlocks,
    LockDsfid,
    ReadBlocks,
    ResetToReady,
    Select,
    StayQuiet,
    WriteAfi,
    WriteBlocks,
    WriteDsfid,
)
from firmware_msgs.feig.targets import OnTag, Target, Unaddressed
from firmware_msgs.iso15693 import TagError

TAGS_PER_ANSWER: Final = 24  # what fits a standard frame


class Air:
    """A reader's radio: its field may be off, and what did not fit into the last inventory's answer waits here."""

    def __init__(self, field: Field) -> None:
        self._field = field
        self._is_on = True
        self._untold: list[ItemTag] = []

    def switch(self, *, on: bool) -> None:
        """Switch the field; without it every tag forgets its state."""
        self._is_on = on
        self.reset()

    def reset(self) -> None:
        """Switch it off for a moment."""
        self._field.reset()
        self._untold = []

    def take_inventory(self, *, more: bool) -> Answer:
        """Every tag that is not quiet, as many as one answer holds."""
        if not more:
            self._untold = [ItemTag(tag.uid, tag.dsfid) for tag in self._listening()]
        told, self._untold = self._untold[:TAGS_PER_ANSWER], self._untold[TAGS_PER_ANSWER:]
        return Inventory(tuple(told), more=bool(self._untold)) if told else Refused(Status.NO_TAG)

    def ask(self, request: OnTag) -> Answer:
        """What the tag that is meant answers, or why there is none."""
        tags = self._meant(request.tag)
        if len(tags) > 1:
            return Refused(Status.COLLISION)
        if not tags or not tags[0].is_readable:
            return Refused(Status.NO_TAG)
        if isinstance(request, StayQuiet | Select | ResetToReady):
            return self._change_state(tags[0], request)
        return answer_of(tags[0], request)

    def _listening(self) -> list[VirtualTag]:
        return [tag for tag in self._field if tag.state is not TagState.QUIET] if self._is_on else []

    def _meant(self, target: Target) -> list[VirtualTag]:
        match target:
            case Unaddressed.ANY:
                return self._listening()
            case Unaddressed.SELECTED:
                return [tag for tag in self._listening() if tag.state is TagState.SELECTED]
            case str():
                tag = self._field.get(target) if self._is_on else None
                return [] if tag is None else [tag]

    def _change_state(self, tag: VirtualTag, request: StayQuiet | Select | ResetToReady) -> Answer:
        if isinstance(request.tag, Unaddressed) and not isinstance(request, ResetToReady):
            return Refused(Status.PARAMETER_RANGE)
        match request:
            case StayQuiet():
                tag.state = TagState.QUIET
            case Select():
                for other in self._meant(Unaddressed.SELECTED):
                    other.state = TagState.READY
                tag.state = TagState.SELECTED
            case ResetToReady():
                tag.state = TagState.READY
        return Done()


def answer_of(tag: VirtualTag, request: OnTag) -> Answer:
    """What one tag answers."""
    match request:
        case ReadBlocks(_, first, count, with_security):
            return _read(tag, first, count, with_security=with_security)
        case WriteBlocks(_, first, blocks):
            return _write(tag, first, blocks)
        case LockBlocks(_, first, count):
            return _each(range(first, first + count), tag.lock_block)
        case GetBlockSecurity(_, first, count):
            return _security(tag, first, count)
        case GetSystemInformation():
            return SystemInformation(tag.uid, tag.dsfid, tag.afi, BLOCK_BYTES, tag.block_count, IC_REFERENCE)
        case _:
            return _set(tag, request)


def _set(tag: VirtualTag, request: OnTag) -> Answer:
    match request:
        case WriteAfi(_, afi):
            return _done_unless(tag.write_afi(afi))
        case LockAfi():
            return _done_unless(tag.lock_afi())
        case WriteDsfid(_, dsfid):
            return _done_unless(tag.write_dsfid(dsfid))
        case LockDsfid():
            return _done_unless(tag.lock_dsfid())
        case _:
            return _use_eas(tag, request)


def _use_eas(tag: VirtualTag, request: OnTag) -> Answer:
    match request:
        case SetEas() | ResetEas():
            tag.eas = isinstance(request, SetEas)
            return Done()
        case SenseEas():
            return Done() if tag.eas else Refused(Status.NO_TAG)
        case _:
            return Refused(Status.WRONG_TAG_TYPE)


def _done_unless(error: TagError | None) -> Answer:
    return Done() if error is None else Refused(Status.TAG_ERROR, error)


def _each(indices: range, change: Callable[[int], TagError | None]) -> Answer:
    for index in indices:
        if (error := change(index)) is not None:
            return Refused(Status.TAG_ERROR, error, index)
    return Done()


def _read(tag: VirtualTag, first: int, count: int, *, with_security: bool) -> Answer:
    if count * BLOCK_BYTES > MAX_READ_BYTES:
        return Refused(Status.PARAMETER_RANGE)
    if not tag.has_blocks(first, count):
        return Refused(Status.TAG_ERROR, TagError.NO_SUCH_BLOCK)
    locked = tag.locked_blocks if with_security else frozenset[int]()
    return Blocks(tuple(Block(data, int(at in locked)) for at, data in enumerate(tag.blocks(first, count), first)))


def _write(tag: VirtualTag, first: int, blocks: tuple[bytes, ...]) -> Answer:
    if any(len(block) != BLOCK_BYTES for block in blocks):
        return Refused(Status.PARAMETER_RANGE)
    return _each(range(first, first + len(blocks)), lambda index: tag.write_block(index, blocks[index - first]))


def _security(tag: VirtualTag, first: int, count: int) -> Answer:
    if not tag.has_blocks(first, count):
        return Refused(Status.TAG_ERROR, TagError.NO_SUCH_BLOCK)
    return BlockSecurity(tuple(int(at in tag.locked_blocks) for at in range(first, first + count)))
