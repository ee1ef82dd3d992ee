"""Devices that are neither pad, card reader nor scanner."""

from __future__ import annotations

from typing import Final

from drivers.catalogue.doors import LCUS_RELAY, MODBUS_RELAY
from drivers.catalogue.feig import FEIG_PEOPLE_COUNTER
from drivers.catalogue.input_devices import KEYPAD, TOUCH_PANEL
from drivers.catalogue.model import Model
from drivers.catalogue.power import NUT_UPS
from drivers.catalogue.printers import RECEIPT_PRINTER

ROWS: Final[tuple[Model, ...]] = (
    TOUCH_PANEL,
    KEYPAD,
    FEIG_PEOPLE_COUNTER,
    RECEIPT_PRINTER,
    LCUS_RELAY,
    MODBUS_RELAY,
    NUT_UPS,
)
