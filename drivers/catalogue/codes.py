"""Barcode and QR scanners."""

from __future__ import annotations

from typing import Final

from drivers.catalogue.input_devices import HID_SCANNER
from drivers.catalogue.serial_scanners import SERIAL_SCANNERS

ROWS: Final = (*SERIAL_SCANNERS, HID_SCANNER)
