"""A document as rows of fixed-width cells. A character that GBK writes in two bytes takes two cells, as on paper."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from firmware_msgs.receipt import Alignment, Columns, Document, Line, QrCode, Rule

_WIDE = ("W", "F")


@dataclass(frozen=True, slots=True)
class Row:
    """One printed row of text, no wider than the paper."""

    text: str
    alignment: Alignment = Alignment.LEFT
    bold: bool = False
    large: bool = False


Strip: TypeAlias = Row | QrCode


def lay_out(document: Document, columns: int) -> Iterator[Strip]:
    """The document on paper of so many cells."""
    for part in document.parts:
        match part:
            case Line(text, alignment, bold, large):
                for row in wrap(text, columns // 2 if large else columns):
                    yield Row(row, alignment, bold, large)
            case Columns(left, right):
                yield from _side_by_side(left, right, columns)
            case Rule():
                yield Row("-" * columns)
            case QrCode():
                yield part
            case _:
                assert_never(part)


def cells(text: str) -> int:
    """How many cells the text takes."""
    return sum(map(_cells_of, text))


def _cells_of(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    is_wide = unicodedata.east_asian_width(character) in _WIDE
    return 2 if is_wide or len(character.encode("gbk", "replace")) == 2 else 1


def wrap(text: str, columns: int) -> list[str]:
    """The text in rows: between words where there are any, anywhere between Chinese characters, else in the middle of a
    word. What no printer prints (control characters would be orders to it) becomes a blank.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    return [row for line in lines for row in _wrap_line("".join(map(_printable, line)), columns)]


def _printable(character: str) -> str:
    return character if character.isprintable() else " "


def _wrap_line(line: str, columns: int) -> Iterator[str]:
    while cells(line) > columns:
        end = _fitting(line, columns)
        yield line[:end].rstrip()
        line = line[end:].lstrip()
    yield line


def _fitting(line: str, columns: int) -> int:
    """Where the next row ends: at least one character, before a word that would be torn if another stands before it."""
    taken, end = 0, 0
    while end < len(line) and (taken := taken + _cells_of(line[end])) <= columns:
        end += 1
    end = max(end, 1)
    start = end
    while start and _is_in_word(line, start):
        start -= 1
    return start or end


def _is_in_word(line: str, at: int) -> bool:
    """Whether a break here tears a word of narrow characters."""
    before, after = line[at - 1], line[at] if at < len(line) else " "
    return not before.isspace() and not after.isspace() and _cells_of(before) == _cells_of(after) == 1


def _side_by_side(left: str, right: str, columns: int) -> Iterator[Row]:
    rights = wrap(right, columns)
    room = columns - cells(rights[0]) - 1
    if len(rights) > 1 or room < columns // 3:
        yield from (Row(row) for row in wrap(left, columns))
        yield from (Row(" " * (columns - cells(row)) + row) for row in rights)
        return
    first, *others = wrap(left, room)
    yield Row(first + " " * (room + 1 - cells(first)) + rights[0])
    yield from (Row(row) for row in others)
