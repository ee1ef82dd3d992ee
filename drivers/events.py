"""What devices report: facts, as past participles. Policy decides what they mean."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from firmware_msgs.tags.content import TagContent, TagFault


@dataclass(frozen=True, slots=True)
class DeviceUp:
    """A device answers again (or for the first time); sent once per change."""

    device: str


@dataclass(frozen=True, slots=True)
class DeviceDown:
    """A device does not answer; sent once per change. `reason` is one plain sentence for a technician."""

    device: str
    reason: str


@dataclass(frozen=True, slots=True)
class CardPresented:
    """A patron's or staff card lies on a card reader. `identifier` is the upper-case hex of its UID."""

    device: str
    identifier: str


@dataclass(frozen=True, slots=True)
class CardRemoved:
    """The card that was presented is gone."""

    device: str
    identifier: str


@dataclass(frozen=True, slots=True)
class CardFailed:
    """Something was held to the card reader but could not be read."""

    device: str
    reason: str


@dataclass(frozen=True, slots=True)
class ItemPlaced:
    """A tag lies on the pad: once when first seen. Its memory and AFI were read before this is sent.

    `uid` is upper-case hex, most significant byte first. `content` is what the tag says, or why it cannot be told.
    `secured` is None when the AFI could not be read or is neither of the site's pair.
    """

    device: str
    uid: str
    content: TagContent | TagFault
    secured: bool | None


@dataclass(frozen=True, slots=True)
class ItemRemoved:
    """The tag has not been seen for the removal debounce."""

    device: str
    uid: str


@dataclass(frozen=True, slots=True)
class SecurityChanged:
    """The tag's security was written and read back as `secured`."""

    device: str
    uid: str
    secured: bool


@dataclass(frozen=True, slots=True)
class SecurityFailed:
    """The write could not be confirmed. `read_back` is the state last read after the attempt; None: it could not be
    read, so the tag may hold either.
    """

    device: str
    uid: str
    wanted: bool
    read_back: bool | None


@dataclass(frozen=True, slots=True)
class BarcodeScanned:
    """A code was scanned: printable text only, without its terminator."""

    device: str
    text: str


class ScanFault(Enum):
    """Why a scan was of no use."""

    TOO_LONG = "too_long"
    UNPRINTABLE = "unprintable"
    NOT_TEXT = "not_text"


@dataclass(frozen=True, slots=True)
class ScanFailed:
    """The scanner sent something that is no code."""

    device: str
    fault: ScanFault


DeviceEvent: TypeAlias = (
    DeviceUp
    | DeviceDown
    | CardPresented
    | CardRemoved
    | CardFailed
    | ItemPlaced
    | ItemRemoved
    | SecurityChanged
    | SecurityFailed
    | BarcodeScanned
    | ScanFailed
)
