"""SIP2 messages between typed values and the line, both ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, TypeVar, get_args

from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.sip2.forms import Fixed, Named, Repeated
from firmware_msgs.sip2.lines import Line, decode_line, encode_line
from firmware_msgs.sip2.message import Field, Layout, Message, Unspoken, layout_of
from firmware_msgs.sip2.profiles import STANDARD, Profile
from firmware_msgs.sip2.requests import Request
from firmware_msgs.sip2.responses import Answer

LAYOUTS: Final[Mapping[str, Layout]] = MappingProxyType(
    {kind.code: layout_of(kind) for kind in (*get_args(Request), *get_args(Answer))}
)
"""Every message spoken here by its two digits."""

_CODE_CHARACTERS = 2


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message as it came. A server that drops AY from a resent answer leaves `sequence` None."""

    message: Message | Unspoken
    sequence: int | None = None
    has_checksum: bool = False


@dataclass(frozen=True, slots=True)
class Dissected:
    """A message's texts, before they become values."""

    layout: Layout
    fixed: Mapping[str, str]
    named: tuple[Field, ...]


def encode_message(message: Message | Unspoken, profile: Profile = STANDARD, sequence: int | None = None) -> bytes:
    """The line with its terminator, or EncodeError when a value does not fit."""
    if isinstance(message, Unspoken):
        return encode_line(message.code + message.body, profile, sequence)
    layout = LAYOUTS[message.code]
    fixed = "".join(_write_fixed(name, form, getattr(message, name)) for name, form in layout.fixed)
    written = [field for name, form in layout.named for field in _write_named(form, getattr(message, name), profile)]
    fields = "".join(map(_write_field, (*written, *message.extra)))
    return encode_line(message.code + fixed + fields, profile, sequence)


def _write_fixed(name: str, form: Fixed, value: Any) -> str:  # noqa: ANN401 - any of the forms' values
    text = form.write(value)
    if len(text) != form.width or "|" in text:
        raise EncodeError(f"“{name}” has {form.width} characters on the wire")
    return text


def _write_named(form: Named | Repeated, value: Any, profile: Profile) -> list[Field]:  # noqa: ANN401 - as above
    if isinstance(form, Repeated):
        return [Field(form.code, text) for text in value]
    text = form.write(value)
    is_sent = bool(text) or form.required or form.code in profile.always_sent
    return [Field(form.code, text)] if is_sent else []


def _write_field(field: Field) -> str:
    if "|" in field.value or "|" in field.code:
        raise EncodeError(f"field {field.code} would end at the “|” inside it")
    return f"{field.code}{field.value}|"


def decode_message(line: bytes, profile: Profile = STANDARD) -> Envelope:
    """The message in one line (with or without terminator), or DecodeError."""
    opened = decode_line(line, profile.encoding)
    return Envelope(_decode(opened), opened.sequence, opened.checksum is not None)


def _decode(line: Line) -> Message | Unspoken:
    dissected = dissect(line)
    if dissected is None:
        return Unspoken(line.text[:_CODE_CHARACTERS], line.text[_CODE_CHARACTERS:])
    layout = dissected.layout
    values = _read_fixed(layout.fixed, dissected.fixed)
    left = list(dissected.named)
    for name, form in layout.named:
        values[name] = _take(form, left)
    return layout.kind(**values, extra=tuple(left))


def dissect(line: Line) -> Dissected | None:
    """The message cut into its fields; None when its kind is not spoken here."""
    layout = LAYOUTS.get(line.text[:_CODE_CHARACTERS])
    if layout is None:
        return None
    at, fixed = _CODE_CHARACTERS, {}
    for name, form in layout.fixed:
        fixed[name] = line.text[at : at + form.width]
        at += form.width
    if at > len(line.text):
        raise DecodeError("truncated", f"{at - len(line.text)} more characters were expected", len(line.text))
    chunks = (chunk for chunk in line.text[at:].split("|") if chunk)
    named = tuple(Field(chunk[:_CODE_CHARACTERS], chunk[_CODE_CHARACTERS:]) for chunk in chunks)
    return Dissected(layout, MappingProxyType(fixed), named)


def _read_fixed(layout: tuple[tuple[str, Fixed], ...], texts: Mapping[str, str]) -> dict[str, Any]:
    values, at = {}, _CODE_CHARACTERS
    for name, form in layout:
        try:
            values[name] = form.read(texts[name])
        except ValueError as error:
            raise DecodeError("value", f"“{name}” cannot be read", at) from error
        at += form.width
    return values


def _take(form: Named | Repeated, left: list[Field]) -> Any:  # noqa: ANN401 - any of the forms' values
    """The value of this form, whose fields leave `left`; a second one of what comes once stays."""
    found = [field for field in left if field.code == form.code]
    if isinstance(form, Named):
        del found[1:]
    for field in found:
        left.remove(field)
    if isinstance(form, Repeated):
        return tuple(field.value for field in found)
    return form.read(found[0].value if found else "")


_Kind = TypeVar("_Kind", bound=Message)


def expect(envelope: Envelope, kind: type[_Kind]) -> _Kind:
    """The message, when it is of this kind; else DecodeError."""
    if not isinstance(envelope.message, kind):
        raise DecodeError("command", f"message {kind.code} was expected, {envelope.message.code} came", 0)
    return envelope.message
