"""Commands to and answers from cards (ISO 7816-4 APDUs), and the PC/SC pseudo-APDUs of contactless readers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from firmware_msgs.errors import DecodeError, EncodeError

HEADER_BYTES = 4
SHORT_DATA_MAX = 255
SHORT_LE_MAX = 256
EXTENDED_DATA_MAX = 65535
EXTENDED_LE_MAX = 65536
UID_BYTES_MAX = 32  # longest known is 10 (ISO 14443-3 triple size); a reader that sends more sends something else
CHAIN_MAX = 64  # answers that one command may be continued by: 16 KiB, far beyond any record we read

SUCCESS = 0x9000
MORE_DATA_SW1 = 0x61
WRONG_LE_SW1 = 0x6C

_MEANINGS: Final = {
    0x6281: "part of the data may be damaged",
    0x6282: "the end was reached early",
    0x6300: "the operation failed",
    0x6400: "the card did not carry it out",
    0x6581: "the card's memory failed",
    0x6700: "wrong length",
    0x6800: "not supported in this class",
    0x6881: "logical channels are not supported",
    0x6882: "secure messaging is not supported",
    0x6981: "not possible with this structure",
    0x6982: "not permitted without authentication",
    0x6983: "authentication is blocked",
    0x6985: "conditions of use are not met",
    0x6986: "not allowed now",
    0x6A80: "wrong data",
    0x6A81: "not supported by this card",
    0x6A82: "not found",
    0x6A83: "record not found",
    0x6A86: "wrong parameters",
    0x6B00: "wrong address",
    0x6D00: "unknown command",
    0x6E00: "unknown class of command",
    0x6F00: "the card failed for an unknown reason",
    SUCCESS: "success",
}
_MEANINGS_OF_SW1: Final = {MORE_DATA_SW1: "more data waits", WRONG_LE_SW1: "wrong length was asked for"}


@dataclass(frozen=True, slots=True)
class Command:
    """A command APDU. `expected` is how many bytes of answer are wanted at most (None: none; 256 is sent as 00). The
    data, which may be a key, stays out of every text made of this.
    """

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = field(default=b"", repr=False)
    expected: int | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """A response APDU: data, which may be a patron's and stays out of every text, and status word (SW1 SW2)."""

    data: bytes = field(repr=False)
    status: int

    @property
    def ok(self) -> bool:
        """9000 and nothing else."""
        return self.status == SUCCESS


GET_UID: Final = Command(0xFF, 0xCA, 0x00, 0x00, expected=SHORT_LE_MAX)  # PC/SC part 3, 3.2.2.1.3


def get_response(count: int) -> Command:
    """Fetch what 61xx announced (ISO 7816-4, 11.7.1)."""
    return Command(0x00, 0xC0, 0x00, 0x00, expected=count)


def encode_command(command: Command) -> bytes:
    """Short form where it fits, extended form otherwise. Raises `EncodeError`."""
    header = (command.cla, command.ins, command.p1, command.p2)
    if any(not 0 <= value <= 0xFF for value in header):
        raise EncodeError("CLA, INS, P1 and P2 are one byte each")
    length, expected = len(command.data), command.expected
    if length > EXTENDED_DATA_MAX or (expected is not None and not 0 < expected <= EXTENDED_LE_MAX):
        raise EncodeError(f"{length} bytes of data and {expected} expected do not fit an APDU")
    if length <= SHORT_DATA_MAX and (expected or 0) <= SHORT_LE_MAX:
        return bytes(header) + _short_body(command.data, expected)
    return bytes(header) + _extended_body(command.data, expected)


def _short_body(data: bytes, expected: int | None) -> bytes:
    lc = bytes((len(data),)) if data else b""
    le = b"" if expected is None else bytes((expected % SHORT_LE_MAX,))
    return lc + data + le


def _extended_body(data: bytes, expected: int | None) -> bytes:
    lc = b"\x00" + len(data).to_bytes(2) if data else b""
    le = b"" if expected is None else (expected % EXTENDED_LE_MAX).to_bytes(2)
    return lc + data + (le if data or not le else b"\x00" + le)


def decode_command(frame: bytes) -> Command:
    """Read a command in any of the seven forms of ISO 7816-3, 12.1.3. Raises `DecodeError`."""
    if len(frame) < HEADER_BYTES:
        raise DecodeError("truncated", f"A command has at least {HEADER_BYTES} bytes, not {len(frame)}", len(frame))
    cla, ins, p1, p2 = frame[:HEADER_BYTES]
    extended = len(frame) > HEADER_BYTES + 1 and frame[HEADER_BYTES] == 0
    width, start = (2, HEADER_BYTES + 1) if extended else (1, HEADER_BYTES)
    data, expected = _decode_body(frame, start, width)
    return Command(cla, ins, p1, p2, data, expected)


def _decode_body(frame: bytes, start: int, width: int) -> tuple[bytes, int | None]:
    """Body whose lengths take `width` bytes."""
    rest = len(frame) - start
    if rest == 0:
        return b"", None
    if rest < width:
        raise DecodeError("truncated", "The length field is cut off", start)
    first = int.from_bytes(frame[start : start + width])
    if rest == width:
        return b"", first or 1 << (8 * width)
    data = frame[start + width : start + width + first]
    tail = frame[start + width + first :]
    if first == 0 or len(data) < first or len(tail) not in (0, width):
        raise DecodeError("length", f"{first} bytes of data are announced, {rest - width} follow", start)
    return data, (int.from_bytes(tail) or 1 << (8 * width)) if tail else None


def encode_response(response: Response) -> bytes:
    """The answer as a card sends it."""
    return response.data + response.status.to_bytes(2)


def decode_response(frame: bytes) -> Response:
    """Read an answer. Raises `DecodeError`."""
    if len(frame) < 2:
        raise DecodeError("truncated", f"An answer has at least 2 bytes, not {len(frame)}", len(frame))
    return Response(bytes(frame[:-2]), int.from_bytes(frame[-2:]))


def exchange(command: Command, transmit: Callable[[bytes], bytes]) -> Response:
    """Carry out `command` over `transmit`, following 6Cxx (ask again with the right length) and 61xx (more data).

    Raises `DecodeError` for an answer that is none, or that never ends.
    """
    response = decode_response(transmit(encode_command(command)))
    if response.status >> 8 == WRONG_LE_SW1:
        again = replace(command, expected=response.status & 0xFF or SHORT_LE_MAX)
        response = decode_response(transmit(encode_command(again)))
    data = response.data
    for _ in range(CHAIN_MAX):
        if response.status >> 8 != MORE_DATA_SW1:
            return Response(data, response.status)
        following = get_response(response.status & 0xFF or SHORT_LE_MAX)
        response = decode_response(transmit(encode_command(following)))
        data += response.data
    raise DecodeError("length", "The card announces more data without end")


def uid_of(response: Response) -> str:
    """Upper-case hex of the UID that answers `GET_UID`. Raises `DecodeError` when the card told none."""
    if not response.ok:
        raise DecodeError("status", f"The card told no number: {meaning(response.status)}")
    if not 0 < len(response.data) <= UID_BYTES_MAX:
        raise DecodeError("length", f"A card's number has 1 to {UID_BYTES_MAX} bytes, not {len(response.data)}")
    return response.data.hex().upper()


def meaning(status: int) -> str:
    """A status word in words (ISO 7816-4, 5.6), with its figures."""
    words = _MEANINGS.get(status) or _MEANINGS_OF_SW1.get(status >> 8, "refused")
    return f"{words} ({status:04X})"
