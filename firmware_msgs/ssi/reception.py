"""The host's side of SSI reception: what to answer to each packet, and which codes were scanned.

Every packet but an ACK or NAK is acknowledged. A resent packet that says what the last accepted one said is the same
scan, whose acknowledgement was lost: it is acknowledged again and not reported. (Should a patron scan one code twice
and the second sending be the first to be garbled, it counts as one scan: nothing on the wire tells the two apart.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from firmware_msgs.barcodes import LENGTH_MAX
from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError
from firmware_msgs.ssi.messages import ACK, DecodeData, Message, NakCause, Opcode, Signal, decode_message
from firmware_msgs.ssi.packets import Packet, Status

_UNANSWERED: Final = frozenset({Opcode.CMD_ACK, Opcode.CMD_NAK})
_FIRST_SEGMENT_HEAD: Final = 9  # opcode, length (4), code type, 1, length of the code (2): enioka_scan [S]


@dataclass(frozen=True, slots=True)
class Code:
    """A scanned code; `data` None: it was longer than any that this host takes, or parts of it are missing."""

    code_type: int
    data: bytes | None


@dataclass(frozen=True, slots=True)
class Reaction:
    """What to send back, what was scanned, and any other message that came."""

    answer: Signal | None = None
    code: Code | None = None
    message: Message | None = None


class Reception:
    """Feed it the scanner's packets in order. Holds at most one code of `length_max` bytes."""

    def __init__(self, length_max: int = LENGTH_MAX) -> None:
        self._accepted: Packet | None = None
        self._parts = _Parts(length_max)
        self._segmented: tuple[int, int] | None = None

    @property
    def is_partial(self) -> bool:
        """Some of a code came, and not its end."""
        return self._parts.received > 0

    def interrupt(self) -> None:
        """The rest of a code did not come in time: whatever its end is taken from is no code."""
        self._parts.is_torn = True

    def take(self, packet: Packet) -> Reaction:
        """React to one packet."""
        if self._is_repeated(packet):
            return Reaction(_acknowledgement(packet))
        try:
            reaction = self._react(packet)
        except DecodeError:
            return Reaction(Signal(Opcode.CMD_NAK, NakCause.BAD_CONTEXT))
        if reaction.answer is not None:
            self._accepted = packet
        return reaction

    def _is_repeated(self, packet: Packet) -> bool:
        if self._accepted is None or not packet.status & Status.RESENT:
            return False
        return (packet.opcode, packet.data) == (self._accepted.opcode, self._accepted.data)

    def _react(self, packet: Packet) -> Reaction:
        if packet.opcode in _UNANSWERED:
            return Reaction(message=decode_message(packet))
        if packet.opcode == Opcode.MULTIPACKET_SEGMENT:
            return Reaction(_acknowledgement(packet), self._add_segment(Cursor(packet.data)))
        message = decode_message(packet)
        if isinstance(message, DecodeData):
            return Reaction(ACK, self._add_part(message, is_last=not packet.status & Status.CONTINUED))
        return Reaction(ACK, message=message)

    def _add_part(self, message: DecodeData, *, is_last: bool) -> Code | None:
        self._parts.add(message.data)
        return Code(message.code_type, self._parts.take()) if is_last else None

    def _add_segment(self, cursor: Cursor) -> Code | None:
        if cursor.byte() == 0:
            self._segmented = _first_segment(Cursor(cursor.take(_FIRST_SEGMENT_HEAD)))
            self._parts.take()
        if self._segmented is None:
            raise DecodeError("value", "A segment came without the first one")
        code_type, length = self._segmented
        self._parts.add(cursor.rest())
        if self._parts.received < length:
            return None
        self._segmented = None
        return Code(code_type, self._parts.take())


class _Parts:
    def __init__(self, length_max: int) -> None:
        self._length_max = length_max
        self._data = bytearray()
        self.received = 0
        self.is_torn = False

    def add(self, part: bytes) -> None:
        self._data += part[: max(self._length_max - self.received, 0)]
        self.received += len(part)

    def take(self) -> bytes | None:
        """The whole, unless it was too long or torn; begins anew."""
        is_whole = not self.is_torn and self.received <= self._length_max
        whole = bytes(self._data) if is_whole else None
        self._data.clear()
        self.received, self.is_torn = 0, False
        return whole


def _first_segment(head: Cursor) -> tuple[int, int]:
    """Code type and length of the code."""
    if head.byte() != Opcode.DECODE_DATA:
        raise DecodeError("value", "Only scanned codes come in segments", 1)
    head.take(4)
    code_type = head.byte()
    head.byte()
    return code_type, int.from_bytes(head.rest(), "big")


def _acknowledgement(packet: Packet) -> Signal:
    is_segment = packet.opcode == Opcode.MULTIPACKET_SEGMENT
    return Signal(Opcode.MULTIPACKET_ACK) if is_segment else ACK
