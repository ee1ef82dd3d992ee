"""Readers of patrons' cards."""

from __future__ import annotations

from typing import Final

from drivers.catalogue.id_card_readers import ID_CARD_READERS
from drivers.catalogue.pcsc_readers import CARD_READER

ROWS: Final = (CARD_READER, *ID_CARD_READERS)
