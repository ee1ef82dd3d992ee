"""`provision decode` of what is no whole frame: the fault's kind and place. (Right frames: see test_decode.py.)"""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from provisioning.main import app


@pytest.mark.parametrize(
    ("protocol", "frame", "fault"),
    [
        ("feig-standard", "05ff65e5cb00", "length at byte 0"),
        ("feig-standard", "05ff65e5", "truncated at byte 4"),
        ("feig-standard", "020008ff6eff30d3", "framing at byte 0"),
        ("feig-advanced", "020007ff31cf7500", "length at byte 1"),
        ("feig-advanced", "020007ff31cf", "truncated at byte 6"),
        ("feig-advanced", "020007ff31cf76", "checksum at byte 5"),
        ("feig-sysinfo-data", "0f", "truncated at byte 1"),
        ("3m-810", "d6000311642000", "length at byte 1"),
        ("3m-810", "d600031164", "truncated at byte 5"),
        ("3m-810", "d60003116421", "checksum at byte 4"),
        ("uhf-a0", "a004018901d1ff", "length at byte 1"),
        ("uhf-a0", "a104018901d1", "value at byte 0"),
        ("uhf-a0", "a004018901d2", "checksum at byte 5"),
        ("uhfreader18", "040001db4b00", "length at byte 0"),
        ("uhfreader18", "040001db4c", "checksum at byte 3"),
        ("pcsc-apdu", "ff", "truncated at byte 1"),
        ("pcsc-apdu", "00a4020002ef05ffff", "length at byte 4"),
        ("sdt", "aaaaaa9669000330013200", "length at byte 5"),
        ("sdt", "aaaaaa966900033001", "truncated at byte 9"),
        ("sdt", "aaaaaa97690003300132", "start at byte 0"),
        ("gm65", "7e000a01000000301aff", "length at byte 9"),
        ("gm65", "7e000a0100000030", "truncated at byte 8"),
        ("gm65", "7e00", "truncated at byte 2"),
        ("gm65", "0200000101231000", "length at byte 7"),
        ("gm65", "0200000101231110", "length at byte 7"),
        ("gm65", "02000001012311", "checksum at byte 5"),
        ("scanner-serial", "7e013030303023", "truncated at byte 7"),
        ("scanner-serial", "7e01303030302353434e545247303b037e", "length at byte 16"),
        ("scanner-serial", "7e023030303023533b03", "value at byte 0"),
        ("scanner-serial", "164d0d", "value at byte 3"),
        ("scanner-serial", "410d420d", "length at byte 0"),
        ("zebra-ssi", "04e40400ff1400", "length at byte 0"),
        ("zebra-ssi", "04e40400ff", "truncated at byte 5"),
        ("zebra-ssi", "04e40400ff15", "checksum at byte 4"),
        ("lcus", "a00101a200", "length at byte 4"),
        ("lcus", "a00101", "truncated at byte 3"),
        ("lcus", "a00101a3", "checksum at byte 3"),
        ("modbus-rtu", "01050000ff008c3b", "checksum at byte 6"),
        ("modbus-rtu", "01050000ff008c3a00", "length at byte 6"),
        ("modbus-rtu", "010500", "truncated at byte 3"),
        ("sip2", "3934", "truncated at byte 2"),
        ("sip2", "393431415931415a46444642", "checksum at byte 8"),
        ("sip2", "3934310d3934310d", "length at byte 3"),
    ],
)
def test_what_is_no_frame_is_told_with_its_kind_and_place(protocol: str, frame: str, fault: str) -> None:
    done = CliRunner().invoke(app, ["decode", protocol, frame])
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(f"provision: {fault}: ")


def test_a_request_with_fields_that_later_firmware_adds_is_no_tag() -> None:
    """An A0 reader's inventory by session with a selected flag, and with a phase too."""
    for frame in ("a007018b01000001cb", "a008018b0100000001ca"):
        done = CliRunner().invoke(app, ["decode", "uhf-a0", frame])
        assert '"kind":"other"' in done.stdout


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("18030001|AJGrößen für Ärzte|", "cp850"),
        ("18030001|AJSøn på tur|", "cp850"),
        ("18030001|AJ三体|", "gbk"),
        ("18030001|AJ图书馆學|", "gbk"),
        ("18030001|AJ三体|", "utf-8"),
        ("18030001|AJGrößen|", "utf-8"),
        ("18030001|AJplain|", "utf-8"),
    ],
)
def test_the_encoding_of_a_library_systems_text_is_guessed(text: str, encoding: str) -> None:
    wire = text.replace("18030001", f"18030001{'20260101    120000'}").encode(encoding)
    done = CliRunner().invoke(app, ["decode", "sip2", wire.hex()])
    assert f'"encoding":"{encoding}"' in done.stdout
    assert text.split("AJ")[1].rstrip("|") in done.stdout
