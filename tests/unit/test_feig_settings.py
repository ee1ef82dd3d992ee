"""The settings of FEIG devices in a terminal's configuration."""

from __future__ import annotations

import pytest

from drivers.catalogue.table import make_device
from drivers.errors import ConfigFault
from drivers.events import DeviceEvent
from firmware_msgs.config import AfiPair, DeviceConfig

Options = dict[str, str | int | float | bool]


def made(model: str, options: Options) -> None:
    make_device(DeviceConfig(name="it", model=model, port="tcp://192.0.2.7:10001", options=options), AfiPair(), ignore)


def ignore(_event: DeviceEvent) -> None:
    pass


@pytest.mark.parametrize(
    ("model", "options"),
    [
        ("feig-iscan", {}),
        ("feig-iscan", {"framing": "standard", "address": 7, "block_order": "lsb_first", "eas": True}),
        ("feig-iscan", {"green": "1", "red": "2", "beeper": "3"}),
        ("feig-iscan", {"output_command": "72", "green": "0/1", "beeper": "2/1"}),
        ("feig-people-counter", {}),
        ("feig-people-counter", {"counter_address": 2, "entering": "1,2", "leaving": "4", "poll_s": 1.5}),
    ],
)
def test_what_can_be_set(model: str, options: Options) -> None:
    made(model, options)


@pytest.mark.parametrize(
    ("model", "options"),
    [
        ("feig-iscan", {"address": 256}),
        ("feig-iscan", {"green": "9"}),
        ("feig-iscan", {"beeper": "8/1"}),
        ("feig-iscan", {"output_command": "73"}),
        ("feig-people-counter", {"entering": "0"}),
        ("feig-people-counter", {"leaving": ""}),
        ("feig-people-counter", {"poll_s": 0}),
    ],
)
def test_what_cannot_be_set_is_named(model: str, options: Options) -> None:
    with pytest.raises(ConfigFault) as caught:
        made(model, options)
    assert caught.value.key == f"options.{next(iter(options))}"
