"""What a person can do at the desk, as the page sends it: one JSON object, told apart by `do`."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import msgspec

LONGEST_CODE = 200


class _Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="do", tag=str.lower):
    pass


class Stand(_Order, frozen=True):
    """In front of this terminal: its screen is shown."""

    terminal: str


class Tap(_Order, frozen=True):
    """Hold a card to the reader for a moment."""

    terminal: str
    card: str


class Lay(_Order, frozen=True):
    """Lay books on the pad, all at once."""

    terminal: str
    books: tuple[str, ...]


class Take(_Order, frozen=True):
    """Take those of these books off the pad that lie there."""

    terminal: str
    books: tuple[str, ...]


class Scan(_Order, frozen=True):
    """Scan a code."""

    terminal: str
    code: Annotated[str, msgspec.Meta(max_length=LONGEST_CODE)]


class Unplug(_Order, frozen=True):
    """Pull the cable of the terminal's pad."""

    terminal: str


class Replug(_Order, frozen=True):
    """Put it back."""

    terminal: str


class Cut(_Order, frozen=True):
    """The network is gone, for both terminals."""


class Mend(_Order, frozen=True):
    """It is there again."""


Order: TypeAlias = Stand | Tap | Lay | Take | Scan | Unplug | Replug | Cut | Mend
