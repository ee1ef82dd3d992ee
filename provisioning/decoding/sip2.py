"""What a SIP2 message says. The library system's encoding is not in its messages: it is guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Final

from firmware_msgs.sip2.codec import Dissected, dissect
from firmware_msgs.sip2.forms import Repeated, write_zero_one
from firmware_msgs.sip2.lines import Line, checksum_of, decode_line
from firmware_msgs.sip2.profiles import Encoding
from provisioning.decoding.reading import Json, Reading

_CHECKSUM_DIGITS: Final = 4


def _read(data: bytes) -> dict[str, Json]:
    encoding = _guess(data)
    line = decode_line(data, encoding)
    body = data.rstrip(b"\r\n")
    return {
        "kind": "other",
        "text": body.decode(encoding, "replace"),
        "encoding": encoding,
        "sequence": line.sequence,
        "checksum": None if line.checksum is None else f"{line.checksum:04X}",
        "computed": None if line.checksum is None else f"{checksum_of(body[:-_CHECKSUM_DIGITS]):04X}",
        **_message(line),
    }


def _guess(data: bytes) -> Encoding:
    """Letters with accents in cp850 may be GBK, too, but then of its rare characters: Chinese text has others as well,
    those of GB 2312.
    """
    if _text_in(data, "utf-8") is not None:
        return "utf-8"
    text = _text_in(data, "gbk") or ""
    return "gbk" if any(not each.isascii() and _is_common(each) for each in text) else "cp850"


def _text_in(data: bytes, encoding: Encoding) -> str | None:
    with suppress(UnicodeDecodeError):
        return data.decode(encoding)
    return None


def _is_common(character: str) -> bool:
    with suppress(UnicodeEncodeError):
        return bool(character.encode("gb2312"))
    return False


def _message(line: Line) -> dict[str, Json]:
    dissected = dissect(line)
    if dissected is None:
        return {"code": line.text[:2], "data": line.text[2:]}
    words = re.sub(r"(?<!^)(?=[A-Z])", " ", dissected.layout.kind.__name__).lower()
    return {
        "kind": words.replace(" ", "_"),
        "code": line.text[:2],
        "msg": f"{line.text[:2]} {words}",
        **_fixed(dissected),
        **_named(dissected),
        **_by_code(dissected),
    }


def _fixed(dissected: Dissected) -> dict[str, Json]:
    """As they stand there, but `0` or `1` as a number."""
    said: dict[str, Json] = dict(dissected.fixed)
    for name, form in dissected.layout.fixed:
        text = dissected.fixed[name]
        if form.write is write_zero_one and text in ("0", "1"):
            said[name] = int(text)
    return said


def _named(dissected: Dissected) -> dict[str, Json]:
    """The fields that are there, by our names."""
    said: dict[str, Json] = {}
    for name, form in dissected.layout.named:
        values: list[Json] = [field.value for field in dissected.named if field.code == form.code]
        if values:
            said[name] = values if isinstance(form, Repeated) else values[0]
    return said


def _by_code(dissected: Dissected) -> dict[str, Json]:
    """The fields that are there, by their two characters; a list where one comes more than once."""
    said: dict[str, Json] = {}
    for code in dict.fromkeys(field.code for field in dissected.named):
        values: list[Json] = [field.value for field in dissected.named if field.code == code]
        said[code] = values[0] if len(values) == 1 else values
    return said


READINGS: Final[Mapping[str, Reading]] = MappingProxyType({"sip2": _read})
