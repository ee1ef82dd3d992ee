"""A receipt as a printer gets it: what it says, not how a printer is told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias


class Alignment(Enum):
    """Where a line stands."""

    LEFT = "left"
    CENTER = "center"


@dataclass(frozen=True, slots=True)
class Line:
    """Text, wrapped at the paper's width. `large` is twice as wide and high."""

    text: str
    alignment: Alignment = Alignment.LEFT
    bold: bool = False
    large: bool = False


@dataclass(frozen=True, slots=True)
class Columns:
    """A text on the left, another on the right; the left one wraps."""

    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """The text as a QR code, centred."""

    text: str


Part: TypeAlias = Line | Columns | Rule | QrCode


@dataclass(frozen=True, slots=True)
class Document:
    """One receipt, cut off at its end."""

    parts: tuple[Part, ...]
