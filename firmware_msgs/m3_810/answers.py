"""What a 3M reader answers, as typed values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from firmware_msgs.m3_810.questions import (
    Command,
    GetAfi,
    GetVersion,
    NameParameters,
    ProbeReader,
    Question,
    ReadBlocks,
    TakeInventory,
    WriteAfi,
    WriteBlocks,
)

NO_TAG = 0x06
"""The error about a tag that does not lie on the reader (any more). No other error is known."""


@dataclass(frozen=True, slots=True)
class Version:
    """`vendor` is 0A for 3M."""

    vendor: int
    major: int
    minor: int
    build: int


@dataclass(frozen=True, slots=True)
class Probed:
    """The answer to the probe."""

    version: Version


@dataclass(frozen=True, slots=True)
class Parameters:
    """Undocumented."""

    data: bytes


@dataclass(frozen=True, slots=True)
class SeenTag:
    """One tag of an inventory. `dsfid` is None when it was not asked for."""

    uid: str
    dsfid: int | None = None


@dataclass(frozen=True, slots=True)
class Inventory:
    """The tags in the field; `tell` and `afi` repeat the question's."""

    tags: tuple[SeenTag, ...]
    tell: int
    afi: int = 0


@dataclass(frozen=True, slots=True)
class TagCount:
    """How many tags are in the field: all that a question without `Tell.UID` is told."""

    count: int
    tell: int = 0
    afi: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """`lock` is 00 for a block that can be written."""

    number: int
    data: bytes
    lock: int = 0


@dataclass(frozen=True, slots=True)
class Blocks:
    """Blocks of one tag."""

    uid: str
    blocks: tuple[Block, ...]

    @property
    def data(self) -> bytes:
        """Their contents."""
        return b"".join(block.data for block in self.blocks)


@dataclass(frozen=True, slots=True)
class BlocksWritten:
    """`block` is the number after the last one written."""

    uid: str
    block: int


@dataclass(frozen=True, slots=True)
class Afi:
    """The tag's AFI."""

    uid: str
    value: int


@dataclass(frozen=True, slots=True)
class AfiWritten:
    """The reader wrote it; whether the tag kept it, only a read-back tells."""

    uid: str


@dataclass(frozen=True, slots=True)
class Refused:
    """It was not done. `uid`: the tag it was about, None for a command about no tag."""

    command: Command
    error: int
    uid: str | None = None


TagAnswer: TypeAlias = Blocks | BlocksWritten | Afi | AfiWritten
Answer: TypeAlias = Version | Probed | Parameters | Inventory | TagCount | TagAnswer | Refused

_EXPECTED: Final[dict[type[Question], tuple[type[Answer], Command | None]]] = {
    ProbeReader: (Probed, None),
    GetVersion: (Version, Command.GET_VERSION),
    NameParameters: (Parameters, Command.PARAMETERS),
    TakeInventory: (Inventory, Command.INVENTORY),
    ReadBlocks: (Blocks, Command.READ_BLOCKS),
    WriteBlocks: (BlocksWritten, Command.WRITE_BLOCKS),
    GetAfi: (Afi, Command.GET_AFI),
    WriteAfi: (AfiWritten, Command.WRITE_AFI),
}


def is_answer_to(question: Question, answer: Answer) -> bool:
    """Whether `answer` can belong to `question`: its command, its tag, its blocks."""
    kind, command = _EXPECTED[type(question)]
    if isinstance(answer, Refused):
        return answer.command == command and answer.uid == _tag_of(question)
    if not isinstance(answer, kind):
        return False
    if isinstance(answer, TagAnswer) and answer.uid != _tag_of(question):
        return False
    if isinstance(answer, Blocks) and isinstance(question, ReadBlocks):
        numbers = range(question.first, question.first + question.count)
        return [block.number for block in answer.blocks] == list(numbers[: len(answer.blocks)])
    return True


def _tag_of(question: Question) -> str | None:
    match question:
        case ReadBlocks(uid) | WriteBlocks(uid) | GetAfi(uid) | WriteAfi(uid):
            return uid
        case _:
            return None
