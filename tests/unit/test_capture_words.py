from __future__ import annotations

from datetime import date
from typing import get_args

import pytest

from drivers.events import (
    BarcodeScanned,
    CardPresented,
    DeviceDown,
    DeviceEvent,
    DeviceUp,
    IdCardRead,
    ItemPlaced,
)
from firmware_msgs.identity_card import IdentityCard, Sex
from firmware_msgs.tags.content import TagContent, TagFault, Usage
from provisioning.capturing import words
from provisioning.capturing.words import words_of

CARD = IdentityCard("虚构", Sex.FEMALE, date(1990, 1, 2), "990101199001020006", None)


def test_there_are_words_for_every_event() -> None:
    assert set(get_args(DeviceEvent)) == set(words.WORDS) | {DeviceDown, ItemPlaced}


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (DeviceUp("desk"), "answers"),
        (DeviceDown("desk", "Its cable is gone."), "Its cable is gone."),
        (CardPresented("desk", "04A1B2C3"), "A card was presented."),
        (BarcodeScanned("desk", "A20310042"), "A code was scanned."),
        (IdCardRead("desk", CARD), "An identity card was read."),
        (ItemPlaced("desk", "E004", TagFault.BLANK, None), "a blank one"),
        (ItemPlaced("desk", "E004", TagContent("x", "P1", "CN", 1, 1, Usage.PATRON_CARD), None), "a patron's card"),
        (ItemPlaced("desk", "E004", TagContent("x", "B1", "CN", 1, 1, Usage.CIRCULATING), None), "an item"),
    ],
)
def test_words_say_what_happened_and_not_to_whom(event: DeviceEvent, said: str) -> None:
    text = words_of(event)
    assert said in text
    for secret in ("04A1B2C3", "A20310042", "虚构", "1990", "E004", "P1", "B1"):
        assert secret not in text
