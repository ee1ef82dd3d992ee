"""Devices that are neither pad, card reader nor scanner."""

from __future__ import annotations

from typing import Final

from drivers.catalogue.model import Model

ROWS: Final[tuple[Model, ...]] = ()
