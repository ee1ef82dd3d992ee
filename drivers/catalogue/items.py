"""Readers under a pad."""

from __future__ import annotations

from typing import Final

from drivers.catalogue.feig import FEIG_READER
from drivers.catalogue.m3_readers import M3_READER
from drivers.catalogue.model import Model
from drivers.catalogue.pcsc_readers import TAG_READERS
from drivers.catalogue.uhf_readers import UHF_READERS

ROWS: Final[tuple[Model, ...]] = (
    FEIG_READER,
    M3_READER,
    *TAG_READERS,
    *UHF_READERS,
)
