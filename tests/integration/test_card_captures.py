"""Captures of cards on a real pcscd."""

from __future__ import annotations

import asyncio

import pytest

from drivers.capture import decode_capture
from drivers.events import CardPresented, ItemPlaced
from drivers.pcsc.tags import TagCommands
from drivers.simulators.card import CardSlot, VirtualCard
from drivers.simulators.chips import Chip, Holder, MifareChip, SocialSecurityChip, UidChip
from drivers.simulators.pcscd import READERS, PrivatePcscd
from drivers.simulators.replay_card import chips_of
from drivers.simulators.tag_chip import TagChip
from drivers.simulators.virtual_tag import library_tag
from firmware_msgs.cards.storage import KeyType
from firmware_msgs.config import DeviceConfig
from firmware_msgs.tags.content import TagContent, TagFault, Usage
from tests.capture_leaks import leaks
from tests.integration.capture_stage import Heard, captured, running
from tests.integration.card_stage import PCSCD_LOOKS_S, slot_of

pytestmark = pytest.mark.usefixtures("no_leaks")

KEY = "B7C8D9EAFB0C"
UID, PATRON_UID, BOOK_UID = "04A1B2C3D4E5F6", "E0040100A1B2C3D4", "E004010012345678"
CARD_ID = "530400D1560000050000004F5E6D7C8B"
SECRETS: dict[str, bytes | str] = {
    "key": bytes.fromhex(KEY),
    "uid": bytes.fromhex(UID),
    "patron's uid": bytes.fromhex(PATRON_UID)[4:],
    "number": "DLFX000042",
    "card id": bytes.fromhex(CARD_ID)[8:],
    "social number": "S00000042",
}


def tag(uid: str, usage: Usage, item_id: str, commands: TagCommands = TagCommands.GENERIC) -> TagChip:
    return TagChip(library_tag(uid, TagContent("iso28560-3", item_id, "CN530428", 1, 1, usage), 7), commands)


def put(slot: CardSlot, chip: Chip) -> None:
    slot.tap(VirtualCard(UID, chip=chip))


async def test_a_card_reader_s_capture_names_nobody(pcscd: PrivatePcscd) -> None:
    chips: tuple[Chip, ...] = (
        UidChip(UID),
        MifareChip(UID, {4: b"DLFX000042"}, {(1, KeyType.A): bytes.fromhex(KEY)}),
        tag(PATRON_UID, Usage.PATRON_CARD, "DLFX000042"),
        SocialSecurityChip(UID, Holder(bytes.fromhex(CARD_ID), "S00000042")),
    )
    config = DeviceConfig(
        name="desk",
        model="pcsc",
        port=READERS[0],
        options={"read": "social block tag uid", "block_key": KEY},
    )
    async with slot_of(pcscd) as slot:

        async def act(heard: Heard) -> None:
            await heard.until(1)
            for number, chip in enumerate(chips):
                put(slot, chip)
                await heard.until(2 * number + 2)
                slot.untap()
                await heard.until(2 * number + 3)

        file, live = await captured(config, act)
    assert sum(isinstance(event, CardPresented) for event in live) == len(chips)
    assert leaks(file, SECRETS) == []
    assert leaks(file, {"key": KEY}) == []
    capture = decode_capture(file)
    assert capture.head.options["block_key"] == "0" * 12
    assert len(chips_of(capture)) == len(chips)


async def test_a_uid_s_stand_in_is_read_from_the_replay(pcscd: PrivatePcscd) -> None:
    config = DeviceConfig(name="desk", model="pcsc", port=READERS[0])
    async with slot_of(pcscd) as slot:

        async def act(heard: Heard) -> None:
            await heard.until(1)
            put(slot, UidChip(UID))
            await heard.until(2)
            slot.untap()
            await heard.until(3)

        file, live = await captured(config, act)
        [chip] = chips_of(decode_capture(file))
        async with running(config) as heard:
            await heard.until(1)
            put(slot, chip)
            presented = (await heard.until(2))[1]
            slot.untap()
            await heard.until(3)
    assert live[1] == CardPresented("desk", UID)
    assert isinstance(presented, CardPresented)
    assert len(presented.identifier) == len(UID)
    assert presented.identifier != UID


@pytest.mark.parametrize(
    ("model", "commands"),
    [("omnikey-iso15693", TagCommands.OMNIKEY), ("acr1552-iso15693", TagCommands.TRANSPARENT)],
)
async def test_an_item_stays_and_a_patron_s_tag_does_not(
    pcscd: PrivatePcscd, model: str, commands: TagCommands
) -> None:
    config = DeviceConfig(name="desk", model=model, port=READERS[0])
    chips = (
        tag(BOOK_UID, Usage.CIRCULATING, "TSG00000000001", commands),
        tag(PATRON_UID, Usage.PATRON_CARD, "DLFX000042", commands),
    )
    async with slot_of(pcscd) as slot:

        async def lay_both(heard: Heard, both: tuple[Chip, ...]) -> None:
            await heard.until(1)
            for number, chip in enumerate(both):
                put(slot, chip)
                await heard.until(2 * number + 2)
                slot.untap()
                await heard.until(2 * number + 3)
                if chip is not both[-1]:
                    await asyncio.sleep(PCSCD_LOOKS_S)

        file, live = await captured(config, lambda heard: lay_both(heard, chips))
        async with running(config) as heard:
            await lay_both(heard, (chips_of(decode_capture(file))[0], chips_of(decode_capture(file))[-1]))
    assert leaks(file, SECRETS) == []
    assert [type(event) for event in heard.events] == [type(event) for event in live]
    assert heard.events[1] == live[1]
    patron = heard.events[3]
    assert isinstance(patron, ItemPlaced)
    assert patron.content is TagFault.BLANK
