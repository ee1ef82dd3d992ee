"""ISO 28560-4: the item in the UII (URN Code 40), the rest in the user bank as DSFID 06 and objects of ISO 28560-2.

The AFI in the protocol control word tells the gates whether the item is on loan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from firmware_msgs.config import AfiPair
from firmware_msgs.errors import DecodeError
from firmware_msgs.tags.content import TagContent, Usage
from firmware_msgs.tags.elements import Element, bitmap_of, object_of, set_text, usage_text
from firmware_msgs.tags.iso15962 import TERMINATOR, DataObject, encode_objects, spans
from firmware_msgs.tags.iso28560_2 import DSFID, LibraryTag
from firmware_msgs.tags.texts import printable
from firmware_msgs.tags.uhf import urn_code40
from firmware_msgs.tags.uhf.gen2 import WORD_BYTES, EpcBank, ProtocolControl
from firmware_msgs.tags.uhf.uii import Uii, parse_uii, write_uii

FORMAT = "iso28560-4"


def decode_user_bank(memory: bytes, *, whole: bool = True) -> LibraryTag:
    """The objects; DecodeError `value` for another DSFID, `truncated` when `memory` is not `whole` and more of it would
    tell.
    """
    if not memory and not whole:
        raise DecodeError("truncated", "nothing of the user bank was read", 0)
    if memory[:1] in (b"", b"\0"):
        return LibraryTag(())
    if memory[0] != DSFID:
        raise DecodeError("value", f"a user bank of this format begins with {DSFID:02X}", 0)
    return LibraryTag(tuple(span.found for span in spans(memory, start=1, whole=whole)))


def encode_user_bank(tag: LibraryTag) -> bytes:
    """Whole words, a content bitmap in front; nothing at all for no objects."""
    if not tag.objects:
        return b""
    bitmap = object_of(Element.CONTENT_BITMAP, bitmap_of([found.oid for found in tag.objects]).hex())
    memory = bytes((DSFID,)) + encode_objects((bitmap, *tag.objects)) + bytes((TERMINATOR,))
    return memory + bytes(len(memory) % WORD_BYTES)


def decode(bank: EpcBank, user_bank: bytes = b"", *, whole: bool = True) -> TagContent:
    """What the tag says. DecodeError `truncated` when `user_bank` is not `whole` and more of it would tell; positions
    are those in the bank at fault.
    """
    if not bank.pc.iso:
        raise DecodeError("value", "the protocol control word says that this is no ISO tag")
    uii = parse_uii(urn_code40.decode(bank.epc))
    tag = decode_user_bank(user_bank, whole=whole) if bank.pc.user_memory else LibraryTag(())
    owner = uii.owner_isil or printable(tag.text(Element.OWNER_ISIL) or "")
    parts, part = (uii.parts, uii.part) if uii.parts else tag.parts or (0, 0)
    return TagContent(FORMAT, uii.item_id, owner, parts, part, tag.usage or Usage.NO_INFORMATION)


def encode(content: TagContent, afi: int) -> tuple[EpcBank, bytes]:
    """EPC bank and user bank of a new tag, the latter with what the UII has no place for; EncodeError when something
    cannot be written.
    """
    numbered = bool(content.owner_isil and content.parts)
    uii = Uii(content.item_id, content.owner_isil, *((content.parts, content.part) if numbered else (0, 0)))
    epc = urn_code40.encode(write_uii(uii))
    user_bank = encode_user_bank(LibraryTag(tuple(_left_over(content, numbered=numbered))))
    words = len(epc) // WORD_BYTES
    return EpcBank(ProtocolControl(words, user_memory=bool(user_bank), iso=True, afi=afi), epc), user_bank


def _left_over(content: TagContent, *, numbered: bool) -> Iterator[DataObject]:
    if content.parts and not numbered:
        yield object_of(Element.SET_INFORMATION, set_text(content.parts, content.part))
    if content.usage is not Usage.NO_INFORMATION:
        yield object_of(Element.USAGE, usage_text(content.usage))


def meaning(pc: ProtocolControl, afi: AfiPair) -> bool | None:
    """Whether the item is secured; None when its AFI is neither of the site's pair."""
    return afi.meaning(pc.afi)


def with_security(pc: ProtocolControl, afi: AfiPair, *, secured: bool) -> ProtocolControl:
    """The protocol control word that says so, all else as it was."""
    return replace(pc, afi=afi.value(secured=secured))
