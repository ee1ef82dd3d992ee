"""A device's traffic before redaction. It lives in memory only, and is of another type than what a file holds: nothing
that was not redacted can be written by mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from drivers.capture import Happening
from firmware_msgs.config import AfiPair
from firmware_msgs.pseudonyms import Pseudonyms

Options: TypeAlias = Mapping[str, str | int | float | bool]


@dataclass(frozen=True, slots=True)
class LinkOpened:
    """`at_s` from the beginning of the capture, here and below."""

    at_s: float


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes as one read or write had them. They stay out of every text made of this."""

    at_s: float
    to_device: bool
    data: bytes = field(repr=False)


Traffic: TypeAlias = LinkOpened | Piece


@dataclass(frozen=True, slots=True)
class Driven:
    """How the device was driven: its options as they stand in the configuration, and the site's pair of AFIs."""

    options: Options
    afi: AfiPair


@dataclass(frozen=True, slots=True)
class Redaction:
    """How the traffic of one family is freed of what could name a person. `traffic` keeps only what it understands:
    each message it can read, with its sensitive values replaced and its checksums right; the rest is counted.
    `secrets` are the options that are secret themselves, such as a key.
    """

    traffic: Callable[[Sequence[Traffic], Driven, Pseudonyms], Iterable[Happening]]
    secrets: frozenset[str] = frozenset()

    def options(self, options: Options) -> dict[str, str | int | float | bool]:
        """As they may be told: a secret becomes zeros of its length."""
        return {key: _zeros(value) if key in self.secrets else value for key, value in options.items()}


def _zeros(value: str | float) -> str:
    return "0" * len(str(value))
