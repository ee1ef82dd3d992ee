"""A device's traffic as it went over its link, kept in a file to be read by people and played again by the simulator.

One JSON object a line: first a `Head`, then what happened, in order. Patron data was taken out before it was written.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from firmware_msgs.config import AfiPair

VERSION: Final = 1

ASK_ATR: Final = b"\x04"
"""The link to a card begins with this and its answer to reset: so vsmartcard asks its virtual cards."""

Hex: TypeAlias = Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{2})+$")]


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="is", tag="capture"):
    """What was captured: a model of the catalogue, the options and the pair of AFIs it was driven with."""

    version: Literal[1]
    model: str
    program: str
    options: dict[str, str | int | float | bool] = {}
    afi: AfiPair = AfiPair()


class Opened(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="is", tag="opened"):
    """The link was opened; `at_s` from the beginning of the capture."""

    at_s: float


class Sent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="is", tag="sent"):
    """To the device."""

    at_s: float
    hex: Hex


class Received(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="is", tag="received"):
    """From the device."""

    at_s: float
    hex: Hex


class Left(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="is", tag="left_out"):
    """So many bytes either way that were no message of the protocol, and so could not be redacted."""

    at_s: float
    count: int


Happening: TypeAlias = Opened | Sent | Received | Left


@dataclass(frozen=True, slots=True)
class Capture:
    """A whole file."""

    head: Head
    happenings: tuple[Happening, ...]


class CaptureError(Exception):
    """The file is no capture. The text names the line and what is wrong with it."""


_Line: TypeAlias = Head | Happening
_line: msgspec.json.Decoder[_Line] = msgspec.json.Decoder(_Line)


def encode_capture(head: Head, happenings: Iterable[Happening]) -> bytes:
    """The file."""
    return b"".join(msgspec.json.encode(each) + b"\n" for each in (head, *happenings))


def decode_capture(data: bytes) -> Capture:
    """The capture in a file. Raises `CaptureError`."""
    lines = [_decode_line(number, line) for number, line in enumerate(data.splitlines(), 1)]
    if not lines or not isinstance(lines[0], Head):
        raise CaptureError("it does not begin with the head of a capture; record it again with provision capture")
    happenings = []
    for number, each in enumerate(lines[1:], 2):
        if isinstance(each, Head):
            raise CaptureError(f"line {number} begins another capture; cut the file there")
        happenings.append(each)
    return Capture(lines[0], tuple(happenings))


def _decode_line(number: int, line: bytes) -> _Line:
    try:
        return _line.decode(line)
    except msgspec.DecodeError as error:
        raise CaptureError(f"line {number} is none of a capture ({error})") from error
