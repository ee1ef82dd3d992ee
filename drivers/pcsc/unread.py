"""Why a card could not be read, in sentences for whoever holds it."""

from __future__ import annotations

from typing import Final

TAKEN_AWAY: Final = "The card was taken away too soon. Hold it to the reader a moment longer."
MUTE: Final = "The card does not answer. Hold it still and flat on the reader."
SHARED: Final = "Another program on this machine is using the card reader. Stop that program."
AN_ITEM: Final = "This is a book or another item of the library, not a patron's card."
DAMAGED: Final = "The number on this card is damaged. Ask the staff for a new card."
NOT_OURS: Final = "This card is of a kind that is not read here. Use your library card, or ask the staff."


class Unread(Exception):  # noqa: N818 - carries the sentence of a CardFailed, never leaves this package
    """The card that is there could not be read."""
