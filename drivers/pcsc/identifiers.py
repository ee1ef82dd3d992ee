"""Who a card says its holder is: one card may be read in several ways, of which a site chooses some in an order.

A way that does not fit the card gives way to the next. One that fits but fails ends the reading: a card that was torn
away must not be known by another number than usual.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from drivers.events import CardKind
from drivers.pcsc.tag_slot import TAGS
from drivers.pcsc.tags import TagCommands, Transmit, content_of
from drivers.pcsc.unread import AN_ITEM, DAMAGED, MUTE, NOT_OURS, Unread
from firmware_msgs.apdu import GET_UID, exchange, meaning, uid_of
from firmware_msgs.atr import CardStandard, MemoryCard, decode_atr
from firmware_msgs.cards import social_security
from firmware_msgs.cards.storage import (
    MIFARE_BLOCK_BYTES,
    Authenticate,
    KeyType,
    LoadKey,
    ReadBinary,
    encode_storage,
)
from firmware_msgs.errors import DecodeError
from firmware_msgs.tags.content import TagContent, TagFault, Usage


class BlockForm(Enum):
    """How a MIFARE block holds a patron's number."""

    TEXT = "text"  # ASCII, filled up with zeros or spaces
    HEX = "hex"  # the bytes are the number


@dataclass(frozen=True, slots=True)
class KeyedBlock:
    """Where a MIFARE Classic card holds the number. The key stays out of every text made of this."""

    number: int
    key: bytes = field(repr=False)
    key_type: KeyType = KeyType.A
    form: BlockForm = BlockForm.TEXT
    byte_count: int = MIFARE_BLOCK_BYTES


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways to read a card, the first that fits it first. `block` belongs to `CardKind.BLOCK`, `tag_commands`
    (what the reader knows of ISO 15693) to `CardKind.TAG`.
    """

    order: tuple[CardKind, ...] = (CardKind.UID,)
    block: KeyedBlock | None = None
    tag_commands: TagCommands = TagCommands.GENERIC


USUAL_WAYS: Final = Ways()


@dataclass(frozen=True, slots=True)
class Identifier:
    """What `CardPresented` tells."""

    text: str = field(repr=False)
    kind: CardKind


def identify(ways: Ways, atr: bytes, transmit: Transmit) -> Identifier:
    """The card by the first way that fits. Raises `Unread` or `DecodeError`."""
    for kind in ways.order:
        text = _read(kind, ways, transmit) if _may_fit(kind, atr) else None
        if text is not None:
            return Identifier(text, kind)
    raise Unread(NOT_OURS)


def _may_fit(kind: CardKind, atr: bytes) -> bool:
    """By what the reader says of the card (PC/SC part 3, 3.1.3.2.3); an odd answer to reset rules nothing out."""
    try:
        memory_card = decode_atr(atr)
    except DecodeError:
        return True
    return _FITS[kind](memory_card)


_FITS: Final[dict[CardKind, Callable[[MemoryCard | None], bool]]] = {
    CardKind.SOCIAL: lambda card: card is None,
    CardKind.BLOCK: lambda card: card is not None and card.is_mifare_classic,
    CardKind.TAG: lambda card: card is not None and card.standard is CardStandard.ISO15693,
    CardKind.UID: lambda _: True,
}


def _read(kind: CardKind, ways: Ways, transmit: Transmit) -> str | None:
    """The identifier, or None when the card turns out to be of another kind."""
    match kind:
        case CardKind.UID:
            return uid_of(exchange(GET_UID, transmit))
        case CardKind.BLOCK:
            return None if ways.block is None else _read_block(ways.block, transmit)
        case CardKind.TAG:
            return _read_patron_tag(ways.tag_commands, transmit)
        case CardKind.SOCIAL:
            return _read_social_security(transmit)


def _read_block(block: KeyedBlock, transmit: Transmit) -> str | None:
    """A card that refuses the key is of another system."""
    loaded = exchange(encode_storage(LoadKey(block.key)), transmit)
    if not loaded.ok:
        raise DecodeError("status", f"The card reader takes no MIFARE keys: {meaning(loaded.status)}")
    if not exchange(encode_storage(Authenticate(block.number, block.key_type)), transmit).ok:
        return None
    response = exchange(encode_storage(ReadBinary(block.number, MIFARE_BLOCK_BYTES)), transmit)
    if not response.ok or len(response.data) < block.byte_count:
        raise Unread(MUTE)
    return _block_text(block, response.data[: block.byte_count])


def _block_text(block: KeyedBlock, data: bytes) -> str:
    if block.form is BlockForm.HEX:
        return data.hex().upper()
    text = data.rstrip(b"\0 ").decode("ascii", "replace")
    if not text or not text.isascii() or not text.isprintable():
        raise Unread(DAMAGED)
    return text


def _read_patron_tag(commands: TagCommands, transmit: Transmit) -> str | None:
    content = content_of(TAGS[commands](transmit))
    if isinstance(content, TagContent):
        if content.usage is not Usage.PATRON_CARD:
            raise Unread(AN_ITEM)
        return content.item_id
    if content in (TagFault.BLANK, TagFault.UNKNOWN_FORMAT):
        return None
    raise Unread(DAMAGED if content is TagFault.DAMAGED else MUTE)


def _read_social_security(transmit: Transmit) -> str | None:
    selected = exchange(social_security.SELECT_APPLICATION, transmit)
    if social_security.is_absent(selected):
        return None
    opened = exchange(social_security.select_file(social_security.CARD_FILE), transmit)
    if not (selected.ok and opened.ok):
        raise DecodeError("status", f"The card does not open its file: {meaning(opened.status)}")
    card_id, number = (
        social_security.decode_record(record, exchange(social_security.read_record(record), transmit))
        for record in (social_security.Field.CARD_ID, social_security.Field.CARD_NUMBER)
    )
    return social_security.decode_card(card_id, number).number
