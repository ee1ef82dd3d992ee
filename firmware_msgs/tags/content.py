"""What a library's tag says, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Usage(Enum):
    """Type of usage, by the number that ISO 28560-1 gives its class."""

    ACQUISITION = 0
    CIRCULATING = 1
    NOT_CIRCULATING = 2
    NO_INFORMATION = 6
    DISCARDED = 7
    PATRON_CARD = 8
    EQUIPMENT = 9
    OTHER = 15


@dataclass(frozen=True, slots=True)
class TagContent:
    """`item_id` is the primary item identifier, `owner_isil` the owner library ("" where the tag does not tell; ISO
    28560-3 has no hyphen after the country), `part` of `parts` counts from 1 (0 of 0: the tag does not tell).
    """

    format: str
    item_id: str
    owner_isil: str
    parts: int
    part: int
    usage: Usage


class TagFault(Enum):
    """Why a tag on the pad tells nothing."""

    UNREADABLE = "unreadable"  # it answers the inventory but its memory could not be read
    BLANK = "blank"  # readable, nothing written
    UNKNOWN_FORMAT = "unknown_format"
    DAMAGED = "damaged"  # a known format with a wrong checksum or impossible values
