"""Every protocol by its name, gathered from the families."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from provisioning.decoding import feig, m3, pcsc, relay, scanners, sdt, sip2, tags_hf, uhf
from provisioning.decoding.reading import Reading

FAMILIES: Final[tuple[Mapping[str, Reading], ...]] = (
    tags_hf.READINGS,
    feig.READINGS,
    m3.READINGS,
    pcsc.READINGS,
    scanners.READINGS,
    sdt.READINGS,
    relay.READINGS,
    sip2.READINGS,
    uhf.READINGS,
)

READINGS: Final[Mapping[str, Reading]] = MappingProxyType(
    {name: reading for family in FAMILIES for name, reading in family.items()}
)
