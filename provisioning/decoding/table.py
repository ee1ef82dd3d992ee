"""Every protocol by its name, gathered from the families."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from provisioning.decoding.reading import Reading

FAMILIES: Final[tuple[Mapping[str, Reading], ...]] = ()

READINGS: Final[Mapping[str, Reading]] = MappingProxyType(
    {name: reading for family in FAMILIES for name, reading in family.items()}
)
