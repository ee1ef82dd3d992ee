"""What people do on panel and keypad is the screen's business: it knows what lies where, and answers with a choice."""

from __future__ import annotations

from drivers.events import ContactBegan, ContactEnded, ContactLost, KeyHeld, KeyPressed
from kiosk.session.events import SessionEvent
from kiosk.session.views import Felt, FingerDown, FingerLost, FingerUp, KeyDown, KeyKept


def felt(event: SessionEvent) -> Felt | None:
    """The message to the screen; None for an event that is the session's."""
    match event:
        case ContactBegan(x=x, y=y):
            return FingerDown(x=x, y=y)
        case ContactEnded():
            return FingerUp()
        case ContactLost():
            return FingerLost()
        case KeyPressed(key=key):
            return KeyDown(key=key)
        case KeyHeld(key=key):
            return KeyKept(key=key)
        case _:
            return None
