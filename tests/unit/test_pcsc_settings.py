from __future__ import annotations

from typing import Any

import pytest

from drivers.catalogue.table import make_device
from drivers.errors import ConfigFault
from drivers.m3.reader import M3Reader
from drivers.pcsc.card_reader import CardReader
from drivers.pcsc.item_reader import PlainTagReader, SecuringTagReader
from drivers.ports import Device
from firmware_msgs.config import AfiPair, DeviceConfig

KEY = "A0A1A2A3A4A5"


def make(model: str, **options: str | float | bool) -> Device:
    return make_device(
        DeviceConfig(name="desk", model=model, port="reader", options=options), AfiPair(), lambda _: None
    )


@pytest.mark.parametrize(
    ("model", "driver"),
    [
        ("3m-810", M3Reader),
        ("pcsc-iso15693", PlainTagReader),
        ("omnikey-iso15693", SecuringTagReader),
        ("acr1552-iso15693", SecuringTagReader),
    ],
)
def test_each_model_makes_its_driver(model: str, driver: type) -> None:
    assert isinstance(make(model), driver)


@pytest.mark.parametrize(
    "options",
    [
        {"read": "uid"},
        {"read": "social tag uid", "tag_commands": "omnikey"},
        {"read": "block uid", "block_key": KEY},
        {"read": "block", "block_key": KEY, "block": 7, "block_key_type": "B", "block_form": "hex", "block_bytes": 8},
    ],
)
def test_a_card_readers_ways_are_set_in_an_order(options: Any) -> None:
    assert isinstance(make("pcsc", **options), CardReader)


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"read": ""}, "read"),
        ({"read": "face"}, "read"),
        ({"read": "uid,tag"}, "read"),
        ({"read": "block uid"}, "block_key"),
        ({"read": "block", "block_key": KEY, "block": 256}, "block"),
        ({"read": "block", "block_key": KEY, "block_bytes": 17}, "block_bytes"),
        ({"tag_commands": "magic"}, "tag_commands"),
    ],
)
def test_a_wrong_setting_is_named(options: dict[str, str | int], key: str) -> None:
    with pytest.raises(ConfigFault) as caught:
        make("pcsc", **options)
    assert caught.value.key == f"options.{key}"


@pytest.mark.parametrize("key", [f"{KEY}0", f"{KEY}00", f"{KEY[:-1]}X"])
def test_a_wrong_key_is_not_quoted(key: str) -> None:
    with pytest.raises(ConfigFault) as caught:
        make("pcsc", read="block", block_key=key)
    assert caught.value.key == "options.block_key"
    assert KEY[:8] not in f"{caught.value}{caught.value.__cause__}"
