"""UHF: what is in a Gen2 tag's banks, and frames of UHF readers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from firmware_msgs.tags.content import TagContent
from firmware_msgs.tags.positions import part_from
from firmware_msgs.tags.uhf import gaoxiao, iso28560_4, urn_code40
from firmware_msgs.tags.uhf.gaoxiao_id import IdCoding, decode_id
from firmware_msgs.tags.uhf.gaoxiao_user import (
    HEAD_BYTES,
    LIBRARIES,
    TEXTS,
    Element,
    UserElement,
    decode_library,
    decode_set_information,
    decode_text,
    decode_usage,
    decode_user_bank,
)
from firmware_msgs.tags.uhf.gen2 import CRC_BYTES, PC_BYTES, EpcBank, crc16_gen2, decode_epc_bank, encode_pc
from provisioning.decoding.library_tag import read_library_tag
from provisioning.decoding.reading import Json, Reading
from provisioning.decoding.uhf_readers import read_a0, read_chafon

_GAOXIAO_NAMED: Final = frozenset(Element)


def _crc(data: bytes) -> dict[str, Json]:
    """Of PC and EPC, high byte first on the air."""
    return {"kind": "crc16", "crc": f"{crc16_gen2(data):04X}"}


def _urn_code_40(data: bytes) -> dict[str, Json]:
    return {"kind": "urn_code_40", "text": urn_code40.decode(data)}


def _content(content: TagContent) -> dict[str, Json]:
    return {
        "format": content.format,
        "item_id": content.item_id,
        "owner_isil": content.owner_isil,
        "parts": content.parts,
        "part": content.part,
        "usage": content.usage.name.lower(),
    }


def _behind_epc_head(data: bytes, bank: EpcBank) -> int:
    """Where the EPC begins."""
    return PC_BYTES + CRC_BYTES if _has_crc(data, bank) else PC_BYTES


def _has_crc(data: bytes, bank: EpcBank) -> bool:
    return len(data) > PC_BYTES + len(bank.epc)


def _iso_epc_bank(data: bytes) -> dict[str, Json]:
    bank = decode_epc_bank(data)
    alone = replace(bank, pc=replace(bank.pc, user_memory=False))  # the user bank is not at hand
    with part_from(_behind_epc_head(data, bank)):
        content = iso28560_4.decode(alone)
    pc: dict[str, Json] = {
        "words": bank.pc.words,
        "umi": int(bank.pc.user_memory),
        "xpc": int(bank.pc.extended),
        "iso": int(bank.pc.iso),
        "afi": f"{bank.pc.afi:02x}",
    }
    crc: dict[str, Json] = {"crc_ok": True} if _has_crc(data, bank) else {}
    return {**_content(content), "pc": pc, "uii": urn_code40.decode(bank.epc), **crc}


def _iso_user_bank(data: bytes) -> dict[str, Json]:
    tag = iso28560_4.decode_user_bank(data)
    dsfid = f"{data[0]:02x}" if data else None
    return {"format": iso28560_4.FORMAT, "dsfid": dsfid} | read_library_tag(tag)


def _packed_id(coding: IdCoding) -> Reading:
    def read(data: bytes) -> dict[str, Json]:
        text = decode_id(data, coding)
        return {"format": gaoxiao.FORMAT, "item_id": text, "text": text}

    return read


def _gaoxiao_epc_bank(data: bytes) -> dict[str, Json]:
    bank = decode_epc_bank(data)
    with part_from(_behind_epc_head(data, bank)):
        epc = gaoxiao.decode_epc(bank)
    crc: dict[str, Json] = {"crc_ok": True} if _has_crc(data, bank) else {}
    return {
        **_content(gaoxiao.content(epc)),
        "pc": encode_pc(bank.pc).hex(),
        "on_loan": int(epc.on_loan),
        "secured": not epc.on_loan,
        "sort_bin": epc.sort_bin,
        "pii_encoding": epc.coding.value,
        "version": epc.version,
        "content_oids": list(epc.content_oids),
        "pii": epc.item_id,
        **crc,
    }


def _gaoxiao_library(data: bytes) -> dict[str, Json]:
    """The code of the institution that owns the item."""
    code = decode_library(data)
    return {"format": gaoxiao.FORMAT, "owner_isil": code, "oi": code, "text": code}


def _gaoxiao_user_bank(data: bytes) -> dict[str, Json]:
    elements = decode_user_bank(data)
    texts = _gaoxiao_texts(elements)
    said: dict[str, Json] = {"format": gaoxiao.FORMAT}
    for element, text in zip(elements, texts, strict=True):
        said |= _gaoxiao_content(element, text) if element.data else {}
    said["fields"] = {_gaoxiao_name(element.oid): text for element, text in zip(elements, texts, strict=True)}
    said["elements"] = [
        {"oid": element.oid, "length": len(element.data), "data": element.data.hex(), "text": text}
        for element, text in zip(elements, texts, strict=True)
    ]
    return said


def _gaoxiao_content(element: UserElement, text: str) -> dict[str, Json]:
    match element.oid:
        case Element.OWNER:
            return {"owner_isil": text, "oi": text}
        case Element.SET_INFORMATION:
            parts, part = decode_set_information(element.data)
            return {"parts": parts, "part": part}
        case Element.USAGE:
            return {"usage": gaoxiao.usage_of(element.data).name.lower()}
        case _:
            return {}


def _gaoxiao_name(oid: int) -> str:
    return Element(oid).name.lower() if oid in _GAOXIAO_NAMED else f"element_{oid}"


def _gaoxiao_texts(elements: Iterable[UserElement]) -> list[str]:
    texts: list[str] = []
    start = 0
    for element in elements:
        with part_from(start + HEAD_BYTES):
            texts.append(_gaoxiao_text(element))
        start += HEAD_BYTES + len(element.data)
    return texts


def _gaoxiao_text(element: UserElement) -> str:
    """As people write it: part/parts, kind.state; what is not known as hex."""
    if not element.data:
        return ""
    if element.oid in LIBRARIES:
        return decode_library(element.data)
    if element.oid == Element.SET_INFORMATION:
        parts, part = decode_set_information(element.data)
        return f"{part}/{parts}"
    if element.oid == Element.USAGE:
        return ".".join(map(str, decode_usage(element.data)))
    return decode_text(element.data) if element.oid in TEXTS else element.data.hex()


READINGS: Final[Mapping[str, Reading]] = MappingProxyType(
    {
        "gen2-crc16": _crc,
        "urn-code-40": _urn_code_40,
        "iso28560-4-epc-bank(PC+UII)": _iso_epc_bank,
        "iso28560-4-user-bank": _iso_user_bank,
        "gaoxiao-pii-96": _packed_id(IdCoding.BITS_96),
        "gaoxiao-pii-128": _packed_id(IdCoding.BITS_128),
        "gaoxiao-epc-bank(CRC+PC+payload)": _gaoxiao_epc_bank,
        "gaoxiao-oi": _gaoxiao_library,
        "gaoxiao-user-bank": _gaoxiao_user_bank,
        "uhf-a0": read_a0,
        "uhfreader18": read_chafon,
    }
)
