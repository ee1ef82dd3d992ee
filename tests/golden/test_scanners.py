from __future__ import annotations

import pytest

from firmware_msgs.errors import DecodeError
from firmware_msgs.scanners import gm65, honeywell, newland
from firmware_msgs.scanners.honeywell import Key, Menu, Press, Storage
from provisioning.decoding.scanners import READINGS
from tests.golden.vectors import Vector, load

SERIAL = [vector for vector in load("scanner_serial") if vector.protocol == "scanner-serial"]
GM65 = [vector for vector in load("scanner_serial") if vector.protocol == "gm65"]

HONEYWELL: dict[str, honeywell.Command] = {
    "Honeywell trigger on": Press(Key.TRIGGER_ON),
    "Honeywell trigger off": Press(Key.TRIGGER_OFF),
    "Honeywell beep": Press(Key.BEEP),
    "Honeywell menu REVINF^ volatile": Menu("REVINF^"),
    "Honeywell menu DECHDR1 (data header on), saved": Menu("DECHDR1", Storage.SAVED),
    "Mindeo factory defaults": Menu("%%%DEF", Storage.SAVED),
    "Mindeo host mode": Menu("0401D05", Storage.SAVED),
}
MODULE: dict[str, gm65.Command] = {
    "trigger one read, CRC bypass ABCD": gm65.TRIGGER_ONE,
    "trigger, real CRC": gm65.TRIGGER_ONE,
    "save to flash": gm65.SaveRegisters(),
}


@pytest.mark.parametrize("vector", [vector for vector in SERIAL if vector.decoded in HONEYWELL], ids=str)
def test_honeywell_commands(vector: Vector) -> None:
    assert honeywell.decode_command(vector.data) == HONEYWELL[vector.decoded]
    assert honeywell.encode_command(HONEYWELL[vector.decoded]) == vector.data


@pytest.mark.parametrize("vector", [vector for vector in SERIAL if vector.decoded not in HONEYWELL], ids=str)
def test_newland_commands(vector: Vector) -> None:
    assert vector.decoded == "Newland start decode"
    assert newland.decode_command(vector.data) == newland.START_READING
    assert newland.encode_command(newland.START_READING) == vector.data


@pytest.mark.parametrize("vector", [vector for vector in GM65 if vector.decoded in MODULE], ids=str)
def test_module_commands(vector: Vector) -> None:
    assert gm65.decode_command(vector.data) == MODULE[vector.decoded]
    if not gm65.is_unchecked(vector.data):
        assert gm65.encode_command(MODULE[vector.decoded]) == vector.data


@pytest.mark.parametrize("vector", [vector for vector in GM65 if vector.decoded not in MODULE], ids=str)
def test_module_replies(vector: Vector) -> None:
    reply = gm65.Reply(gm65.Result.DONE, b"\0")
    assert gm65.decode_reply(vector.data) == reply
    assert gm65.encode_reply(reply) == vector.data


@pytest.mark.parametrize(
    ("frame", "command"),
    [
        ("7E000701002A02D80F", gm65.ReadRegisters(0x2A, 2)),
        ("7E000802002A3901A7EA", gm65.WriteRegisters(0x2A, b"\x39\x01")),
        ("7E00070100740 1C5DC".replace(" ", ""), gm65.ReadRegisters(0x74, 1)),
        ("7E000801007439177E", gm65.WriteRegisters(0x74, b"\x39")),
        ("7E000A01000000301A", gm65.OtherCommand(0x0A, 0, b"\0")),
    ],
)
def test_commands_of_the_makers_manuals(frame: str, command: gm65.Command) -> None:
    assert gm65.decode_command(bytes.fromhex(frame)) == command
    assert gm65.encode_command(command) == bytes.fromhex(frame)


@pytest.mark.parametrize(
    ("frame", "reply"),
    [
        ("02000001210772", gm65.Reply(gm65.Result.DONE, b"\x21")),
        ("02000101000401", gm65.Reply(gm65.Result.WRONG_CRC, b"\0")),
        ("02000301006A61", gm65.Reply(gm65.Result.UNKNOWN, b"\0")),
    ],
)
def test_replies_of_the_makers_manuals(frame: str, reply: gm65.Reply) -> None:
    assert gm65.decode_reply(bytes.fromhex(frame)) == reply
    assert gm65.encode_reply(reply) == bytes.fromhex(frame)


def test_the_answer_of_a_newland_manual() -> None:
    frame = bytes.fromhex("02013030303040") + b"DFMADD069990039999F141" + bytes.fromhex("063B03")
    answer = newland.Answer("DFMADD069990039999F141", newland.Status.DONE, newland.Storage.SAVED)
    assert newland.decode_answer(frame) == answer
    assert newland.encode_answer(answer) == frame


def test_the_answer_of_a_honeywell_manual() -> None:
    answer = honeywell.MenuAnswer("CBRENA0-1", honeywell.MenuStatus.DONE, Storage.SAVED)
    assert honeywell.decode_answer(b"CBRENA0-1\x06.") == answer
    assert honeywell.encode_answer(answer) == b"CBRENA0-1\x06."


@pytest.mark.parametrize("vector", [*SERIAL, *GM65], ids=str)
def test_the_technicians_reading_names_every_example(vector: Vector) -> None:
    reading = READINGS[vector.protocol](vector.data)
    assert reading["kind"] != "other"
    if "text" in reading and "Honeywell trigger" in vector.decoded:
        assert reading["text"] == vector.decoded


@pytest.mark.parametrize(
    ("protocol", "frame", "kind"),
    [
        ("scanner-serial", "", "length"),
        ("scanner-serial", "16540D00", "command"),
        ("scanner-serial", "164D0D", "value"),
        ("scanner-serial", "7E013030303023", "truncated"),
        ("scanner-serial", "410D420D", "length"),
        ("scanner-serial", "41000D", "value"),
        ("gm65", "7E00080100020102DB", "checksum"),
        ("gm65", "7E00", "truncated"),
        ("gm65", "0200000100333100", "length"),
        ("gm65", "00", "start"),
    ],
)
def test_what_is_none_of_these_is_refused(protocol: str, frame: str, kind: str) -> None:
    with pytest.raises(DecodeError) as caught:
        READINGS[protocol](bytes.fromhex(frame))
    assert caught.value.kind == kind


def test_a_code_with_its_aim_identifier() -> None:
    assert READINGS["scanner-serial"](b"]F0A29999012345672B\r") == {
        "kind": "code",
        "text": "A29999012345672B",
        "aim": "]F0",
        "symbology": "codabar",
    }
