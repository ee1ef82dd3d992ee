"""SIP2 on the wire: one message a line, with a sequence number and a checksum at its end (3M SIP2 2.00, “Error
detection”): `AY` + digit, `AZ` + four hexadecimal digits.

The checksum is the two's complement of the sum of the ENCODED bytes up to and with `AZ`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from firmware_msgs.buffer import ReceiveBuffer
from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.sip2.profiles import Encoding, Profile

MAX_LINE_BYTES = 32 * 1024
"""The longest line accepted: a patron with 300 items, each named by its title, sends less."""

_TERMINATORS: Final = re.compile(rb"[\r\n]")
_TRAILER: Final = re.compile(r"(?:AY(?P<sequence>[0-9])?)?AZ(?P<checksum>[0-9A-Fa-f]{4})\Z")
_BARE_SEQUENCE: Final = re.compile(r"(?<=\|)AY(?P<sequence>[0-9])\Z")
_HEAD: Final = re.compile(r"[0-9]{2}")
_CHECKSUM_DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A message's text without trailer: two digits, fixed fields, named fields. It may hold passwords: never log it."""

    text: str
    sequence: int | None
    checksum: int | None

    def __repr__(self) -> str:
        return f"Line(code={self.text[:2]!r}, sequence={self.sequence}, checksum={self.checksum})"


def checksum_of(data: bytes) -> int:
    """Over everything up to and with `AZ`."""
    return -sum(data) & 0xFFFF


def encode_line(text: str, profile: Profile, sequence: int | None = None) -> bytes:
    """The line with its terminator; a sequence number (0 to 9) is sent only with a checksum. EncodeError when the text
    has characters the profile's encoding or a line cannot carry.
    """
    if "\r" in text or "\n" in text:
        raise EncodeError("a SIP2 message is one line")
    if sequence is not None and not 0 <= sequence <= 9:
        raise EncodeError(f"sequence numbers are 0 to 9, not {sequence}")
    try:
        body = text.encode(profile.encoding)
    except UnicodeEncodeError as error:
        raise EncodeError(f"a character is not in {profile.encoding}, which this library system speaks") from error
    if profile.checksums:
        body += (b"" if sequence is None else b"AY%d" % sequence) + b"AZ"
        body += b"%04X" % checksum_of(body)
    return body + profile.terminator


def decode_line(line: bytes, encoding: Encoding = "cp850") -> Line:
    """The line, with or without terminator. Characters the encoding does not have become U+FFFD: a title in another
    encoding must not spoil a loan.
    """
    body = line.rstrip(b"\r\n")
    if end := _TERMINATORS.search(body):
        raise DecodeError("length", "more than one line", end.start())
    text = body.decode(encoding, "replace")
    if _HEAD.match(text) is None:
        raise DecodeError("value", "a SIP2 message starts with two digits", 0)
    found = _TRAILER.search(text)
    if found is None or not _stands_alone(found):
        return _without_checksum(text)
    told, counted = int(found["checksum"], 16), checksum_of(body[:-_CHECKSUM_DIGITS])
    if told != counted:
        raise DecodeError("checksum", f"the checksum is {told:04X}, {counted:04X} was counted", len(body) - 4)
    return Line(text[: found.start()], _number(found["sequence"]), told)


def _stands_alone(trailer: re.Match[str]) -> bool:
    """Without a sequence number (some servers drop it when they send again), `AZ` may be the end of somebody's text,
    unless a field has just ended or the message has none.
    """
    before = trailer.string[: trailer.start()]
    return trailer[0].startswith("AY") or before.endswith("|") or "|" not in before


def _without_checksum(text: str) -> Line:
    found = _BARE_SEQUENCE.search(text)
    return Line(text, None, None) if found is None else Line(text[: found.start()], int(found["sequence"]), None)


def _number(digit: str | None) -> int | None:
    return None if digit is None else int(digit)


class LineSplitter:
    """Bytes in, whole lines out (without terminator), the same at every split; empty lines are nothing. A line that
    outgrows MAX_LINE_BYTES is dropped up to its end.
    """

    def __init__(self) -> None:
        self._buffer = ReceiveBuffer(MAX_LINE_BYTES)
        self._overflowed = False

    @property
    def buffered(self) -> int:
        """How many bytes wait for the rest of a line; never more than MAX_LINE_BYTES."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that these bytes complete."""
        *ended, rest = _TERMINATORS.split(data)
        lines = [line for piece in ended if (line := self._end(piece))]
        self._keep(rest)
        return lines

    def _end(self, piece: bytes) -> bytes:
        self._keep(piece)
        line = b"" if self._overflowed else self._buffer.peek()
        self._buffer.commit(len(self._buffer))
        self._overflowed = False
        return line

    def _keep(self, piece: bytes) -> None:
        if self._overflowed or self._buffer.feed(piece):
            self._overflowed = True
            self._buffer.commit(len(self._buffer))
