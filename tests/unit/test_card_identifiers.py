"""Who a card says its holder is, asked of simulated chips through their own wire."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from drivers.events import CardKind
from drivers.pcsc.identifiers import BlockForm, Identifier, KeyedBlock, Ways, identify
from drivers.pcsc.tags import TagCommands
from drivers.pcsc.unread import Unread
from drivers.simulators.card import VirtualCard
from drivers.simulators.chips import Chip, Holder, MifareChip, SocialSecurityChip, UidChip
from drivers.simulators.tag_chip import TagChip
from drivers.simulators.virtual_tag import VirtualTag, library_tag
from firmware_msgs.apdu import Response, decode_command, encode_response
from firmware_msgs.cards.storage import KeyType
from firmware_msgs.errors import DecodeError
from firmware_msgs.tags.content import TagContent, Usage

UID, TAG_UID = "04A1B2C3", "E004010000000077"
KEY, OTHER_KEY = bytes.fromhex("A0A1A2A3A4A5"), b"\xff" * 6
HOLDER = Holder(bytes.fromhex("530400D15600000500000042FFFFFFFF"), "S00000042")
UID_WAY, BLOCK_WAY, TAG_WAY, SOCIAL_WAY = CardKind.UID, CardKind.BLOCK, CardKind.TAG, CardKind.SOCIAL
EVERY_WAY = (SOCIAL_WAY, BLOCK_WAY, TAG_WAY, UID_WAY)
BLOCK = KeyedBlock(4, KEY)


def mifare(block: bytes = b"DLFX000042", key_type: KeyType = KeyType.A) -> MifareChip:
    return MifareChip(UID, {4: block}, {(1, key_type): KEY})


def patron_tag(usage: Usage = Usage.PATRON_CARD, item_id: str = "DLFX000042") -> VirtualTag:
    return library_tag(TAG_UID, TagContent("iso28560-3", item_id, "CN530428", 1, 1, usage), 0)


def tag_chip(tag: VirtualTag, commands: TagCommands = TagCommands.GENERIC) -> TagChip:
    return TagChip(tag, commands)


def transmit(chip: Chip) -> Callable[[bytes], bytes]:
    def ask(frame: bytes) -> bytes:
        answer = VirtualCard(UID, chip=chip).answer(frame)
        assert answer is not None
        return answer

    return ask


def read(
    chip: Chip, *order: CardKind, block: KeyedBlock = BLOCK, commands: TagCommands = TagCommands.GENERIC
) -> Identifier:
    return identify(Ways(order, block, commands), chip.atr, transmit(chip))


@pytest.mark.parametrize(
    ("chip", "identifier"),
    [
        (UidChip(UID), Identifier(UID, UID_WAY)),
        (mifare(), Identifier("DLFX000042", BLOCK_WAY)),
        (tag_chip(patron_tag()), Identifier("DLFX000042", TAG_WAY)),
        (SocialSecurityChip(UID, HOLDER), Identifier("S00000042", SOCIAL_WAY)),
    ],
    ids=["uid", "mifare", "tag", "social"],
)
def test_each_card_is_known_by_the_first_way_that_fits(chip: Chip, identifier: Identifier) -> None:
    assert read(chip, *EVERY_WAY) == identifier


@pytest.mark.parametrize(
    "chip",
    [
        MifareChip(UID, {4: b"DLFX000042"}, {(1, KeyType.A): OTHER_KEY}),
        MifareChip(UID, {4: b"DLFX000042"}, {(1, KeyType.B): KEY}),
        MifareChip(UID, {4: b"DLFX000042"}, {(2, KeyType.A): KEY}),
    ],
    ids=["another key", "the other key of the sector", "another sector"],
)
def test_a_card_of_another_system_gives_way_to_the_next(chip: Chip) -> None:
    assert read(chip, BLOCK_WAY, UID_WAY) == Identifier(UID, UID_WAY)
    with pytest.raises(Unread, match="not read here"):
        read(chip, BLOCK_WAY)


def test_a_social_security_card_without_that_way_is_known_by_its_uid() -> None:
    assert read(SocialSecurityChip(UID, HOLDER), BLOCK_WAY, TAG_WAY, UID_WAY) == Identifier(UID, UID_WAY)


@pytest.mark.parametrize("order", [(SOCIAL_WAY,), (TAG_WAY,), (BLOCK_WAY, TAG_WAY, SOCIAL_WAY)])
def test_a_card_that_no_way_fits_is_told_in_words(order: tuple[CardKind, ...]) -> None:
    with pytest.raises(Unread, match="not read here"):
        read(UidChip(UID), *order)


def test_a_number_in_a_block_may_be_text_or_bytes_under_either_key() -> None:
    block = KeyedBlock(4, KEY, KeyType.B, BlockForm.HEX, byte_count=4)
    assert read(mifare(b"\x00\x01\xab\xcd", KeyType.B), BLOCK_WAY, block=block).text == "0001ABCD"
    assert read(mifare(b"  7  "), BLOCK_WAY).text == "  7"


@pytest.mark.parametrize("held", [b"", b"\xff\xfe", "读者".encode(), b"a\nb"])
def test_a_block_without_text_is_no_number(held: bytes) -> None:
    with pytest.raises(Unread, match="damaged"):
        read(mifare(held), BLOCK_WAY, UID_WAY)


@pytest.mark.parametrize("commands", TagCommands)
def test_a_patrons_tag_is_read_on_any_reader(commands: TagCommands) -> None:
    long = patron_tag(item_id="DLFX-2026-0000000000000042")
    told = read(tag_chip(long, commands), TAG_WAY, commands=commands)
    assert told == Identifier("DLFX-2026-0000000000000042", TAG_WAY)


def test_a_book_on_the_card_reader_is_no_patron() -> None:
    with pytest.raises(Unread, match="not a patron's card"):
        read(tag_chip(patron_tag(Usage.CIRCULATING)), TAG_WAY, UID_WAY)


def test_a_tag_without_a_librarys_content_is_known_by_its_uid() -> None:
    blank = tag_chip(VirtualTag(TAG_UID), TagCommands.OMNIKEY)
    assert read(blank, TAG_WAY, UID_WAY) == Identifier(TAG_UID, UID_WAY)


@pytest.mark.parametrize(
    ("tag", "words"),
    [(VirtualTag(TAG_UID, b"\x18" * 40, dsfid=0x3E), "damaged"), (VirtualTag(TAG_UID, is_readable=False), "Hold it")],
)
def test_a_tag_that_cannot_be_read_is_not_known_by_its_uid_instead(tag: VirtualTag, words: str) -> None:
    with pytest.raises(Unread, match=words):
        read(tag_chip(tag, TagCommands.OMNIKEY), TAG_WAY, UID_WAY, commands=TagCommands.OMNIKEY)


def test_an_odd_answer_to_reset_rules_nothing_out() -> None:
    chip = mifare()
    ways = Ways(EVERY_WAY, BLOCK)
    assert identify(ways, b"\x3b", transmit(chip)) == Identifier("DLFX000042", BLOCK_WAY)


def test_the_name_and_identity_number_are_never_asked_for() -> None:
    chip = SocialSecurityChip(UID, HOLDER)
    asked: list[str] = []

    def ask(frame: bytes) -> bytes:
        asked.append(frame.hex())
        return transmit(chip)(frame)

    identify(Ways((SOCIAL_WAY,)), chip.atr, ask)
    assert len(asked) == 4
    assert not [frame for frame in asked if "ef06" in frame or frame.startswith("00b202")]


@pytest.mark.parametrize("refused_at", range(1, 4))
def test_a_social_security_card_that_stops_half_way_is_not_known_by_its_uid_instead(refused_at: int) -> None:
    chip = SocialSecurityChip(UID, HOLDER)
    count = 0

    def ask(frame: bytes) -> bytes:
        nonlocal count
        count += 1
        if count > refused_at:
            return encode_response(Response(b"", 0x6F00))
        return encode_response(chip.respond(decode_command(frame)))

    with pytest.raises(DecodeError, match="6F00"):
        identify(Ways((SOCIAL_WAY, UID_WAY)), chip.atr, ask)


def test_a_key_is_in_no_text() -> None:
    assert "xa0" not in repr(Ways((BLOCK_WAY,), BLOCK)).lower()
    assert "a0a1" not in repr(BLOCK).lower()
