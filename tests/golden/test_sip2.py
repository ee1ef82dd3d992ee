from __future__ import annotations

from datetime import datetime

import pytest

from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.sip2.codec import decode_message, encode_message, expect
from firmware_msgs.sip2.forms import UTC_ZONE, WireTime
from firmware_msgs.sip2.lines import checksum_of, decode_line
from firmware_msgs.sip2.message import Field, Message, Unspoken
from firmware_msgs.sip2.profiles import (
    CHINESE,
    PROFILES,
    STANDARD,
)
from firmware_msgs.sip2.requests import (
    BlockPatron,
    Checkout,
    FeePaid,
    Login,
    PatronInformation,
    RequestAcsResend,
    ScStatus,
)
from firmware_msgs.sip2.responses import (
    AcsStatus,
    CheckinResponse,
    CheckoutResponse,
    LoginResponse,
    PatronInformationResponse,
    RequestScResend,
)
from provisioning.decoding.sip2 import READINGS
from tests.golden.vectors import Vector, load

VECTORS = load("sip2")
WRONG = [vector for vector in VECTORS if vector.decoded.get("checksum") != vector.decoded.get("computed")]
RIGHT = [vector for vector in VECTORS if vector not in WRONG]
MOMENT = WireTime(datetime(2014, 1, 24, 9, 36, 21))  # noqa: DTZ001 - a server's own clock
PASSWORD = "pp" * 8

MESSAGES: dict[str, Message] = {
    "941AY1AZFDFC": LoginResponse(ok=True),
    "01Y19700101    010000AAPatron|ACPassword|ALMessage|AOInstitution|AY0AZE964": BlockPatron(
        card_kept=True,
        date=WireTime(datetime(1970, 1, 1, 1)),  # noqa: DTZ001 - a server's own clock
        institution="Institution",
        reason="Message",
        patron="Patron",
        terminal_password="Password",
    ),
    "3720180723    0946110102USDBV2.34|AOBanjo|AApaul|AC|ADfoo|AY0AZEE70": FeePaid(
        date=WireTime(datetime(2018, 7, 23, 9, 46, 11)),  # noqa: DTZ001 - a server's own clock
        fee_type="01",
        payment_type="02",
        currency="USD",
        amount="2.34",
        institution="Banjo",
        patron="paul",
        patron_password="foo",
    ),
    "9300CNuu|COpp|AY1AZF9E9": Login(user="uu", password="pp"),
    "101YNN20140124    093621AOHUTL|AB03011143299001|AQhvmu|AJ316 salmer og sanger|AA1|CS783.4|": CheckinResponse(
        ok=True,
        resensitize=True,
        magnetic=False,
        alert=False,
        date=MOMENT,
        institution="HUTL",
        item="03011143299001",
        permanent_location="hvmu",
        title="316 salmer og sanger",
        patron="1",
        call_number="783.4",
    ),
}
"""What each published message says, by its text."""


@pytest.mark.parametrize("vector", RIGHT, ids=str)
def test_published_messages(vector: Vector) -> None:
    text = vector.data.decode().rstrip("\r")
    envelope = decode_message(vector.data)
    assert envelope.message == MESSAGES[text]
    assert envelope.has_checksum == (vector.decoded.get("checksum") is not None)
    again = encode_message(envelope.message, sequence=envelope.sequence)
    assert decode_message(again).message == envelope.message


@pytest.mark.parametrize("text", ["941AY1AZFDFC", "9300CNuu|COpp|AY1AZF9E9", "97AZFEF5", "96AZFEF6"])
def test_messages_are_written_as_published(text: str) -> None:
    envelope = decode_message(text.encode())
    assert encode_message(envelope.message, sequence=envelope.sequence) == f"{text}\r".encode()


@pytest.mark.parametrize("vector", WRONG, ids=str)
def test_a_published_wrong_checksum_is_refused(vector: Vector) -> None:
    for read in (decode_message, READINGS["sip2"]):
        with pytest.raises(DecodeError) as caught:
            read(vector.data)
        assert caught.value.kind == "checksum"
        assert caught.value.position == len(vector.data) - 5
        assert vector.decoded["computed"] in str(caught.value)


@pytest.mark.parametrize("vector", RIGHT, ids=str)
def test_provision_decode_tells_what_the_source_tells(vector: Vector) -> None:
    assert vector.decoded.items() <= READINGS["sip2"](vector.data).items()


def test_provision_decode_tells_our_names_too() -> None:
    said = READINGS["sip2"](
        "64              00120140124    093621000300030003000000000000AOHUTL|AA2|AE李|AU1|AU2|".encode("gbk")
    )
    assert said["kind"] == "patron_information_response"
    assert said["encoding"] == "gbk"
    assert said["name"] == "李"
    assert said["charged"] == said["AU"] == ["1", "2"]


def test_messages_of_kinds_not_spoken_here_are_told_and_kept() -> None:
    envelope = decode_message(b"1620140124    093621AOx|\r")
    assert envelope.message == Unspoken("16", "20140124    093621AOx|")
    assert READINGS["sip2"](b"1620140124    093621AOx|\r")["kind"] == "other"
    assert encode_message(envelope.message, PROFILES["koha"]).startswith(b"1620140124    093621AOx|AZ")


@pytest.mark.parametrize("end", [b"", b"\r", b"\n", b"\r\n", b"\r\r\n"])
def test_any_terminator_is_read(end: bytes) -> None:
    assert decode_message(b"941AY1AZFDFC" + end).message == LoginResponse(ok=True)


def test_the_server_tells_what_it_can() -> None:
    line = b"98YYYYNN30000520140124    0936212.00AOHUTL|BXYYYYYYYYYYYNYYYY|\r"
    status = expect(decode_message(line), AcsStatus)
    assert (status.online, status.offline_ok, status.timeout_tenths_s, status.retries) == (True, False, 300, 5)
    assert (status.date, status.version, status.messages) == (MOMENT, "2.00", "YYYYYYYYYYYNYYYY")


def test_a_patron_with_lists_and_unknown_fields() -> None:
    line = (
        "64  Y           00120140124    093621000100000002    00000000AOHUTL|AA2|AELi|BLY|CQN|AU1|AU2|AShold|PCPT|"
        "PIY|AFFirst|AFSecond|AGPrint||AELast|\r"
    )
    patron = expect(decode_message(line.encode()), PatronInformationResponse)
    assert (patron.holds_count, patron.charged_count, patron.fines_count) == (1, 2, None)
    assert (patron.valid_patron, patron.valid_password) == (True, False)
    assert (patron.charged, patron.holds, patron.overdue) == (("1", "2"), ("hold",), ())
    assert (patron.screen_messages, patron.print_lines) == (("First", "Second"), ("Print",))
    assert patron.extra == (Field("PC", "PT"), Field("PI", "Y"), Field("AE", "Last"))


def test_flags_are_read_as_servers_mix_them() -> None:
    line = b"12YNUU                  AOx|AAx|ABx|AJx|AH|"
    response = expect(decode_message(line), CheckoutResponse)
    assert (response.ok, response.renewal_ok) == (True, False)
    assert (response.magnetic, response.desensitize, response.date) == (None, None, None)


def test_a_title_with_a_bar_in_it_loses_nothing() -> None:
    response = decode_message(b"101YNN20140124    093621AOx|ABx|AQx|AJone | two|CSx|").message
    assert isinstance(response, CheckinResponse)
    assert (response.title, response.extra) == ("one ", (Field(" t", "wo"),))


@pytest.mark.parametrize(
    ("line", "kind", "position"),
    [
        (b"", "value", 0),
        (b"AO", "value", 0),
        (b"94", "truncated", 2),
        (b"10", "truncated", 2),
        (b"942", "value", 2),
        (b"101YNN20141324    093621AOx|", "value", 6),
        (b"98YYYYNNxxx00520140124    0936212.00AOx|BX|", "value", 8),
        (b"941\r941", "length", 3),
        (b"941AY1AZFDFD", "checksum", 8),
    ],
)
def test_what_is_no_message_is_told(line: bytes, kind: str, position: int) -> None:
    with pytest.raises(DecodeError) as caught:
        decode_message(line)
    assert (caught.value.kind, caught.value.position) == (kind, position)


def test_a_text_that_ends_like_a_checksum_is_a_text() -> None:
    line = decode_line(b"101YNN20140124    093621AOx|ABx|AQx|AJMAZ1234")
    assert line.checksum is None
    assert line.text.endswith("AJMAZ1234")


@pytest.mark.parametrize("body", [b"941AZ", b"36Y20140124    093621AOx|AAx|AZ", b"96AZ"])
def test_a_resent_answer_may_come_without_sequence_number(body: bytes) -> None:
    envelope = decode_message(body + b"%04X" % checksum_of(body) + b"\r")
    assert (envelope.sequence, envelope.has_checksum) == (None, True)
    with pytest.raises(DecodeError, match="checksum"):
        decode_message(body + b"%04X" % (checksum_of(body) ^ 1))


def test_the_checksum_is_over_encoded_bytes() -> None:
    line = encode_message(Login(user="管理员", password="x"), CHINESE, 3)
    assert line.startswith(b"9300CN" + "管理员".encode("gbk") + b"|COx|AY3AZ")
    told = int(line[-5:-1], 16)
    assert told == -sum(line[:-5]) & 0xFFFF
    assert decode_message(line, CHINESE).message == Login(user="管理员", password="x")
    assert decode_message(line, STANDARD).sequence == 3  # another encoding spoils the text, not the checksum


def test_a_bar_inside_a_gbk_character_ends_no_field() -> None:
    name = b"\x81\x7c".decode("gbk")
    line = encode_message(Login(user=name, password="x"), CHINESE, 3)
    assert decode_message(line, CHINESE).message == Login(user=name, password="x")


def test_no_password_is_shown() -> None:
    date = MOMENT
    lend = Checkout(
        may_renew=True,
        no_block=False,
        date=date,
        no_block_due=None,
        institution="",
        patron="",
        item="",
        terminal_password=PASSWORD,
        patron_password=PASSWORD,
        extra=(Field("XX", PASSWORD),),
    )
    line = encode_message(lend, STANDARD, 1)
    shown = [
        lend,
        Login(user="uu", password=PASSWORD),
        decode_message(line),
        decode_line(line),
        Unspoken("16", PASSWORD),
    ]
    for each in shown:
        assert PASSWORD not in repr(each)


@pytest.mark.parametrize(
    "message",
    [
        Login(user="a|b", password=""),
        Login(user="a\rb", password=""),
        Login(user="李", password=""),
        Login(user="", password="", user_algorithm="00"),
        ScStatus(print_width=1000),
        PatronInformation(language="1", date=None, institution="", patron=""),
        PatronInformation(language="1|1", date=None, institution="", patron=""),
        PatronInformation(language="001", date=WireTime(MOMENT.clock, "Z"), institution="", patron=""),
        RequestAcsResend(extra=(Field("X|", ""),)),
    ],
    ids=repr,
)
def test_what_does_not_fit_the_wire_is_our_own_fault(message: Message) -> None:
    with pytest.raises(EncodeError):
        encode_message(message)


def test_sequence_numbers_are_digits() -> None:
    with pytest.raises(EncodeError):
        encode_message(RequestScResend(), sequence=10)


def test_an_answer_to_something_else_is_told() -> None:
    with pytest.raises(DecodeError, match="message 94 was expected, 96 came"):
        expect(decode_message(b"96AZFEF6"), LoginResponse)


def test_zones_are_kept() -> None:
    response = decode_message(b"36Y20140124   Z093621AOx|AAx|").message
    assert getattr(response, "date", None) == WireTime(MOMENT.clock, UTC_ZONE)
    assert encode_message(response, STANDARD)[:21] == b"36Y20140124   Z093621"
