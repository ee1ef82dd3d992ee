from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.ups import UpsAddress, ups_address
from firmware_msgs.nut import Supply, read_supply


@pytest.mark.parametrize(
    ("status", "on_battery", "is_ending"),
    [
        ("OL", False, False),
        ("OL CHRG", False, False),
        ("OL LB", False, False),
        ("OB", True, False),
        ("OB DISCHRG LB", True, True),
        ("FSD OL", False, True),
        ("FSD OB LB", True, True),
        ("OB CAL", False, False),
        ("OFF", None, False),
        ("WAIT", None, False),
        ("", None, False),
    ],
)
def test_status(status: str, on_battery: bool | None, is_ending: bool) -> None:  # noqa: FBT001 - expected values
    assert read_supply({"ups.status": status}) == Supply(on_battery, is_ending, None, None)


def test_numbers() -> None:
    variables = {"ups.status": "OB", "battery.charge": "87.5", "battery.runtime": "1200"}
    assert read_supply(variables) == Supply(on_battery=True, is_ending=False, charge_percent=87.5, runtime_s=1200)
    assert read_supply({"battery.charge": "-1", "battery.runtime": "nan"}) == Supply(
        None, is_ending=False, charge_percent=None, runtime_s=None
    )


@given(st.dictionaries(st.sampled_from(["ups.status", "battery.charge", "battery.runtime"]), st.text()))
def test_any_answer_is_read(variables: dict[str, str]) -> None:
    read_supply(variables)


def test_addresses() -> None:
    assert ups_address("desk@localhost") == UpsAddress("desk", "localhost", 3493)
    assert ups_address("desk@[::1]:3500") == UpsAddress("desk", "::1", 3500)
    for text in ("desk", "desk@", "@host", "desk@host:0", "desk@host:70000", "de sk@host", "desk@host\n"):
        with pytest.raises(ValueError, match="name@host"):
            ups_address(text)
