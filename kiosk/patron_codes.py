"""Patrons' QR codes (ADR 8) between scanner and session: a code that is good becomes the number it stands for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from drivers.events import BarcodeScanned
from firmware_msgs.config import TerminalConfig
from firmware_msgs.errors import DecodeError
from firmware_msgs.patron_qr import MARK, SpentCodes, decode_static, verify
from kiosk.session.events import CodeRefusal, PatronCodeRefused

SKEW_S: Final = 60.0
"""How far the main library's time, learnt from what it sends, may be off that of whoever signs codes."""

_REFUSALS: Final = {
    "network": CodeRefusal.FOREIGN,
    "signature": CodeRefusal.FOREIGN,
    "not_yet": CodeRefusal.EXPIRED,
    "expired": CodeRefusal.EXPIRED,
    "stale": CodeRefusal.EXPIRED,
    "replayed": CodeRefusal.USED,
    "full": CodeRefusal.UNCHECKED,
}


class PatronCodes:
    """Remembers the one-time codes accepted since it was made.

    `library_s` gives the main library's Unix time, None while that is unknown; `steady_s` any clock that nobody sets.
    """

    def __init__(
        self,
        settings: TerminalConfig,
        key: Ed25519PublicKey,
        library_s: Callable[[], float | None],
        steady_s: Callable[[], float],
    ) -> None:
        self._network = settings.network
        self._key = key
        self._prefix = settings.rules.card_qr_prefix
        self._library_s = library_s
        self._steady_s = steady_s
        self._made_s = steady_s()
        self._spent: SpentCodes | None = None
        self._issued_s = 0
        self._ahead_s = 0.0

    def read(self, scanned: BarcodeScanned) -> BarcodeScanned | PatronCodeRefused:
        """The scan with what it stands for: any text that is no patron's QR code stands for itself."""
        try:
            return replace(scanned, text=self._meaning(scanned.text))
        except DecodeError as error:
            return PatronCodeRefused(_REFUSALS.get(error.kind, CodeRefusal.UNREADABLE))

    def _meaning(self, text: str) -> str:
        if text.startswith(MARK):
            return self._spend(text)
        if self._prefix and text.startswith(self._prefix):
            return decode_static(self._prefix, text)
        return text

    def _spend(self, text: str) -> str:
        now_s = self._library_s()
        if now_s is None:
            raise DecodeError("full", "Without the main library's time no code can be checked")
        code = verify(text, self._key, self._network, now_s, SKEW_S)
        self._spent = self._memory(now_s).spend(code, now_s - SKEW_S)  # remembers as much longer as time may fall back
        self._issued_s = max(self._issued_s, code.issued_s)
        return code.token

    def _memory(self, now_s: float) -> SpentCodes:
        """What was spent. Where the main library's time has fallen back, what was forgotten as expired could come
        again: then no code is taken that was issued before the last one.
        """
        ahead_s = now_s - self._steady_s()
        if self._spent is None:
            self._ahead_s = ahead_s
            return SpentCodes(ahead_s + self._made_s, SKEW_S)
        if ahead_s < self._ahead_s - SKEW_S:
            self._ahead_s = ahead_s
            return replace(self._spent, since_s=self._issued_s - SKEW_S)
        self._ahead_s = max(self._ahead_s, ahead_s)
        return self._spent
