"""An ISO 15693 tag on a PC/SC reader. What such a reader can do beyond reading blocks differs by its maker."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Protocol, TypeAlias

from firmware_msgs.apdu import GET_UID, Command, Response, exchange, uid_of
from firmware_msgs.cards.iso15693_air import uid_text
from firmware_msgs.cards.omnikey import GetObject, TagObject, WriteObject, byte_of, encode_omnikey, memory_of
from firmware_msgs.cards.storage import ReadBinary, encode_storage
from firmware_msgs.errors import DecodeError
from firmware_msgs.tags.content import TagContent, TagFault
from firmware_msgs.tags.detect import HEAD_BYTES, is_enough, read_content

Transmit: TypeAlias = Callable[[bytes], bytes]
"""Sends an APDU to the card and returns its answer. Raises `Unread` when the card is gone."""

BLOCK_BYTES = 4  # of every tag in library use; a generic reader does not tell it
HEAD_BLOCKS = -(-HEAD_BYTES // BLOCK_BYTES)
MORE_BLOCKS = 8  # enough for a title or a long identifier at once
BLOCK_COUNT_MAX = 256  # a block's number is one byte
ATTEMPTS = 3  # a tag at the edge of the field answers only now and then


class TagCommands(Enum):
    """What a reader knows of ISO 15693."""

    GENERIC = "generic"  # the blocks of PC/SC part 3 and nothing else
    OMNIKEY = "omnikey"  # HID OMNIKEY's own commands for AFI and DSFID
    TRANSPARENT = "transparent"  # whatever goes over the air, in transparent sessions


class Tag(Protocol):
    """The tag that lies on the reader. What a reader does not tell or cannot do is None or 0, never an error; a tag
    that is gone is `Unread`.
    """

    def dsfid(self) -> int:
        """0 when it is not told."""

    def blocks(self, first: int, count: int) -> bytes:
        """Their contents, up to the first that is refused."""

    def afi(self) -> int | None:
        """None when it is not told."""

    def write_afi(self, afi: int) -> None:
        """Try to; whether the tag took it, only reading it back tells."""


def uid_on(transmit: Transmit) -> str:
    """The UID of the ISO 15693 tag on the reader. Raises `DecodeError` when what lies there is of another kind."""
    return uid_text(bytes.fromhex(uid_of(exchange(GET_UID, transmit))))


def content_of(tag: Tag) -> TagContent | TagFault:
    """What the tag says; only as much is read as tells it."""
    dsfid = tag.dsfid()
    memory = tag.blocks(0, HEAD_BLOCKS)
    while memory and not is_enough(dsfid, memory):
        more = tag.blocks(len(memory) // BLOCK_BYTES, MORE_BLOCKS)
        if not more:
            break
        memory += more
    return read_content(dsfid, memory) if memory else TagFault.UNREADABLE


class GenericTag:
    """See `Tag`. The reader tells neither AFI nor DSFID."""

    def __init__(self, transmit: Transmit) -> None:
        self._transmit = transmit

    def dsfid(self) -> int:
        """See `Tag`."""
        return 0

    def blocks(self, first: int, count: int) -> bytes:
        """See `Tag`. One by one: readers differ in how many they take at once."""
        data = b""
        for block in range(first, min(first + count, BLOCK_COUNT_MAX)):
            response = self._ask(encode_storage(ReadBinary(block, BLOCK_BYTES)))
            if not response.ok or len(response.data) != BLOCK_BYTES:
                break
            data += response.data
        return data

    def afi(self) -> int | None:
        """See `Tag`."""
        return None

    def write_afi(self, afi: int) -> None:
        """See `Tag`. There is no command for it."""

    def _ask(self, command: Command) -> Response:
        response = exchange(command, self._transmit)
        for _ in range(ATTEMPTS - 1):
            if response.ok:
                break
            response = exchange(command, self._transmit)
        return response


class OmnikeyTag(GenericTag):
    """See `Tag`."""

    def blocks(self, first: int, count: int) -> bytes:
        """See `Tag`. No block is asked for that the tag does not have."""
        return super().blocks(first, min(count, self._block_count() - first))

    def dsfid(self) -> int:
        """See `Tag`."""
        return self._object(TagObject.DSFID) or 0

    def afi(self) -> int | None:
        """See `Tag`."""
        return self._object(TagObject.AFI)

    def write_afi(self, afi: int) -> None:
        """See `Tag`."""
        self._ask(encode_omnikey(WriteObject(TagObject.AFI, afi)))

    def _block_count(self) -> int:
        try:
            return memory_of(self._ask(encode_omnikey(GetObject(TagObject.MEMORY)))).block_count
        except DecodeError:
            return BLOCK_COUNT_MAX

    def _object(self, wanted: TagObject) -> int | None:
        try:
            return byte_of(self._ask(encode_omnikey(GetObject(wanted))))
        except DecodeError:
            return None
