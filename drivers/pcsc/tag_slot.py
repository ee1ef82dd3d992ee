"""A PC/SC reader on which library tags are laid, one at a time. All calls block and belong to one thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Final

from drivers.pcsc.reader_names import choose_reader
from drivers.pcsc.service import Card, Service, Slot, card_service
from drivers.pcsc.tags import GenericTag, OmnikeyTag, Tag, TagCommands, Transmit, content_of, uid_on
from drivers.pcsc.transparent_tag import TransparentTag
from drivers.pcsc.unread import Unread
from firmware_msgs.atr import CardStandard, decode_atr
from firmware_msgs.errors import DecodeError
from firmware_msgs.tags.content import TagContent, TagFault

TAGS: Final[Mapping[TagCommands, Callable[[Transmit], Tag]]] = MappingProxyType(
    {
        TagCommands.GENERIC: GenericTag,
        TagCommands.OMNIKEY: OmnikeyTag,
        TagCommands.TRANSPARENT: TransparentTag,
    }
)
WRITE_ATTEMPTS = 3  # each with its own read-back; what three could not do needs a person


class TagSlot:
    """Made by `tag_slot`. Every method raises a `DeviceFault` when the reader or pcscd is gone, and none when only the
    tag is.
    """

    def __init__(self, service: Service, reader: str, commands: TagCommands) -> None:
        self._service = service
        self._reader = reader
        self._connect = TAGS[commands]
        self._seen: int | None = None
        self._card: Card | None = None
        self._uid: str | None = None

    def look(self) -> str | None:
        """The UID of the tag that lies there, if one does."""
        slot = self._service.look(self._reader)
        if slot.card != self._seen:
            self.let_go()
        if self._uid is None and slot.card is not None and _may_be_tag(slot):
            self._take(slot)
        return self._uid

    def content(self, uid: str) -> TagContent | TagFault:
        """What the tag says."""
        try:
            tag = self._tag(uid)
            return TagFault.UNREADABLE if tag is None else content_of(tag)
        except (Unread, DecodeError):
            return TagFault.UNREADABLE

    def afi(self, uid: str) -> int | None:
        """None when it cannot be told."""
        try:
            tag = self._tag(uid)
            return None if tag is None else tag.afi()
        except (Unread, DecodeError):
            return None

    def write_afi(self, uid: str, afi: int) -> int | None:
        """Write it, and return what is read back then; None when that could not be read."""
        read_back: int | None = None
        for _ in range(WRITE_ATTEMPTS):
            read_back = self._write_once(uid, afi)
            if read_back == afi:
                break
        return read_back

    def let_go(self) -> None:
        """Forget the tag."""
        if self._card is not None:
            self._card.close()
        self._card = self._uid = self._seen = None

    def _write_once(self, uid: str, afi: int) -> int | None:
        try:
            tag = self._tag(uid)
            if tag is not None:
                tag.write_afi(afi)
        except (Unread, DecodeError):
            return None
        return self.afi(uid)

    def _tag(self, uid: str) -> Tag | None:
        """The tag, when it is this one that lies there."""
        return self._connect(self._card.transmit) if self._card is not None and uid == self._uid else None

    def _take(self, slot: Slot) -> None:
        """Connect to what came; what tells no tag's UID is looked at again the next time."""
        try:
            self._card = self._service.connect(self._reader)
            self._uid = uid_on(self._card.transmit)
        except (Unread, DecodeError):
            self.let_go()
        else:
            self._seen = slot.card


def _may_be_tag(slot: Slot) -> bool:
    """Not when the reader says that it is a card of another standard."""
    try:
        memory_card = decode_atr(slot.atr)
    except DecodeError:
        return True
    return memory_card is None or memory_card.standard in (CardStandard.ISO15693, CardStandard.OTHER)


@contextmanager
def tag_slot(reader: str, commands: TagCommands) -> Iterator[TagSlot]:
    """The reader, chosen as `choose_reader` does. Raises a `DeviceFault`."""
    with card_service() as service:
        slot = TagSlot(service, choose_reader(reader, service.readers()), commands)
        try:
            slot.look()
            yield slot
        finally:
            slot.let_go()
