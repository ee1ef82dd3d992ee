"""What the formats of HF tags (ISO 15693) say, as JSON. A tag's bytes are its memory from byte 0 on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from types import MappingProxyType
from typing import Final

from firmware_msgs.checksums import crc16_ccitt_false, crc16_mcrf4xx
from firmware_msgs.cursor import Cursor
from firmware_msgs.tags import iso28560_2, iso28560_3, rfid501
from firmware_msgs.tags.afi import AFI_MEANINGS
from firmware_msgs.tags.blocks import block_of
from firmware_msgs.tags.compaction import Compaction, expand
from firmware_msgs.tags.detect import is_blank
from firmware_msgs.tags.extensions import Extension, decode_extension
from firmware_msgs.tags.isil import decode_isil
from firmware_msgs.tags.iso15693 import decode_system_information
from firmware_msgs.tags.iso15962 import decode_length
from provisioning.decoding.library_tag import read_library_tag
from provisioning.decoding.reading import Json, Reading

_FORMATS_BY_DSFID: Final = MappingProxyType(
    {iso28560_2.DSFID: ("ISO 28560-2", iso28560_2.FORMAT), iso28560_3.DSFID: ("ISO 28560-3", iso28560_3.FORMAT)}
)


def _afi(data: bytes) -> dict[str, Json]:
    (afi,) = _one_byte(data)
    meaning = AFI_MEANINGS.get(afi)
    return {
        "afi": f"{afi:02x}",
        "secured": None if meaning is None else meaning.secured,
        "text": "no value that libraries are known to use" if meaning is None else meaning.words,
    }


def _dsfid(data: bytes) -> dict[str, Json]:
    (dsfid,) = _one_byte(data)
    words, name = _FORMATS_BY_DSFID.get(dsfid, ("of no known format", None))
    return {"dsfid": f"{dsfid:02x}", "format": name, "text": f"DSFID {words}"}


def _one_byte(data: bytes) -> bytes:
    cursor = Cursor(data)
    byte = cursor.take(1)
    cursor.end()
    return byte


def _objects(memory: bytes) -> dict[str, Json]:
    return {"format": iso28560_2.FORMAT} | read_library_tag(iso28560_2.decode(memory))


def _danish(memory: bytes) -> dict[str, Json]:
    tag = iso28560_3.decode(memory)
    content, crc = tag.content, f"{iso28560_3.checksum_on(memory):04x}"
    said: dict[str, Json] = {"format": content.format, "item_id": content.item_id, "owner_isil": content.owner_isil}
    said |= {"parts": content.parts, "part": content.part, "usage": content.usage.name.lower()}
    usage_code = content.usage.value if tag.other_usage is None else tag.other_usage
    said |= {"version": tag.version, "usage_code": usage_code, "crc": crc}
    said |= {"pii": content.item_id, "isil": _isil_on(tag)}
    said |= {"block_reversed": tag.block_reversed, "quirks": [*sorted(quirk.value for quirk in tag.quirks)]}
    return said | {"ext": [*map(_extension_fields, tag.extensions)]}


def _isil_on(tag: iso28560_3.DanishTag) -> str:
    """The owner as it stands on the tag."""
    owner = tag.content.owner_isil
    return f"{owner[:2]}-{owner[2:]}" if iso28560_3.Quirk.HYPHEN_IN_ISIL in tag.quirks else owner


def _extension(block: bytes) -> dict[str, Json]:
    return {"format": iso28560_3.FORMAT, "kind": "extension_block"} | _extension_fields(decode_extension(block))


def _extension_fields(extension: Extension) -> dict[str, Json]:
    """A block whose XOR is wrong is no block, so this one's holds."""
    said: dict[str, Json] = {"id": extension.identifier, "xor_ok": True, "data": extension.data.hex()}
    block = block_of(extension)
    return said if block is None else said | asdict(block)


def _rfid501(memory: bytes) -> dict[str, Json]:
    if is_blank(memory):
        return {"format": rfid501.FORMAT, "state": "blank factory tag" if any(memory) else "blank tag"}
    tag = rfid501.decode(memory)
    known = tag.item_type < len(rfid501.ITEM_TYPES)
    return {
        "format": rfid501.FORMAT,
        "item_id": tag.barcode,
        "parts": tag.total,
        "part": tag.number,
        "content": tag.barcode,
        "set": tag.number,
        "total": tag.total,
        "type": tag.item_type,
        "type_name": rfid501.ITEM_TYPES[tag.item_type] if known else "",
        "branch": tag.branch,
        "library": tag.library,
        "custom": tag.custom,
    }


def _system_information(data: bytes) -> dict[str, Json]:
    return {"kind": "system_information"} | asdict(decode_system_information(data))


def _compacted(compaction: Compaction, data: bytes) -> dict[str, Json]:
    return {"compaction": compaction.value, "text": expand(compaction, data)}


def _isil(data: bytes) -> dict[str, Json]:
    text = decode_isil(data)
    return {"text": text, "owner_isil": text}


def _length(data: bytes) -> dict[str, Json]:
    cursor = Cursor(data)
    length = decode_length(cursor)
    cursor.end()
    return {"length": length, "value": length}


def _crc_mcrf4xx(data: bytes) -> dict[str, Json]:
    return {"crc": f"{crc16_mcrf4xx(data):04x}"}


def _crc_ccitt_false(data: bytes) -> dict[str, Json]:
    return {"crc": f"{crc16_ccitt_false(data):04x}"}


_COMPACTION_NAMES: Final = MappingProxyType(
    {
        Compaction.APPLICATION: "application",
        Compaction.INTEGER: "integer",
        Compaction.NUMERIC: "numeric",
        Compaction.FIVE_BIT: "5-bit",
        Compaction.SIX_BIT: "6-bit",
        Compaction.SEVEN_BIT: "7-bit",
        Compaction.OCTETS: "octets",
        Compaction.UTF_8: "utf-8",
    }
)

READINGS: Final[Mapping[str, Reading]] = MappingProxyType(
    {
        "afi": _afi,
        "dsfid": _dsfid,
        "iso28560-2": _objects,
        "iso28560-isil": _isil,
        "iso15962-length": _length,
        "iso28560-3": _danish,
        "iso28560-3-extension-block": _extension,
        "iso15693-sysinfo": _system_information,
        "3m-rfid501": _rfid501,
        "crc16-mcrf4xx(8408,ffff)": _crc_mcrf4xx,
        "crc16-ccitt-false": _crc_ccitt_false,
    }
    | {
        f"iso15962-compaction-{compaction.value}-{name}": partial(_compacted, compaction)
        for compaction, name in _COMPACTION_NAMES.items()
    }
)
