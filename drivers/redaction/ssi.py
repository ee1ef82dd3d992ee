"""Zebra's SSI."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import msgspec

from drivers.capture import Happening, Left, Opened, Received, Sent
from drivers.redaction.codes import CodeOptions, Codes
from drivers.redaction.traffic import Driven, LinkOpened, Piece, Redaction, Traffic
from drivers.scanners.zebra import PACKET_GAP_S
from firmware_msgs.errors import DecodeError
from firmware_msgs.pseudonyms import Pseudonyms
from firmware_msgs.ssi.code_types import symbology_of
from firmware_msgs.ssi.messages import Opcode, Other, decode_message
from firmware_msgs.ssi.packets import Packet, encode_packet, packet_decoder

_SEGMENT_HEAD_BYTES: Final = 10
"""Of the first segment of a code: its index, and what `ssi.reception` reads behind it."""


class _Packets:
    """One link's stream from a scanner. A code in several packets gets a stand-in for each of its parts."""

    def __init__(self, codes: Codes) -> None:
        self._codes = codes
        self._decoder = packet_decoder()
        self._at_s = 0.0

    def received(self, piece: Piece) -> Iterator[Happening]:
        """What can be told by now."""
        if piece.at_s - self._at_s > PACKET_GAP_S:
            yield from self.end()
        self._at_s = piece.at_s
        held = self._decoder.buffered + len(piece.data)
        packets = self._decoder.feed(piece.data)
        yield from self._told(packets, held - self._decoder.buffered)

    def end(self) -> Iterator[Happening]:
        """The line went quiet."""
        held = self._decoder.buffered
        yield from self._told(self._decoder.flush(), held)

    def _told(self, packets: Sequence[Packet], received: int) -> Iterator[Happening]:
        left = received
        for packet in packets:
            data = encode_packet(packet)
            left -= len(data)
            try:
                yield Received(at_s=self._at_s, hex=encode_packet(self._redacted(packet)).hex())
            except DecodeError:
                left += len(data)
        if left:
            yield Left(at_s=self._at_s, count=left)

    def _redacted(self, packet: Packet) -> Packet:
        """DecodeError for what is not known."""
        if packet.opcode == Opcode.DECODE_DATA:
            code_type, code = packet.data[:1], packet.data[1:]
            return replace(packet, data=code_type + self._codes.code(code, symbology_of(int.from_bytes(code_type))))
        if packet.opcode == Opcode.MULTIPACKET_SEGMENT:
            head = 1 if packet.data[:1] != b"\x00" else _SEGMENT_HEAD_BYTES
            return replace(packet, data=packet.data[:head] + self._codes.line(packet.data[head:]))
        if isinstance(decode_message(packet), Other):
            raise DecodeError("command", "this may not be told")
        return packet


def _redact(traffic: Sequence[Traffic], driven: Driven, pseudonyms: Pseudonyms) -> Sequence[Happening]:
    codes = Codes(msgspec.convert(driven.options, CodeOptions), pseudonyms)
    return sorted(_happenings(traffic, codes), key=lambda each: each.at_s)


def _happenings(traffic: Sequence[Traffic], codes: Codes) -> Iterator[Happening]:
    packets, orders = _Packets(codes), packet_decoder()
    for each in traffic:
        if isinstance(each, LinkOpened):
            yield from packets.end()
            yield Opened(at_s=each.at_s)
            packets, orders = _Packets(codes), packet_decoder()
        elif each.to_device:  # an acknowledgement may go out with a command, and in a replay without it
            yield from (Sent(at_s=each.at_s, hex=encode_packet(order).hex()) for order in orders.feed(each.data))
        else:
            yield from packets.received(each)
    yield from packets.end()


ZEBRA: Final = Redaction(_redact)
