"""Readers of patrons' cards."""

from __future__ import annotations

from typing import Final

from drivers.catalogue.pcsc_readers import CARD_READER

ROWS: Final = (CARD_READER,)
