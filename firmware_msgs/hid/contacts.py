"""Which fingers lie on a touch panel, by the kernel's multi-touch protocols and by plain ABS_X and BTN_TOUCH.

Source: Documentation/input/multi-touch-protocol.rst of Linux. Positions and sizes are in the panel's units.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Protocol, TypeAlias

from firmware_msgs.hid import codes
from firmware_msgs.hid.device_state import DeviceState
from firmware_msgs.hid.input_events import InputEvent, Report

MAX_CONTACTS: Final = 64
"""No panel tracks as many; slots and packets beyond are ignored."""

ALIKE_SHARE: Final = 0.1
"""An unnumbered contact is the one before if it moved less than this share of the panel between two reports, which
come 60 or more times a second."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One touch. `key` names it for as long as it lasts; `major` is the length of what touches, 0 where not told."""

    key: int
    x: int
    y: int
    major: int = 0
    is_palm: bool = False


Contacts: TypeAlias = tuple[Contact, ...]


class ContactTracker(Protocol):
    """Follows the contacts of one panel from a known state."""

    contacts: Contacts
    """Those that are down, in the order of their slots."""

    def feed(self, report: Report) -> None:
        """Bring `contacts` up to date."""


def tracker_for(state: DeviceState) -> ContactTracker | None:
    """By what the device has; None: it is no touch panel."""
    axes = state.axes
    if codes.ABS_MT_POSITION_X in axes and codes.ABS_MT_POSITION_Y in axes:
        return SlotTracker(state) if codes.ABS_MT_SLOT in axes else PacketTracker(state)
    is_single = codes.ABS_X in axes and codes.ABS_Y in axes and state.keys & {codes.BTN_TOUCH, codes.BTN_LEFT}
    return SingleTracker(state) if is_single else None


@dataclass(frozen=True, slots=True)
class _Slot:
    """The last values of a slot; the kernel sends only what changes, so they outlive the contact."""

    tracking_id: int = -1
    x: int = 0
    y: int = 0
    major: int = 0
    tool: int = codes.MT_TOOL_FINGER
    distance: int = 0

    def after(self, event: InputEvent) -> _Slot:
        """With the change that `event` tells."""
        name = _SLOT_FIELDS.get(event.code)
        return self if name is None else replace(self, **{name: event.value})

    @property
    def contact(self) -> Contact | None:
        """None while nothing touches: unused, or hovering."""
        if self.tracking_id < 0 or self.distance > 0:
            return None
        return Contact(self.tracking_id, self.x, self.y, self.major, self.tool == codes.MT_TOOL_PALM)


_SLOT_FIELDS: Final = {
    codes.ABS_MT_TRACKING_ID: "tracking_id",
    codes.ABS_MT_POSITION_X: "x",
    codes.ABS_MT_POSITION_Y: "y",
    codes.ABS_MT_TOUCH_MAJOR: "major",
    codes.ABS_MT_TOOL_TYPE: "tool",
    codes.ABS_MT_DISTANCE: "distance",
}


SLOT_CODES: Final = frozenset(_SLOT_FIELDS)
"""The axes that `DeviceState.slots` should tell of."""


class SlotTracker:
    """Protocol B: identified contacts in slots."""

    def __init__(self, state: DeviceState) -> None:
        count = min(state.axes[codes.ABS_MT_SLOT].maximum + 1, MAX_CONTACTS)
        self._slots = [_slot(state, at) for at in range(count)]
        self._current = state.axes[codes.ABS_MT_SLOT].value
        self.contacts: Contacts = self._down()

    def feed(self, report: Report) -> None:
        """See `ContactTracker`."""
        for event in report.events:
            if event.type == codes.EV_ABS and event.code == codes.ABS_MT_SLOT:
                self._current = event.value
            elif event.type == codes.EV_ABS and 0 <= self._current < len(self._slots):
                self._slots[self._current] = self._slots[self._current].after(event)
        self.contacts = self._down()

    def _down(self) -> Contacts:
        return tuple(contact for slot in self._slots if (contact := slot.contact) is not None)


def _slot(state: DeviceState, at: int) -> _Slot:
    known = {name: state.slots[code][at] for code, name in _SLOT_FIELDS.items() if at < len(state.slots.get(code, ()))}
    return replace(_Slot(), **known)


class PacketTracker:
    """Protocol A: every report names all contacts, each closed by SYN_MT_REPORT, mostly without numbers."""

    def __init__(self, state: DeviceState) -> None:
        x, y = state.axes[codes.ABS_MT_POSITION_X], state.axes[codes.ABS_MT_POSITION_Y]
        self._alike = (x.extent * ALIKE_SHARE, y.extent * ALIKE_SHARE)
        self._next_key = -1  # below zero, where no tracking id is
        self.contacts: Contacts = ()

    def feed(self, report: Report) -> None:
        """See `ContactTracker`. A report that tells of something else only (a key) changes nothing."""
        packets, has_any = _packets(report)
        if not has_any:
            return
        left = list(self.contacts)
        self.contacts = tuple(self._named(packet, left) for packet in packets[:MAX_CONTACTS])

    def _named(self, packet: _Slot, left: list[Contact]) -> Contact:
        """`packet` under the key of the contact in `left` that it continues, which is taken out, or a new one."""
        if packet.tracking_id >= 0:
            key = packet.tracking_id
        elif (before := self._nearest(packet, left)) is not None:
            left.remove(before)
            key = before.key
        else:
            key, self._next_key = self._next_key, self._next_key - 1
        return Contact(key, packet.x, packet.y, packet.major, packet.tool == codes.MT_TOOL_PALM)

    def _nearest(self, packet: _Slot, left: list[Contact]) -> Contact | None:
        alike = [
            (abs(each.x - packet.x) + abs(each.y - packet.y), -each.key, each)
            for each in left
            if abs(each.x - packet.x) <= self._alike[0] and abs(each.y - packet.y) <= self._alike[1]
        ]
        return min(alike)[2] if alike else None


def _packets(report: Report) -> tuple[list[_Slot], bool]:
    """The contacts that a report of protocol A names, and whether it tells of contacts at all."""
    packets: list[_Slot] = []
    present, has_position, has_any = _Slot(), False, False
    for event in (*report.events, InputEvent(codes.EV_SYN, codes.SYN_MT_REPORT, 0)):
        if event.type == codes.EV_SYN and event.code == codes.SYN_MT_REPORT:
            packets += [present] if has_position and not present.distance else []
            present, has_position = _Slot(), False
        elif event.type == codes.EV_ABS and event.code in _SLOT_FIELDS:
            present = present.after(event)
            has_position = has_position or event.code == codes.ABS_MT_POSITION_X
    has_any = any(_is_of_contacts(event) for event in report.events)
    return packets, has_any


def _is_of_contacts(event: InputEvent) -> bool:
    """BTN_TOUCH going up may stand alone for the last contact's end."""
    return (
        (event.type == codes.EV_SYN and event.code == codes.SYN_MT_REPORT)
        or (event.type == codes.EV_ABS and event.code in _SLOT_FIELDS)
        or (event.type == codes.EV_KEY and event.code == codes.BTN_TOUCH and event.value == codes.KEY_UP)
    )


class SingleTracker:
    """One contact: ABS_X, ABS_Y and BTN_TOUCH, or the left button of a panel that passes for a mouse."""

    def __init__(self, state: DeviceState) -> None:
        self._button = codes.BTN_TOUCH if codes.BTN_TOUCH in state.keys else codes.BTN_LEFT
        self._x, self._y = state.axes[codes.ABS_X].value, state.axes[codes.ABS_Y].value
        self._is_down = self._button in state.held
        self._count = 0
        self.contacts: Contacts = self._down()

    def feed(self, report: Report) -> None:
        """See `ContactTracker`. Up and down within one report are two contacts."""
        for event in report.events:
            if event.type == codes.EV_ABS and event.code == codes.ABS_X:
                self._x = event.value
            elif event.type == codes.EV_ABS and event.code == codes.ABS_Y:
                self._y = event.value
            elif event.type == codes.EV_KEY and event.code == self._button:
                self._count += event.value == codes.KEY_DOWN
                self._is_down = event.value != codes.KEY_UP
        self.contacts = self._down()

    def _down(self) -> Contacts:
        return (Contact(self._count, self._x, self._y),) if self._is_down else ()
