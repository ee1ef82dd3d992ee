from __future__ import annotations

import pytest

from firmware_msgs.errors import DecodeError
from firmware_msgs.ssi.messages import (
    ACK,
    DecodeData,
    Message,
    NakCause,
    Opcode,
    Other,
    SendParameters,
    Signal,
    decode_message,
    encode_message,
)
from firmware_msgs.ssi.packets import Packet, Source, Status, decode_packet, encode_packet, packet_decoder
from firmware_msgs.ssi.parameters import Form, Parameter
from firmware_msgs.ssi.reception import Code, Reaction, Reception
from provisioning.decoding.scanners import READINGS
from tests.golden.vectors import Vector, load

MESSAGES: dict[str, Message] = {
    "CMD_ACK from host": ACK,
    "LED_ON 01": Signal(Opcode.LED_ON, 1),
    "BEEP 01": Signal(Opcode.BEEP, 1),
    "SCAN_ENABLE": Signal(Opcode.SCAN_ENABLE),
    "SCAN_DISABLE": Signal(Opcode.SCAN_DISABLE),
    "SLEEP": Signal(Opcode.SLEEP),
    "PARAM_DEFAULTS": Signal(Opcode.PARAM_DEFAULTS),
    "EVENT 20": Signal(Opcode.EVENT, 0x20),
    "PARAM_SEND multi-byte": SendParameters((Parameter(318, b"\x04\xff", Form.WORD),)),
    "PARAM_SEND": SendParameters((Parameter(1, b"\0"), Parameter(156, b"\x07"))),
}
CODE = DecodeData(0x01, b"NR")
VECTORS = load("scanner_ssi")


@pytest.mark.parametrize("vector", [vector for vector in VECTORS if not vector.negative], ids=str)
def test_published_packets(vector: Vector) -> None:
    packet = decode_packet(vector.data)
    message = CODE if isinstance(vector.decoded, dict) else MESSAGES[vector.decoded]
    assert decode_message(packet) == message
    assert encode_message(message, Source(packet.source), packet.status) == packet
    assert encode_packet(packet) == vector.data
    assert packet_decoder().feed(vector.data) == [packet]


@pytest.mark.parametrize("vector", [vector for vector in VECTORS if vector.negative], ids=str)
def test_a_wrong_checksum_is_refused(vector: Vector) -> None:
    with pytest.raises(DecodeError) as caught:
        READINGS[vector.protocol](vector.data)
    assert caught.value.kind == "checksum"
    assert packet_decoder().feed(vector.data) == []


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ("05D1040001FF25", Signal(Opcode.CMD_NAK, NakCause.RESEND)),
        ("05D1040002FF24", Signal(Opcode.CMD_NAK, NakCause.BAD_CONTEXT)),
        ("05D1040006FF20", Signal(Opcode.CMD_NAK, NakCause.DENIED)),
        ("05E8040001FF0E", Signal(Opcode.LED_OFF, 1)),
        ("04A30400FF55", Signal(Opcode.REQUEST_REVISION)),
        ("04E40400FF14", Signal(Opcode.START_SESSION)),
        ("04E50400FF13", Signal(Opcode.STOP_SESSION)),
        ("04FA0400FEFE", Other(0xFA, b"")),
    ],
)
def test_packets_of_public_drivers(frame: str, message: Message) -> None:
    assert decode_message(decode_packet(bytes.fromhex(frame))) == message


def test_the_technicians_reading_has_the_published_fields() -> None:
    for vector in VECTORS:
        if isinstance(vector.decoded, dict):
            reading = READINGS[vector.protocol](vector.data)
            assert {key: reading[key] for key in ("code_type", "data")} == {
                key: vector.decoded[key] for key in ("code_type", "data")
            }
            assert reading["opcode"] == vector.decoded["opcode"]


def test_a_code_of_500_characters_in_segments() -> None:
    """As a public driver's test has it (enioka_scan, SsiParserTest); its checksums are kept."""
    first = bytes.fromhex("FF73020000F3000001F71C0101F4") + b"Z" * 241 + b"\xa6\xd5"
    second = bytes.fromhex("FF73000001") + b"Z" * 250 + b"\xa6\xa9"
    third = bytes.fromhex("0E73000002") + b"Z" * 9 + b"\xfc\x53"
    packets = packet_decoder().feed(first + second + third)
    reception = Reception(length_max=500)
    reactions = [reception.take(packet) for packet in packets]
    acknowledged = Signal(Opcode.MULTIPACKET_ACK)
    assert reactions == [
        Reaction(acknowledged),
        Reaction(acknowledged),
        Reaction(acknowledged, Code(0x1C, b"Z" * 500)),
    ]


def test_a_resent_code_is_one_code() -> None:
    reception = Reception()
    first = Packet(Opcode.DECODE_DATA, b"\x01A1", Source.SCANNER)
    again = Packet(Opcode.DECODE_DATA, b"\x01A1", Source.SCANNER, Status.RESENT)
    other = Packet(Opcode.DECODE_DATA, b"\x01B2", Source.SCANNER, Status.RESENT)
    assert reception.take(first) == Reaction(ACK, Code(1, b"A1"))
    assert reception.take(again) == Reaction(ACK)
    assert reception.take(first) == Reaction(ACK, Code(1, b"A1"))
    assert reception.take(other) == Reaction(ACK, Code(1, b"B2"))


def test_what_is_left_of_a_torn_code_is_no_code() -> None:
    reception = Reception()
    part = Packet(Opcode.DECODE_DATA, b"\x01" + b"A" * 200, Source.SCANNER, Status.CONTINUED)
    last = Packet(Opcode.DECODE_DATA, b"\x01END", Source.SCANNER)
    reception.take(part)
    assert reception.is_partial
    reception.interrupt()
    assert reception.take(last) == Reaction(ACK, Code(1, None))
    assert reception.take(last) == Reaction(ACK, Code(1, b"END"))


def test_a_code_that_is_too_long_is_told_and_not_held() -> None:
    reception = Reception(length_max=300)
    for _ in range(100):
        reception.take(Packet(Opcode.DECODE_DATA, b"\x1c" + b"A" * 250, Source.SCANNER, Status.CONTINUED))
    assert reception.take(Packet(Opcode.DECODE_DATA, b"\x1cA", Source.SCANNER)) == Reaction(ACK, Code(0x1C, None))
