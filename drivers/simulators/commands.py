"""What can be ordered on the command socket: one JSON object a line, told apart by `command`."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import msgspec


class _Command(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="command", tag=str.lower
):
    pass


class Place(_Command, frozen=True):
    """Lay a tag on a pad; it leaves any other pad."""

    device: str
    uid: str


class Remove(_Command, frozen=True):
    """Take a tag off a pad."""

    device: str
    uid: str


class Tap(_Command, frozen=True):
    """Lay a card, or a tag, on a card reader."""

    device: str
    uid: str


class Untap(_Command, frozen=True):
    """Take the card away."""

    device: str


class Lay(_Command, frozen=True):
    """Lay the card of an invented person on an identity card reader; `person` tells them apart."""

    device: str
    person: Annotated[int, msgspec.Meta(ge=0, le=999)]


class Lift(_Command, frozen=True):
    """Take the identity card away."""

    device: str


class Scan(_Command, frozen=True):
    """Scan a code: `text` gets a CR behind it, `hex` is sent as it is."""

    device: str
    text: str | None = None
    hex: str | None = None


class Switch(_Command, frozen=True):
    """Close or open the contact at an input of a pad's reader."""

    device: str
    number: Annotated[int, msgspec.Meta(ge=1, le=8)]
    on: bool


class Walk(_Command, frozen=True):
    """Let people walk past one of the four counters of the gate behind a pad's reader."""

    device: str
    counter: Annotated[int, msgspec.Meta(ge=1, le=4)]
    people: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 1


class State(_Command, frozen=True):
    """Tell what lies where and what each tag holds."""


FaultKind: TypeAlias = Literal[
    "drop_byte",
    "corrupt_crc",
    "tear_write",
    "silent",
    "loss",
    "delay",
    "refuse",
    "mute",
    "torn",
    "dead",
    "stuck",
    "paper_low",
    "paper_out",
    "cover_open",
    "jammed",
]


class Fault(_Command, frozen=True):
    """Make a device fail. Pads: drop_byte, corrupt_crc, delay (`count` answers), tear_write (`count` AFI writes go
    unanswered; the tag `takes` the value or not), silent, loss (`share` of frames, until cleared). Scanners: drop_byte,
    silent. Card readers, for cards tapped from now on: refuse, mute, torn. Identity card readers: refuse (cards laid
    down from now on), silent. Relay boards: silent (obeys and does not answer), dead, stuck. Printers: paper_low,
    paper_out, cover_open, jammed, silent; clearing them loads a new roll.
    """

    device: str
    kind: FaultKind
    count: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 1
    takes: bool = True
    share: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.2
    delay_s: Annotated[float, msgspec.Meta(ge=0, le=60)] = 1.0


class Clear(_Command, frozen=True):
    """End all faults of a device."""

    device: str


class Unplug(_Command, frozen=True):
    """Draw a device's cable (of a card reader: end its pcscd)."""

    device: str


class Replug(_Command, frozen=True):
    """Plug it in again."""

    device: str


Command: TypeAlias = (
    Place | Remove | Tap | Untap | Lay | Lift | Scan | Switch | Walk | State | Fault | Clear | Unplug | Replug
)
