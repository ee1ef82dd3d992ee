"""Texts that a tag gave: nothing that moves a cursor passes."""

from __future__ import annotations

from firmware_msgs.errors import DecodeError, EncodeError


def printable(text: str, position: int | None = None) -> str:
    """The text without spaces at its end; DecodeError `value` when it holds what cannot be printed."""
    if not text.isprintable():
        raise DecodeError("value", "the tag holds characters that cannot be printed", position)
    return text.rstrip(" ")


def fixed_text(field: bytes, position: int) -> str:
    """Up to the first 00: UTF-8, or Latin-1 as older writers have it."""
    return printable(utf_8_or_latin_1(field.split(b"\0", 1)[0]), position)


def utf_8_or_latin_1(data: bytes) -> str:
    """Whatever it holds."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def check_writable(text: str) -> None:
    """Refuse what would be read back as something else."""
    if not text.isprintable() or text.endswith(" "):
        raise EncodeError("a tag's texts are printable and do not end in a space")
