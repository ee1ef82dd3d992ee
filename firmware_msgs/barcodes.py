"""Codes from a scanner: cut out of the byte stream and told from noise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

LENGTH_MAX = 320  # a signed QR patron code has at most 285 characters, a library label under 20
_TERMINATORS = b"\r\n\t"


class Damage(Enum):
    """Why a line is no code."""

    TOO_LONG = "too_long"
    UNPRINTABLE = "unprintable"  # control characters, terminal escapes, invisible or bidirectional marks
    NOT_TEXT = "not_text"  # not UTF-8
    INCOMPLETE = "incomplete"  # without what this scanner puts before and behind every code
    WRONG_CHECK = "wrong_check"  # misread, or no label of the site's


@dataclass(frozen=True, slots=True)
class ScannedCode:
    """Printable text, without its terminator."""

    text: str


@dataclass(frozen=True, slots=True)
class DamagedCode:
    """A line that must not be shown or looked up."""

    damage: Damage


ScannerLine: TypeAlias = ScannedCode | DamagedCode
ReadLine: TypeAlias = Callable[[bytes], ScannerLine]


class CodeSplitter:
    """Cuts a scanner's bytes into codes at CR, LF, CRLF or Tab, and reads each; empty lines are nothing.

    Holds at most `length_max` bytes, whatever comes.
    """

    def __init__(self, length_max: int = LENGTH_MAX, read: ReadLine | None = None) -> None:
        self._length_max = length_max
        self._read = decode_code if read is None else read
        self._partial = bytearray()
        self._overflowed = False

    def feed(self, data: bytes) -> list[ScannerLine]:
        """The codes that `data` completes. A line that is too long is told once, at its end."""
        lines: list[ScannerLine] = []
        for line, is_whole in _cut(data):
            self._keep(line)
            if is_whole:
                lines.extend(self.finish())
        return lines

    @property
    def buffered(self) -> int:
        """How many bytes wait for the rest of a code."""
        return len(self._partial)

    @property
    def is_partial(self) -> bool:
        """A code has begun and not ended."""
        return bool(self._partial) or self._overflowed

    def drop_partial(self) -> None:
        """Forget a code that stopped half way."""
        self._partial.clear()
        self._overflowed = False

    def finish(self) -> list[ScannerLine]:
        """The code that has begun, as if its terminator had come."""
        if self._overflowed:
            lines: list[ScannerLine] = [DamagedCode(Damage.TOO_LONG)]
        else:
            lines = [self._read(bytes(self._partial))] if self._partial else []
        self.drop_partial()
        return lines

    def _keep(self, piece: bytes) -> None:
        self._overflowed = self._overflowed or len(self._partial) + len(piece) > self._length_max
        if self._overflowed:
            self._partial.clear()
        else:
            self._partial += piece


def _cut(data: bytes) -> list[tuple[bytes, bool]]:
    """Pieces of `data` and whether a terminator follows each."""
    for terminator in _TERMINATORS[1:]:
        data = data.replace(bytes((terminator,)), _TERMINATORS[:1])
    *whole, rest = data.split(_TERMINATORS[:1])
    return [(line, True) for line in whole] + [(rest, False)]


def decode_text(line: bytes) -> str | DamagedCode:
    """The line as UTF-8."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return DamagedCode(Damage.NOT_TEXT)


def decode_code(line: bytes) -> ScannerLine:
    """What one line says: UTF-8 text in which every character can be printed."""
    text = decode_text(line)
    if isinstance(text, DamagedCode):
        return text
    return ScannedCode(text) if text.isprintable() else DamagedCode(Damage.UNPRINTABLE)
