"""Which ISO 15693 tags of a capture are items, and what may be told of the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count, takewhile

from firmware_msgs.pseudonyms import Pseudonyms
from firmware_msgs.tags.content import TagContent, Usage
from firmware_msgs.tags.detect import read_content

ISO_15693_KEPT_BYTES = 2
"""Of a stand-in UID: E0, which every such tag has, and the chip's maker."""


@dataclass(slots=True)
class _Tag:
    dsfid: int = 0
    afi: int | None = None
    blocks: dict[int, bytes] = field(default_factory=dict)
    is_torn: bool = False
    """It was read twice with different results: one of the two may be another tag's."""

    def memory(self) -> bytes:
        """As far as it was read without a gap."""
        return b"".join(self.blocks[number] for number in takewhile(self.blocks.__contains__, count()))


class TagLedger:
    """First `knows` and `holds` for all of a capture, then the rest. A tag is an item when what it says is understood,
    and is no patron's card. Any other may be somebody's: it gets a stand-in UID and a blank memory.
    """

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self._pseudonyms = pseudonyms
        self._tags: dict[str, _Tag] = {}
        self._items: dict[str, bool] = {}

    def knows(self, uid: str, *, dsfid: int | None = None, afi: int | None = None) -> None:
        """What a tag is."""
        tag = self._tag(uid)
        tag.dsfid = tag.dsfid if dsfid is None else dsfid
        tag.afi = tag.afi if afi is None else afi

    def holds(self, uid: str, first: int, blocks: tuple[bytes, ...]) -> None:
        """What its memory says from block `first` on."""
        tag = self._tag(uid)
        for number, block in enumerate(blocks, first):
            tag.is_torn |= tag.blocks.setdefault(number, block) != block

    def is_item(self, uid: str) -> bool:
        """Whether it may be told as it is."""
        key = uid.upper()
        if key not in self._items:
            self._items[key] = _is_item(self._tag(key))
        return self._items[key]

    def uid(self, uid: str) -> str:
        """Its own, or a stand-in."""
        return uid if self.is_item(uid) else self._pseudonyms.uid(uid, kept=ISO_15693_KEPT_BYTES)

    def data(self, uid: str, data: bytes) -> bytes:
        """What it holds, or zeros."""
        return data if self.is_item(uid) else bytes(len(data))

    def _tag(self, uid: str) -> _Tag:
        return self._tags.setdefault(uid.upper(), _Tag())


def _is_item(tag: _Tag) -> bool:
    content = None if tag.is_torn else read_content(tag.dsfid, tag.memory(), tag.afi)
    return isinstance(content, TagContent) and content.usage is not Usage.PATRON_CARD
