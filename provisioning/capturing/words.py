"""What a device reports, in plain words: that something happened, never who or which."""

from __future__ import annotations

from typing import Final

from drivers import events
from drivers.events import DeviceDown, DeviceEvent, ItemPlaced
from firmware_msgs.tags.content import TagContent, TagFault, Usage

WORDS: Final[dict[type[DeviceEvent], str]] = {
    events.DeviceUp: "The device answers.",
    events.CardPresented: "A card was presented.",
    events.CardRemoved: "The card was taken away.",
    events.CardFailed: "Something was presented that could not be read.",
    events.IdCardRead: "An identity card was read.",
    events.ItemRemoved: "A tag was taken away.",
    events.SecurityChanged: "A tag's security was changed.",
    events.SecurityFailed: "A tag's security could not be changed.",
    events.BarcodeScanned: "A code was scanned.",
    events.ScanFailed: "Something was scanned that is no code.",
    events.ContactBegan: "A finger came down.",
    events.ContactEnded: "It was lifted.",
    events.ContactLost: "It strayed.",
    events.KeyPressed: "A key was pressed.",
    events.KeyHeld: "A key is held down.",
    events.Printed: "A document was printed.",
    events.PrintFailed: "A document could not be printed.",
    events.PaperLow: "The paper is nearly used up.",
    events.PaperOut: "There is no paper.",
    events.PaperLoaded: "There is paper again.",
    events.DoorUnlocked: "The door was unlocked.",
    events.DoorLocked: "The door was locked.",
    events.DoorFailed: "The door does not obey.",
    events.PeopleCounted: "Somebody walked through.",
    events.PowerLost: "The mains are gone.",
    events.BatteryLow: "The battery is nearly empty.",
    events.PowerRestored: "The mains are back.",
}
_FAULTS: Final = {
    TagFault.UNREADABLE: "one that could not be read",
    TagFault.BLANK: "a blank one",
    TagFault.UNKNOWN_FORMAT: "one of an unknown format",
    TagFault.DAMAGED: "a damaged one",
}


def words_of(event: DeviceEvent) -> str:
    """One sentence."""
    match event:
        case DeviceDown(reason=reason):
            return f"The device is gone: {reason}"
        case ItemPlaced(content=content):
            return f"A tag was placed: {_kind_of(content)}."
        case _:
            return WORDS[type(event)]


def _kind_of(content: TagContent | TagFault) -> str:
    if isinstance(content, TagFault):
        return _FAULTS[content]
    return "a patron's card" if content.usage is Usage.PATRON_CARD else "an item"
