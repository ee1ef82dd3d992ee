"""What application family identifiers mean on library tags. Which two a site writes is its `AfiPair`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class AfiMeaning:
    """`secured`: whether a gate alarms; `words` for a person."""

    secured: bool
    words: str


AFI_MEANINGS: Final[Mapping[int, AfiMeaning]] = MappingProxyType(
    {
        0x07: AfiMeaning(secured=True, words="in the library / secured (ISO 28560)"),
        0xC2: AfiMeaning(secured=False, words="on loan / not secured (ISO 28560)"),
        0x21: AfiMeaning(secured=False, words="legacy AFI_OFF: on loan (older Danish tags)"),
        0xD6: AfiMeaning(secured=True, words="3M secured"),
        0xD7: AfiMeaning(secured=True, words="3M secured as printed"),  # beside 214, which is D6: one is a slip
        0xDA: AfiMeaning(secured=False, words="3M unsecured (218)"),
    }
)
"""07 and C2 by ISO 28560-1, 21 by libdanrfid, 3M's read in Biblio-RFID."""
