"""Captures of scanners that type and of keypads."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from drivers.capture import Head, Received, decode_capture, encode_capture
from drivers.catalogue.table import models
from drivers.events import BarcodeScanned
from drivers.hid_scanner import HidScanner
from drivers.links import TAP
from drivers.redaction.traffic import Driven, LinkOpened, Options, Piece
from drivers.simulators.replay_input import reports_of
from drivers.simulators.virtual_input import VirtualInput, VirtualInputs
from firmware_msgs.check_digits import codabar_check_digit
from firmware_msgs.code_rules import Check, CodeRules
from firmware_msgs.config import AfiPair
from firmware_msgs.hid import codes
from firmware_msgs.hid.input_events import EVENT_BYTES, InputEvent, Report, ReportDecoder, Said, encode_report
from firmware_msgs.hid.keys import KeyReader, Typing
from firmware_msgs.hid.layouts import FRENCH, GERMAN, US, Layout
from firmware_msgs.hid.typist import Typist, alt_code, taps
from firmware_msgs.pseudonyms import Pseudonyms
from provisioning.capturing.ear import Ear
from tests.input_devices import KEYBOARD
from tests.integration.capture_stage import KEY
from tests.integration.recorder import Recorder, served

LABEL = "23053104200031"
LABEL = LABEL[:13] + codabar_check_digit(LABEL[:13])
CODES = ("A2031-0042/x", "SFQ1:MFRGGZDFMZTWQ2LK", LABEL)


def redacted(model: str, data: bytes, options: Options) -> bytes:
    redaction = models()[model].redact
    assert redaction is not None
    traffic = (LinkOpened(0), Piece(1, to_device=False, data=data))
    happenings = redaction.traffic(traffic, Driven(options, AfiPair()), Pseudonyms(KEY))
    return encode_capture(Head(version=1, model=model, program="test"), happenings)


def typed(said: Iterable[Said], layout: Layout, rules: CodeRules) -> list[object]:
    reader = KeyReader(Typing(layout=layout, read=rules.read_line), KEYBOARD)
    return [each for report in said if isinstance(report, Report) for each in reader.feed(report)]


def told(file: bytes) -> list[Said]:
    return list(reports_of(decode_capture(file), 0.0))


@pytest.mark.parametrize("layout", [US, GERMAN, FRENCH], ids=lambda layout: layout.name)
@pytest.mark.parametrize("code", CODES)
def test_what_was_typed_is_another_code_of_the_same_form(layout: Layout, code: str) -> None:
    reports = Typist(layout).text(f"[{code}]", start_s=1.0)
    options: Options = {"layout": layout.name, "prefix": "[", "suffix": "]", "check": "codabar"}
    rules = CodeRules("[", "]", check=Check.CODABAR)
    file = redacted("hid-scanner", b"".join(map(encode_report, reports)), options)
    [old], [new] = typed(reports, layout, rules), typed(told(file), layout, rules)
    assert type(old) is type(new)
    old_text, new_text = old.text, new.text  # type: ignore[attr-defined] # both are codes
    assert [c.isdecimal() for c in old_text] == [c.isdecimal() for c in new_text]
    assert [c.isalpha() for c in old_text] == [c.isalpha() for c in new_text]
    assert sum(a == b for a, b in zip(old_text, new_text, strict=True) if a.isalnum()) < len(code) // 2


def test_the_scan_codes_beside_the_keys_are_not_kept() -> None:
    pressed = InputEvent(codes.EV_KEY, 30, codes.KEY_DOWN)
    data = encode_report(Report(1.0, (InputEvent(4, 4, 0x70004), pressed)))
    [report] = told(redacted("hid-scanner", data, {}))
    assert isinstance(report, Report)
    assert [event.type for event in report.events] == [codes.EV_KEY]


def test_a_key_goes_up_as_what_it_went_down_as() -> None:
    file = redacted("hid-scanner", b"".join(map(encode_report, taps(30, 48, 46, 30, 28))), {})
    events = [event for report in told(file) if isinstance(report, Report) for event in report.events]
    downs = [event.code for event in events if event.value == codes.KEY_DOWN]
    assert [event.code for event in events if event.value == codes.KEY_UP] == downs
    assert downs[-1] == codes.KEY_ENTER
    assert downs[:4] != [30, 48, 46, 30]


def test_letters_typed_by_their_numbers_are_all_one() -> None:
    reports = [*alt_code("0233", start_s=1.0), *alt_code("20013", start_s=1.2)]
    file = redacted("hid-scanner", b"".join(map(encode_report, reports)), {})
    downs = [
        event.code
        for report in told(file)
        if isinstance(report, Report)
        for event in report.events
        if event.value == codes.KEY_DOWN and event.code != codes.KEY_LEFTALT
    ]
    assert downs == [82, 79, 79, 79, *[79] * 5]


def test_a_number_on_a_keypad_is_another_one() -> None:
    digits = (79, 80, 81, 75, 76, 77)
    slow = [report for at, key in enumerate((*digits, 96)) for report in taps(key, start_s=1.0 + at)]
    file = redacted("keypad", b"".join(map(encode_report, slow)), {})
    keys = [event.code for report in told(file) if isinstance(report, Report) for event in report.events if event.value]
    assert keys[-1] == 96
    assert sum(a == b for a, b in zip(keys, digits, strict=False)) < 4


@pytest.mark.usefixtures("no_leaks")
async def test_a_scanner_is_heard_and_its_capture_played(tmp_path: Path) -> None:
    keyboard = VirtualInput(KEYBOARD)
    keyboard.plug()
    path = str(tmp_path / "event0")
    inputs = VirtualInputs({path: keyboard})
    report = Recorder()
    scanner = HidScanner("desk", path, Typing(), report, open_port=inputs.open)
    ear = Ear(asyncio.get_running_loop().time, lambda: None)
    token = TAP.set(ear)
    async with served(scanner):
        TAP.reset(token)
        await report.next()
        keyboard.send(Typist().text(CODES[0], start_s=time.monotonic()))
        assert await report.next() == BarcodeScanned("desk", CODES[0])
        heard = b"".join(each.data for each in ear.traffic if isinstance(each, Piece))
        assert len(heard) % EVENT_BYTES == 0
        file = redacted("hid-scanner", heard, {})
        keyboard.send(reports_of(decode_capture(file), time.monotonic()))
        again = await report.next()
    assert isinstance(again, BarcodeScanned)
    assert again.text != CODES[0]
    assert [c.isalnum() for c in again.text] == [c.isalnum() for c in CODES[0]]
    [received] = [each for each in decode_capture(file).happenings if isinstance(each, Received)][:1]
    assert ReportDecoder().feed(bytes.fromhex(received.hex))
