"""Captures of simulated devices: nothing of a person is in them, and their replay makes the driver say the same."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.capture import Left, Received, Sent, decode_capture
from drivers.events import BarcodeScanned, DeviceEvent, DeviceUp, IdCardRead, ItemPlaced, ItemRemoved, ScanFailed
from drivers.simulators.feig.firmware import FeigFirmware
from drivers.simulators.firmware import Firmware, Reply
from drivers.simulators.m3 import M3Firmware
from drivers.simulators.scanners.triggered import Gm65Firmware, HoneywellFirmware, NewlandFirmware
from drivers.simulators.scanners.zebra import ZebraFirmware
from drivers.simulators.sdt_reader import SdtFirmware, invented_card
from drivers.simulators.uhf.a0 import A0Firmware
from drivers.simulators.uhf.chafon import ChafonFirmware
from drivers.simulators.uhf.virtual_tag import UhfField, UhfTag, alliance_tag
from drivers.simulators.uhf.virtual_tag import library_tag as uhf_library_tag
from drivers.simulators.virtual_tag import Field, VirtualTag, library_tag
from firmware_msgs.chafon.answers import Layout
from firmware_msgs.check_digits import check_citizen_number, codabar_check_digit
from firmware_msgs.config import DeviceConfig
from firmware_msgs.errors import DecodeError
from firmware_msgs.feig.answers import decode_answer, encode_answer
from firmware_msgs.feig.frames import encode_frame, parse_whole
from firmware_msgs.feig.inventory import OtherTag, TagKind
from firmware_msgs.feig.tag_answers import Inventory
from firmware_msgs.feig.tag_requests import TakeInventory
from firmware_msgs.sdt.answers import decode_memory, encode_memory
from firmware_msgs.sdt.frames import decode_frame
from firmware_msgs.sdt.frames import encode_frame as encode_sdt_frame
from firmware_msgs.tags.content import TagContent, TagFault, Usage
from firmware_msgs.tags.uhf.gen2 import EpcBank, ProtocolControl
from provisioning.decoding.table import READINGS
from tests.capture_leaks import leaks
from tests.integration.capture_stage import AFI, Heard, captured, replayed
from tests.integration.hostile import ONE_BYTE_AT_A_TIME, TAMPERED, Manner, late, plugged

pytestmark = pytest.mark.usefixtures("no_leaks")

BOOK_UID, PATRON_UID, STRANGE_UID, CARD_UID = (
    "E004010012345678",
    "E0040100A1B2C3D4",
    "E00401005A6B7C8D",
    "04A1B2C3D4E5F6",
)
BOOK_ID, PATRON_ID = "TSG00000000001", "P20310042"
STRANGE_MEMORY = "王小明 13800138000".encode("gbk")
NOISE = "李四住在昆明".encode("gb18030")
PAD_SECRETS: dict[str, bytes | str] = {
    "patron's uid": bytes.fromhex(PATRON_UID)[2:],
    "patron's id": PATRON_ID,
    "strange uid": bytes.fromhex(STRANGE_UID)[2:],
    "strange memory": STRANGE_MEMORY[:8],
    "card's uid": bytes.fromhex(CARD_UID),
    "noise": NOISE,
}


def content(item_id: str, usage: Usage) -> TagContent:
    return TagContent("iso28560-3", item_id, "CN530428", 1, 1, usage)


def full_field() -> Field:
    field = Field()
    field.place(library_tag(BOOK_UID, content(BOOK_ID, Usage.CIRCULATING), AFI.secured))
    field.place(library_tag(PATRON_UID, content(PATRON_ID, Usage.PATRON_CARD), AFI.secured))
    field.place(VirtualTag(STRANGE_UID, STRANGE_MEMORY))
    return field


class NearCard:
    """A FEIG reader in whose field there is somebody's bus card too."""

    def __init__(self, firmware: Firmware) -> None:
        self._firmware = firmware

    def feed(self, data: bytes, /) -> Iterator[Reply]:
        for reply in self._firmware.feed(data):
            yield replace(reply, data=self._with_card(reply.data))

    def _with_card(self, data: bytes) -> bytes:
        frame = parse_whole(data)
        try:
            answer = decode_answer(TakeInventory(), frame)
        except DecodeError:
            return data
        if not isinstance(answer, Inventory) or encode_answer(TakeInventory(), answer).data != frame.data:
            return data
        card = OtherTag(TagKind.ISO_14443A, b"\x00\x00", CARD_UID)
        told = encode_answer(
            TakeInventory(), Inventory((*answer.tags, card), answer.more), frame.framing, frame.address
        )
        return encode_frame(told)


SPEAKING_NOISE = Manner("speaking noise", lambda reply, _chance: [replace(reply, data=NOISE + reply.data + NOISE)])


async def pad_capture(folder: Path, model: str, firmware: Firmware, field: Field) -> tuple[bytes, list[DeviceEvent]]:
    async def act(heard: Heard) -> None:
        await heard.until(4)
        field.remove(PATRON_UID)
        await heard.until(5)

    async with plugged(folder / "pad", firmware, SPEAKING_NOISE):
        return await captured(DeviceConfig(name="desk", model=model, port=str(folder / "pad")), act)


def is_read_by(protocol: str, file: bytes) -> bool:
    """Every message decodes, and says something."""
    read = READINGS[protocol]
    messages = [each for each in decode_capture(file).happenings if isinstance(each, Sent | Received)]
    assert messages
    return all(read(bytes.fromhex(each.hex))["kind"] != "other" for each in messages)


def as_told(events: list[DeviceEvent]) -> list[object]:
    """Without UIDs, and without what nobody may know: what is left must be the same live and in the replay."""
    told: list[object] = []
    for event in events:
        match event:
            case ItemPlaced(content=TagContent(usage=Usage.CIRCULATING) as item, uid=uid, secured=secured):
                told.append(("item", uid, item, secured))
            case ItemPlaced():
                told.append("tag")
            case ItemRemoved():
                told.append("removed")
            case _:
                told.append(event)
    return sorted(told, key=repr)


PADS: list[tuple[str, Callable[[Field], Firmware]]] = [
    ("feig-iscan", lambda field: NearCard(FeigFirmware(field, pace=0))),
    ("3m-810", lambda field: M3Firmware(field, pace=0)),
]


@pytest.mark.parametrize(("model", "make"), PADS)
async def test_a_pad_s_capture_keeps_items_and_nobody(
    tmp_path: Path, model: str, make: Callable[[Field], Firmware]
) -> None:
    field = full_field()
    file, live = await pad_capture(tmp_path, model, make(field), field)
    assert leaks(file, PAD_SECRETS) == []
    assert is_read_by({"feig-iscan": "feig-advanced"}.get(model, model), file)
    assert leaks(file, {"book's uid": bytes.fromhex(BOOK_UID)}) != []
    left = [each for each in decode_capture(file).happenings if isinstance(each, Left)]
    assert sum(each.count for each in left) > 0
    again = await replayed(tmp_path, file, len(live))
    assert as_told(again) == as_told(live)
    placed = {event.uid: event.content for event in again if isinstance(event, ItemPlaced)}
    assert placed[BOOK_UID] == content(BOOK_ID, Usage.CIRCULATING)
    assert [each for uid, each in placed.items() if uid != BOOK_UID] == [TagFault.BLANK] * 2


@pytest.mark.parametrize("manner", [ONE_BYTE_AT_A_TIME, TAMPERED, late(0.5)], ids=str)
async def test_a_broken_link_s_capture_keeps_nobody_either(tmp_path: Path, manner: Manner) -> None:
    """An answer that is late or damaged is told as nobody else's."""

    async def act(heard: Heard) -> None:
        await heard.until(4)

    async with plugged(tmp_path / "pad", NearCard(FeigFirmware(full_field(), pace=0)), manner):
        file, _ = await captured(DeviceConfig(name="desk", model="feig-iscan", port=str(tmp_path / "pad")), act)
    assert leaks(file, PAD_SECRETS) == []
    assert is_read_by("feig-advanced", file)


UHF_BOOK, UHF_PATRON, UHF_BLANK = "E2801160200000AA00000001", "E2801160200000AA5B6C7D8E", "E2801160200000AA9F8E7D6C"
UHF_SECRETS: dict[str, bytes | str] = {
    "patron's tid": bytes.fromhex(UHF_PATRON)[4:],
    "patron's tid's end": bytes.fromhex(UHF_PATRON)[8:],
    "strange tid's end": bytes.fromhex(UHF_BLANK)[8:],
    "patron's id": "P20310042",
    "strange epc": b"13800138000!",
    "strange memory": STRANGE_MEMORY[:8],
    "noise": NOISE,
}


def uhf_field(book: UhfTag) -> UhfField:
    patron = replace(content("P20310042", Usage.PATRON_CARD), format="iso28560-4", owner_isil="CN-530428")
    field = UhfField()
    field.place(book)
    field.place(uhf_library_tag(UHF_PATRON, patron, AFI.secured))
    field.place(UhfTag(UHF_BLANK, EpcBank(ProtocolControl(6, user_memory=True), b"13800138000!"), STRANGE_MEMORY))
    return field


UHF_BOOKS = [
    uhf_library_tag(UHF_BOOK, TagContent("iso28560-4", BOOK_ID, "CN-530428", 1, 1, Usage.CIRCULATING), AFI.secured),
    alliance_tag(UHF_BOOK, TagContent("gaoxiao", "TSG000000001", "10248", 1, 1, Usage.CIRCULATING), on_loan=False),
]
UHF_PADS: list[tuple[str, Callable[[UhfField], Firmware]]] = [
    ("uhf-a0", lambda field: A0Firmware(field, pace=0)),
    ("uhfreader18", lambda field: ChafonFirmware(field, Layout.READER_18, pace=0)),
    ("uhfreader288", lambda field: ChafonFirmware(field, Layout.READER_288, pace=0)),
]


@pytest.mark.parametrize(("model", "make"), UHF_PADS)
@pytest.mark.parametrize("book", UHF_BOOKS, ids=["iso", "alliance"])
async def test_a_uhf_pad_s_capture_keeps_items_and_nobody(
    tmp_path: Path, model: str, make: Callable[[UhfField], Firmware], book: UhfTag
) -> None:
    field = uhf_field(book)

    async def act(heard: Heard) -> None:
        await heard.until(4)

    async with plugged(tmp_path / "pad", make(field), SPEAKING_NOISE):
        file, live = await captured(DeviceConfig(name="desk", model=model, port=str(tmp_path / "pad")), act)
    assert leaks(file, UHF_SECRETS) == []
    assert is_read_by({"uhfreader288": "uhfreader18"}.get(model, model), file)
    assert leaks(file, {"book": bytes.fromhex(UHF_BOOK)}) != []
    again = await replayed(tmp_path, file, len(live))
    assert as_told(again) == as_told(live)
    placed = {event.uid: event.content for event in again if isinstance(event, ItemPlaced)}
    assert isinstance(placed[UHF_BOOK], TagContent)
    assert [each for uid, each in placed.items() if uid != UHF_BOOK] == [TagFault.BLANK] * 2


QR = 0x1C
PERSON_S = 0.05  # nobody scans at the moment in which a scanner is switched on
CODES = ("A2031-0042", "SFQ1:MFRGGZDFMZTWQ2LK", "张三丰")
SCANNED = [BarcodeScanned("desk", code) for code in CODES]


async def scans(say: Callable[[bytes], None], heard: Heard, ends: bytes) -> None:
    await heard.until(1)
    await asyncio.sleep(PERSON_S)
    for number, code in enumerate(CODES, 2):
        say(code.encode() + ends)
        await heard.until(number)


def same_shape(live: list[DeviceEvent], again: list[DeviceEvent]) -> bool:
    """Codes of the same form, none of them the same."""
    assert [type(event) for event in live] == [type(event) for event in again]
    for old, new in zip(live, again, strict=True):
        if isinstance(old, BarcodeScanned) and isinstance(new, BarcodeScanned):
            assert [c.isdecimal() for c in old.text] == [c.isdecimal() for c in new.text]
            assert old.text != new.text
    return True


async def test_a_scanner_s_capture_holds_codes_of_nobody(tmp_path: Path) -> None:
    options: dict[str, str | int | float | bool] = {"prefix": "[", "suffix": "]", "aim": True}
    config = DeviceConfig(name="desk", model="serial-scanner", port=str(tmp_path / "port"), options=options)
    async with plugged(tmp_path / "port", TriggeredNobody()) as link:

        async def act(heard: Heard) -> None:
            await heard.until(1)
            for number, code in enumerate(CODES, 2):
                whole = f"[]Q1{code}]\r\n".encode()
                link.say(whole[:9])
                link.say(whole[9:])
                await heard.until(number)
            link.say(b"\xff\xfe9876543210\r")
            await heard.until(5)

        file, live = await captured(config, act)
    assert live[1:4] == SCANNED
    assert leaks(file, {code: code for code in CODES} | {"number": "9876543210"}) == []
    again = await replayed(tmp_path, file, len(live), pace=10)
    assert same_shape(live, again)
    assert isinstance(again[-1], ScanFailed)


class TriggeredNobody:
    """A scanner that takes no orders."""

    def feed(self, _data: bytes, /) -> list[Reply]:
        return []


async def test_a_label_s_check_digit_is_right_again(tmp_path: Path) -> None:
    label = "2" + "0531042000317"[:12]
    label += codabar_check_digit(label)
    config = DeviceConfig(
        name="desk", model="serial-scanner", port=str(tmp_path / "port"), options={"check": "codabar"}
    )
    async with plugged(tmp_path / "port", TriggeredNobody()) as link:

        async def act(heard: Heard) -> None:
            await heard.until(1)
            link.say(f"A{label}B\r".encode())
            link.say(f"A{label[:-1]}{(int(label[-1]) + 1) % 10}B\r".encode())
            await heard.until(3)

        file, live = await captured(config, act)
    assert leaks(file, {"label": label}) == []
    assert live[1] == BarcodeScanned("desk", label)
    assert same_shape(live, await replayed(tmp_path, file, len(live), pace=10))


@pytest.mark.parametrize(
    ("model", "make"),
    [("honeywell-serial", HoneywellFirmware), ("newland-serial", NewlandFirmware), ("gm65", Gm65Firmware)],
)
async def test_a_commanded_scanner_s_answers_stay_and_its_codes_do_not(
    tmp_path: Path, model: str, make: Callable[[], Firmware]
) -> None:
    config = DeviceConfig(name="desk", model=model, port=str(tmp_path / "port"))
    async with plugged(tmp_path / "port", make()) as link:
        file, live = await captured(config, lambda heard: scans(link.say, heard, b"\r"))
    assert leaks(file, {code: code for code in CODES}) == []
    assert same_shape(live, await replayed(tmp_path, file, len(live)))


async def test_a_zebra_scanner_s_packets_stay_whole(tmp_path: Path) -> None:
    firmware = ZebraFirmware()
    config = DeviceConfig(name="desk", model="zebra-ssi", port=str(tmp_path / "port"))
    async with plugged(tmp_path / "port", firmware) as link:

        async def act(heard: Heard) -> None:
            await heard.until(1)
            await asyncio.sleep(PERSON_S)
            for number, code in enumerate(CODES, 2):
                for reply in firmware.read(QR, code.encode()):
                    link.say(reply.data)
                await heard.until(number)

        file, live = await captured(config, act)
    assert leaks(file, {code: code for code in CODES}) == []
    assert is_read_by("zebra-ssi", file)
    assert same_shape(live, await replayed(tmp_path, file, len(live)))


async def test_an_identity_card_s_capture_is_of_an_invented_person(tmp_path: Path) -> None:
    firmware = SdtFirmware()
    number = invented_card(7)[122:158].decode("utf-16-le")
    config = DeviceConfig(name="desk", model="sdt-serial", port=str(tmp_path / "port"))
    async with plugged(tmp_path / "port", WithPhoto(firmware)):

        async def act(heard: Heard) -> None:
            await heard.until(1)
            firmware.place(invented_card(7, valid_to="20391231"))
            await heard.until(2)

        file, live = await captured(config, act)
    secrets: dict[str, bytes | str] = {
        "name": "虚构",
        "number": number,
        "birth": number[6:14],
        "address": "无此路",
        "issuer": "公安局",
        "photo": WithPhoto.PHOTO[:4],
    }
    assert leaks(file, secrets) == []
    assert is_read_by("sdt", file)
    up, read = await replayed(tmp_path, file, len(live))
    assert up == DeviceUp("desk")
    assert isinstance(read, IdCardRead)
    assert check_citizen_number(read.card.number).valid
    assert read.card.number[6:14] == f"{read.card.birth_date:%Y%m%d}"
    assert isinstance(live[1], IdCardRead)
    assert read.card.number != live[1].card.number


class WithPhoto:
    """A reader that has a card with a photo and a fingerprint on it."""

    PHOTO = bytes(range(1, 255)) * 4

    def __init__(self, firmware: SdtFirmware) -> None:
        self._firmware = firmware

    def feed(self, data: bytes, /) -> Iterator[Reply]:
        for reply in self._firmware.feed(data):
            yield replace(reply, data=self._with_photo(reply.data))

    def _with_photo(self, data: bytes) -> bytes:
        try:
            memory = decode_memory(decode_frame(data))
        except DecodeError:
            return data
        return encode_sdt_frame(encode_memory(memory.text, self.PHOTO, self.PHOTO)) if memory.text else data
