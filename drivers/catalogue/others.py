"""Devices that are neither pad, card reader nor scanner."""

from __future__ import annotations

from typing import Final

from drivers.catalogue.feig import FEIG_PEOPLE_COUNTER
from drivers.catalogue.input_devices import KEYPAD, TOUCH_PANEL
from drivers.catalogue.model import Model

ROWS: Final[tuple[Model, ...]] = (TOUCH_PANEL, KEYPAD, FEIG_PEOPLE_COUNTER)
