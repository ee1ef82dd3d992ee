"""Dead keys: an accent waits for the letter that it belongs to."""

from __future__ import annotations

import unicodedata

from firmware_msgs.hid.layouts import SPACING


class Composer:
    """Characters in, text out. A combining accent waits; with a space, or what it does not fit, it stands alone."""

    def __init__(self) -> None:
        self._accent = ""

    @property
    def is_waiting(self) -> bool:
        """An accent has come and not its letter."""
        return bool(self._accent)

    def feed(self, character: str) -> str:
        """The text that is sure now."""
        if not self._accent:
            self._accent = character if character in SPACING else ""
            return "" if self._accent else character
        if not character:
            return ""
        composed = unicodedata.normalize("NFC", character + self._accent)
        alone = self.flush()
        if character == " ":
            return alone
        return composed if len(composed) == 1 else alone + self.feed(character)

    def flush(self) -> str:
        """The accent that waits, alone."""
        alone, self._accent = SPACING.get(self._accent, ""), ""
        return alone
