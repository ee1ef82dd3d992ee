from __future__ import annotations

import pytest

from firmware_msgs.apdu import Command, Response, decode_command, encode_command
from firmware_msgs.cards.iso15693_air import SystemInformation, decode_system_information, uid_text
from firmware_msgs.cards.omnikey import (
    GetObject,
    OmnikeyCommand,
    TagMemory,
    TagObject,
    WriteObject,
    decode_omnikey,
    encode_omnikey,
    memory_of,
)
from firmware_msgs.cards.social_security import (
    CARD_FILE,
    SELECT_APPLICATION,
    Field,
    decode_card,
    decode_read_record,
    decode_record,
    read_record,
    select_file,
)
from firmware_msgs.cards.storage import (
    Authenticate,
    GetUid,
    KeyType,
    LoadKey,
    ReadBinary,
    StorageCommand,
    UpdateBinary,
    decode_storage,
    encode_storage,
)
from firmware_msgs.cards.transparent import (
    SPEAK_ISO15693,
    Manage,
    Order,
    Standard,
    SwitchProtocol,
    Transceive,
    TransparentCommand,
    card_data_of,
    decode_transparent,
    encode_transparent,
)
from firmware_msgs.errors import DecodeError

SUCCESS = 0x9000


def apdu(text: str) -> Command:
    return decode_command(bytes.fromhex(text))


@pytest.mark.parametrize(
    ("frame", "command"),
    [
        ("ffca000000", GetUid()),
        ("ff82000006ffffffffffff", LoadKey(b"\xff" * 6)),
        ("ff82200106a0a1a2a3a4a5", LoadKey(bytes.fromhex("a0a1a2a3a4a5"), 1, kept=True)),
        ("ff860000050100046000", Authenticate(4, KeyType.A)),
        ("ff860000050100076101", Authenticate(7, KeyType.B, 1)),
        ("ffb0000410", ReadBinary(4, 16)),
        ("ffd600040401020304", UpdateBinary(4, b"\1\2\3\4")),
    ],
)
def test_commands_to_memory_cards(frame: str, command: StorageCommand) -> None:
    assert decode_storage(apdu(frame)) == command
    assert encode_command(encode_storage(command)).hex() == frame


@pytest.mark.parametrize(
    ("frame", "command"),
    [
        ("ff3000010401020007", WriteObject(TagObject.AFI, 0x07)),
        ("ff30000104010200c2", WriteObject(TagObject.AFI, 0xC2)),
        ("ff30000104010300 3e", WriteObject(TagObject.DSFID, 0x3E)),
        ("ff30020000", GetObject(TagObject.AFI)),
        ("ff30030000", GetObject(TagObject.DSFID)),
        ("ff30040000", GetObject(TagObject.MEMORY)),
    ],
)
def test_commands_of_omnikey_readers(frame: str, command: OmnikeyCommand) -> None:
    assert decode_omnikey(apdu(frame)) == command
    assert encode_command(encode_omnikey(command)) == bytes.fromhex(frame)


def test_the_size_of_a_memory_as_omnikey_readers_tell_it() -> None:
    assert memory_of(Response(bytes.fromhex("1b03"), SUCCESS)) == TagMemory(28, 4)
    assert memory_of(Response(bytes.fromhex("3fe3"), SUCCESS)) == TagMemory(64, 4)


@pytest.mark.parametrize(
    ("frame", "command"),
    [
        ("ffc2000002810000", Manage(Order.START)),
        ("ffc2000002820000", Manage(Order.END)),
        ("ffc2000002830000", Manage(Order.FIELD_OFF)),
        ("ffc20000048300820000", Manage(Order.FIELD_OFF, (Order.END,))),
        ("ffc20002048f02000300", SwitchProtocol(Standard.ISO14443A, 3)),
        ("ffc20002048f02020200", SwitchProtocol(Standard.ISO15693, 2)),
        ("ffc20002048f02020300", SPEAK_ISO15693),
    ],
)
def test_transparent_sessions(frame: str, command: TransparentCommand) -> None:
    assert decode_transparent(apdu(frame)) == command
    assert encode_command(encode_transparent(command)).hex() == frame


@pytest.mark.parametrize(
    ("frame", "data"),
    [
        ("ffc20001079002100095016000", "60"),
        ("ffc20001 0c 5f4604400d0300 9503022004 00", "022004"),
        ("ffc20001 11 5f4604000f4240 ff6e03 03010f 9502022b 00", "022b"),
    ],
)
def test_exchanges_as_other_programs_send_them(frame: str, data: str) -> None:
    """With flags, with the time limit from either end, with a frame waiting time."""
    assert decode_transparent(apdu(frame)) == Transceive(bytes.fromhex(data))


def test_an_exchange_as_another_program_saw_it_answered() -> None:
    answer = Response(bytes.fromhex("c003009000 920100 96020000 97080053040201001303"), SUCCESS)
    assert card_data_of(answer).hex() == "0053040201001303"
    assert card_data_of(Response(bytes.fromhex("c003009000"), SUCCESS)) == b""
    for bad in ("c003016401", "c003009000 96020200 97020000"):
        with pytest.raises(DecodeError):
            card_data_of(Response(bytes.fromhex(bad), SUCCESS))


def test_a_tags_system_information() -> None:
    assert decode_system_information(bytes.fromhex("0355443322110004e00007")) == SystemInformation(
        "E004001122334455", dsfid=0, afi=7
    )


def test_a_uid_is_told_from_either_end() -> None:
    for told in ("e004001122334455", "55443322110004e0"):
        assert uid_text(bytes.fromhex(told)) == "E004001122334455"
    for told in ("04a1b2c3d4e5f6", "0102030405060708"):
        with pytest.raises(DecodeError):
            uid_text(bytes.fromhex(told))


def test_the_way_to_a_social_security_cards_number() -> None:
    assert encode_command(SELECT_APPLICATION).hex().upper() == "00A404000F7378312E73682EC9E7BBE1B1A3D5CF"
    assert encode_command(select_file(CARD_FILE)).hex() == "00a4020002ef05"
    assert encode_command(read_record(Field.CARD_ID)).hex() == "00b2010400"
    assert encode_command(read_record(Field.CARD_NUMBER)).hex() == "00b2070400"


@pytest.mark.parametrize(
    ("frame", "field"),
    [
        ("00b2072c00", Field.CARD_NUMBER),
        ("00b2013400", Field.IDENTITY_NUMBER),
        ("00b2023400", Field.NAME),
    ],
)
def test_records_named_by_their_files_short_identifier(frame: str, field: Field) -> None:
    assert decode_read_record(apdu(frame)) is field


def test_a_social_security_cards_records() -> None:
    card_id = decode_record(Field.CARD_ID, Response(bytes.fromhex("0110530400D15600000500000042FFFFFFFF"), SUCCESS))
    number = decode_record(Field.CARD_NUMBER, Response(b"\x07\x09S00000042", SUCCESS))
    card = decode_card(card_id, number)
    assert (card.card_id, card.number) == ("530400D15600000500000042FFFFFFFF", "S00000042")


@pytest.mark.parametrize(
    ("data", "status"),
    [(b"", 0x6A83), (b"", SUCCESS), (b"\x08\x01A", SUCCESS), (b"\x07\x09S", SUCCESS), (b"\x07\x01SS", SUCCESS)],
)
def test_what_is_no_such_record_is_refused(data: bytes, status: int) -> None:
    with pytest.raises(DecodeError):
        decode_record(Field.CARD_NUMBER, Response(data, status))


def test_keys_and_patrons_stay_out_of_texts() -> None:
    key = bytes.fromhex("a0a1a2a3a4a5")
    for each in (LoadKey(key), encode_storage(LoadKey(key)), Response(key, SUCCESS)):
        assert "xa0" not in repr(each)
