"""What the data elements of ISO 28560-2 say, which ISO 28560-4 too has in its user bank."""

from __future__ import annotations

from firmware_msgs.errors import DecodeError
from firmware_msgs.tags.elements import Element, text_of
from firmware_msgs.tags.iso15962 import DataObject
from firmware_msgs.tags.iso28560_2 import LibraryTag
from provisioning.decoding.reading import Json


def read_library_tag(tag: LibraryTag) -> dict[str, Json]:
    """What the tag carries of all that; DecodeError when item identifier or owner are no text."""
    said: dict[str, Json] = {}
    if tag.find(Element.ITEM_ID):
        said["item_id"] = tag.text(Element.ITEM_ID)
    if tag.find(Element.OWNER_ISIL):
        said["owner_isil"] = tag.text(Element.OWNER_ISIL)
    if tag.parts:
        said["parts"], said["part"] = tag.parts
    if tag.usage:
        said["usage"] = tag.usage.name.lower()
    if tag.listed is not None:
        said |= {"listed": [*sorted(tag.listed)], "is_listed_rightly": tag.is_listed_rightly}
    return said | {"fields": _fields(tag), "elements": [*map(_element, tag.objects)]}


def _fields(tag: LibraryTag) -> dict[str, Json]:
    return {element.name.lower(): _text(found) for element in Element if (found := tag.find(element))}


def _element(found: DataObject) -> dict[str, Json]:
    return {
        "oid": found.oid,
        "compaction": found.compaction.value,
        "data": found.data.hex(),
        "text": _text(found),
        "pad": (found.padding or b"").hex(),
    }


def _text(found: DataObject) -> str | None:
    """None when its data is not in the compaction that it names."""
    try:
        return text_of(found)
    except DecodeError:
        return None
