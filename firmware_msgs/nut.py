"""What a NUT server's variables say of a power supply (Network UPS Tools 2.8, “Variables” and “Status data”)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_ON_LINE, _ON_BATTERY, _LOW, _FORCED, _CALIBRATING = "OL", "OB", "LB", "FSD", "CAL"


@dataclass(frozen=True, slots=True)
class Supply:
    """`on_battery` None: the supply has not made up its mind (it starts, or is off). `is_ending`: it says itself that
    the battery will not last, or its owner has ordered everything to be shut down.
    """

    on_battery: bool | None
    is_ending: bool
    charge_percent: float | None
    runtime_s: float | None


def read_supply(variables: Mapping[str, str]) -> Supply:
    """The supply as these variables describe it; those that are missing or no numbers are None."""
    flags = variables.get("ups.status", "").split()
    return Supply(
        on_battery=_on_battery(flags),
        is_ending=_FORCED in flags or (_LOW in flags and _ON_BATTERY in flags),
        charge_percent=_number(variables.get("battery.charge")),
        runtime_s=_number(variables.get("battery.runtime")),
    )


def _on_battery(flags: list[str]) -> bool | None:
    if _ON_LINE in flags or _CALIBRATING in flags:  # calibrating, it empties its battery on purpose
        return False
    return True if _ON_BATTERY in flags else None


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None
