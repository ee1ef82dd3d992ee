"""What registration needs of a resident identity card, whichever reader it comes from. Nothing else leaves a codec."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum


class Sex(Enum):
    """As GB/T 2261.1 codes it."""

    UNKNOWN = "0"
    MALE = "1"
    FEMALE = "2"
    UNSTATED = "9"


@dataclass(frozen=True, slots=True)
class IdentityCard:
    """`number` is the citizen number (GB 11643), its check digit verified. `valid_until` None: without an end (长期).

    No value shows in its repr: it may end up in a log.
    """

    name: str = field(repr=False)
    sex: Sex = field(repr=False)
    birth_date: date = field(repr=False)
    number: str = field(repr=False)
    valid_until: date | None = field(repr=False)
