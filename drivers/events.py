"""What devices report: facts, as past participles. Policy decides what they mean. What may name a patron shows in no
repr, which may end up in a log.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from firmware_msgs.hid.keypad import Key
from firmware_msgs.identity_card import IdentityCard
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


class CardKind(Enum):
    """What an identifier is: equal texts of two kinds are strangers."""

    UID = "uid"  # the chip's own number, upper-case hex
    BLOCK = "block"  # text from a keyed block of a MIFARE card
    TAG = "tag"  # the patron's id on an ISO 15693 tag in a library format
    SOCIAL = "social"  # the number of a social security card


@dataclass(frozen=True, slots=True)
class CardPresented:
    """A patron's or staff card lies on a card reader."""

    device: str
    identifier: str = field(repr=False)
    kind: CardKind = CardKind.UID


@dataclass(frozen=True, slots=True)
class CardRemoved:
    """The card that was presented is gone."""

    device: str
    identifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CardFailed:
    """Something was held to the card reader but could not be read."""

    device: str
    reason: str


@dataclass(frozen=True, slots=True)
class IdCardRead:
    """A resident identity card was read: somebody wants to register, or to be known by it."""

    device: str
    card: IdentityCard


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
    text: str = field(repr=False)


class ScanFault(Enum):
    """Why a scan was of no use."""

    TOO_LONG = "too_long"
    UNPRINTABLE = "unprintable"
    NOT_TEXT = "not_text"
    INCOMPLETE = "incomplete"
    WRONG_CHECK = "wrong_check"


@dataclass(frozen=True, slots=True)
class ScanFailed:
    """The scanner sent something that is no code."""

    device: str
    fault: ScanFault


@dataclass(frozen=True, slots=True)
class ContactBegan:
    """A finger came down on the touch panel. `x` and `y` are fractions of the screen from its upper left corner."""

    device: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class ContactEnded:
    """It was lifted near where it had come down, which is the place told: what lies there is meant."""

    device: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class ContactLost:
    """It strayed, or turned out to be no finger: nothing is meant."""

    device: str


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """A key of a keypad went down; an arrow key that stays down is pressed again and again."""

    device: str
    key: Key


@dataclass(frozen=True, slots=True)
class KeyHeld:
    """It has been down for the holding time; sent once per press, for any key but an arrow."""

    device: str
    key: Key


@dataclass(frozen=True, slots=True)
class Printed:
    """The job is on paper and cut off."""

    device: str
    job: str


@dataclass(frozen=True, slots=True)
class PrintFailed:
    """The job will not be printed. `reason` is one plain sentence for a technician."""

    device: str
    job: str
    reason: str


@dataclass(frozen=True, slots=True)
class PaperLow:
    """The roll is near its end."""

    device: str


@dataclass(frozen=True, slots=True)
class PaperOut:
    """There is none; jobs wait."""

    device: str


@dataclass(frozen=True, slots=True)
class PaperLoaded:
    """There is enough again."""

    device: str


@dataclass(frozen=True, slots=True)
class DoorUnlocked:
    """The door can be opened from outside."""

    device: str


@dataclass(frozen=True, slots=True)
class DoorLocked:
    """It no longer can."""

    device: str


@dataclass(frozen=True, slots=True)
class DoorFailed:
    """An order to the door could not be confirmed. `reason` is one plain sentence for a technician."""

    device: str
    reason: str


@dataclass(frozen=True, slots=True)
class PeopleCounted:
    """So many went in and out since the last such event."""

    device: str
    entered: int
    left: int


@dataclass(frozen=True, slots=True)
class PowerLost:
    """The mains are gone; the battery lasts for about `runtime_s` more, None: it does not say."""

    device: str
    runtime_s: int | None


@dataclass(frozen=True, slots=True)
class BatteryLow:
    """The battery is about to be empty: the machine must be shut down now."""

    device: str


@dataclass(frozen=True, slots=True)
class PowerRestored:
    """The mains are back."""

    device: str


DeviceEvent: TypeAlias = (
    DeviceUp
    | DeviceDown
    | CardPresented
    | CardRemoved
    | CardFailed
    | IdCardRead
    | ItemPlaced
    | ItemRemoved
    | SecurityChanged
    | SecurityFailed
    | BarcodeScanned
    | ScanFailed
    | ContactBegan
    | ContactEnded
    | ContactLost
    | KeyPressed
    | KeyHeld
    | Printed
    | PrintFailed
    | PaperLow
    | PaperOut
    | PaperLoaded
    | DoorUnlocked
    | DoorLocked
    | DoorFailed
    | PeopleCounted
    | PowerLost
    | BatteryLow
    | PowerRestored
)
