"""What the five structured extension blocks of ISO 28560-3 hold (field order as in TH Wildau's ISO28560 library).

Fields are texts, each ended by 00; a block may stop early, and then the rest is empty. Before them the library block
has one byte: the media format.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Final, TypeAlias

from firmware_msgs.errors import EncodeError
from firmware_msgs.tags.extensions import Extension
from firmware_msgs.tags.texts import utf_8_or_latin_1

LIBRARY_BLOCK: Final = 1


@dataclass(frozen=True, slots=True)
class LibraryBlock:
    """`media_format`: 0 not told, 1 book, 2 CD or DVD, 3 magnetic tape, 4 other, 5 other that needs care, 6 very small.
    `item_id`: an identifier too long for the basic block, else another one. `owner`: likewise, or no ISIL.
    """

    media_format: int = 0
    item_id: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class AcquisitionBlock:
    """Where it was bought."""

    supplier: str = ""
    product_id_local: str = ""
    order_no: str = ""
    invoice: str = ""
    gs1_product: str = ""
    supply_stage: str = ""


@dataclass(frozen=True, slots=True)
class SupplementBlock:
    """Where it stands, and what it is."""

    shelf: str = ""
    marc_media_format: str = ""
    onix_media_format: str = ""
    owner_subsidiary: str = ""


@dataclass(frozen=True, slots=True)
class TitleBlock:
    """Its title."""

    title: str = ""


@dataclass(frozen=True, slots=True)
class IllBlock:
    """The inter-library loan that it is on."""

    borrower: str = ""
    transaction: str = ""
    alternative_borrower: str = ""


TextBlock: TypeAlias = AcquisitionBlock | SupplementBlock | TitleBlock | IllBlock
Block: TypeAlias = LibraryBlock | TextBlock

_TEXT_BLOCKS: Final[Mapping[int, type[TextBlock]]] = MappingProxyType(
    {2: AcquisitionBlock, 3: SupplementBlock, 4: TitleBlock, 5: IllBlock}
)
_IDENTIFIERS: Final[Mapping[type[Block], int]] = MappingProxyType(
    {LibraryBlock: LIBRARY_BLOCK} | {kind: identifier for identifier, kind in _TEXT_BLOCKS.items()}
)


def block_of(extension: Extension) -> Block | None:
    """What it says; None for a block that the standard leaves to others."""
    if extension.identifier == LIBRARY_BLOCK:
        return _library_block(extension.data)
    kind = _TEXT_BLOCKS.get(extension.identifier)
    return None if kind is None else kind(*_texts(extension.data, len(fields(kind))))


def _library_block(data: bytes) -> LibraryBlock:
    item_id, owner = _texts(data[1:], 2)
    return LibraryBlock(data[0] if data else 0, item_id, owner)


def _texts(data: bytes, count: int) -> list[str]:
    found = [utf_8_or_latin_1(field) for field in data.split(b"\0")[:count]]
    return found + [""] * (count - len(found))


def extension_of(block: Block) -> Extension:
    """The block in standard form: empty fields at its end are left out."""
    values = [getattr(block, field.name) for field in fields(block)]
    head = bytes((values.pop(0),)) if isinstance(block, LibraryBlock) else b""
    if any("\0" in text for text in values):
        raise EncodeError("00 ends a text, so none can hold it")
    return Extension(_IDENTIFIERS[type(block)], head + "\0".join(values).rstrip("\0").encode())
