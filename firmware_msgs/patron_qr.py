"""Patrons' QR codes: the printed one of a card, and the signed one-time one of a phone.

**Static**: the network's prefix and the card's number (`YJLIB20310001`). It can be copied, like the barcode on any
card, and is worth no more than one.

**One-time**: `SFQ1:` and base32 (RFC 4648, no padding), so that a QR code stores it as alphanumeric text and a keyboard
wedge types it under any layout; about 170 characters, at most 285. The bytes are

====================  ====================================================
1 + n                 network: length and ASCII text
1 + n                 token, by which the main library knows the card: length and ASCII text
4                     issued: seconds since 1970, big-endian
2                     lifetime in seconds, big-endian, 1 to 600: expires = issued + lifetime
8                     nonce, random
64                    Ed25519 signature over `shufang.patron_qr.1`, a line break and all the bytes before it
====================  ====================================================

**Replay**: whoever accepts codes keeps a `SpentCodes` and accepts each only once. A nonce is kept until its code has
expired for every clock within `skew_s`; a memory that is full refuses, and forgets nothing that could come again. A
memory that is new (after a restart) refuses what was issued before it could have seen it.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError, EncodeError

MARK: Final = "SFQ1:"
NONCE_BYTES = 8
LIFETIME_MAX_S = 600  # a photographed code is worth nothing after ten minutes
SPENT_MAX = 2048  # a code a second for as long as any is remembered, and as many again

_SIGNATURE_BYTES = 64
_SIGNED_AS: Final = b"shufang.patron_qr.1\n"
_NUMBER: Final = re.compile(r"[0-9A-Za-z-]{4,32}")
_NETWORK: Final = re.compile(r"[0-9A-Za-z_.-]{1,63}")
_TOKEN: Final = re.compile(r"[0-9A-Za-z_.-]{1,32}")


@dataclass(frozen=True, slots=True)
class OneTimeCode:
    """What a patron's phone shows. Times are seconds since 1970 by the main library's clock."""

    network: str
    token: str = field(repr=False)
    issued_s: int
    lifetime_s: int
    nonce: bytes = field(repr=False)

    @property
    def expires_s(self) -> int:
        """From here on it is refused."""
        return self.issued_s + self.lifetime_s


def encode_static(prefix: str, number: str) -> str:
    """The text of a printed code. Raises `EncodeError` for what is no card number."""
    if not _NUMBER.fullmatch(number):
        raise EncodeError("A card number has 4 to 32 letters, digits and hyphens")
    return prefix + number


def decode_static(prefix: str, text: str) -> str:
    """The card's number. Raises `DecodeError` (`network`, `value`) for any other text."""
    if not prefix or not text.startswith(prefix):
        raise DecodeError("network", "This is no card of this network", 0)
    number = text[len(prefix) :]
    if not _NUMBER.fullmatch(number):
        raise DecodeError("value", "A card number has 4 to 32 letters, digits and hyphens", len(prefix))
    return number


def sign(code: OneTimeCode, key: Ed25519PrivateKey) -> str:
    """The text to show as a QR code. Raises `EncodeError` for a code that `verify` would refuse."""
    payload = _encode(code)
    signed = payload + key.sign(_SIGNED_AS + payload)
    return MARK + base64.b32encode(signed).decode("ascii").rstrip("=")


def verify(text: str, key: Ed25519PublicKey, network: str, now_s: float, skew_s: float) -> OneTimeCode:
    """The code, if `key` signed it for this network and it is valid now.

    `skew_s`: how far this clock may be off the signer's. Raises `DecodeError`: `format`, `signature`, `network`,
    `not_yet`, `expired`.
    """
    payload = _verified_payload(text, key)
    code = _decode(payload)
    if code.network != network:
        raise DecodeError("network", "This code belongs to another network")
    if now_s < code.issued_s - skew_s:
        raise DecodeError("not_yet", "This code is from the future: one of the clocks is wrong")
    if now_s >= code.expires_s + skew_s:
        raise DecodeError("expired", "This code has expired: ask the phone for a new one")
    return code


@dataclass(frozen=True, slots=True)
class SpentCodes:
    """The codes accepted here. Made with the time its memory begins; a value, `spend` returns the next one."""

    since_s: float
    skew_s: float
    _until_s: Mapping[bytes, float] = field(default_factory=dict, repr=False)

    def spend(self, code: OneTimeCode, now_s: float) -> SpentCodes:
        """The memory with this verified code in it. Raises `DecodeError`: `replayed`, `stale`, `full`."""
        if code.issued_s <= self.since_s + self.skew_s:
            raise DecodeError("stale", "This code may have been used before this terminal started: ask for a new one")
        kept = {nonce: until_s for nonce, until_s in self._until_s.items() if until_s > now_s}
        if code.nonce in kept:
            raise DecodeError("replayed", "This code was used already: ask the phone for a new one")
        if len(kept) >= SPENT_MAX:
            raise DecodeError("full", "Too many codes were used in the last minutes: try again soon")
        kept[code.nonce] = code.expires_s + self.skew_s
        return SpentCodes(self.since_s, self.skew_s, kept)


def _verified_payload(text: str, key: Ed25519PublicKey) -> bytes:
    signed = _unwrap(text)
    payload, signature = signed[:-_SIGNATURE_BYTES], signed[-_SIGNATURE_BYTES:]
    try:
        key.verify(signature, _SIGNED_AS + payload)
    except InvalidSignature as error:
        raise DecodeError("signature", "This code was not issued by the main library") from error
    return payload


def _unwrap(text: str) -> bytes:
    if not text.startswith(MARK):
        raise DecodeError("format", f"A one-time code begins with {MARK}", 0)
    digits = text[len(MARK) :]
    try:
        signed = base64.b32decode(digits + "=" * (-len(digits) % 8))
    except (binascii.Error, ValueError) as error:
        raise DecodeError("format", "This is no base32 text", len(MARK)) from error
    if len(signed) <= _SIGNATURE_BYTES:
        raise DecodeError("format", "The code is too short", len(text))
    return signed


def _encode(code: OneTimeCode) -> bytes:
    if not (_NETWORK.fullmatch(code.network) and _TOKEN.fullmatch(code.token)):
        raise EncodeError("A network has 1 to 63, a token 1 to 32 letters, digits, _ . and -")
    fits = 0 <= code.issued_s <= 0xFFFFFFFF and 0 < code.lifetime_s <= LIFETIME_MAX_S
    if not fits or len(code.nonce) != NONCE_BYTES:
        raise EncodeError(f"A one-time code lives 1 to {LIFETIME_MAX_S} s and has {NONCE_BYTES} bytes of nonce")
    times = code.issued_s.to_bytes(4, "big") + code.lifetime_s.to_bytes(2, "big")
    return _with_length(code.network) + _with_length(code.token) + times + code.nonce


def _with_length(text: str) -> bytes:
    data = text.encode("ascii")
    return bytes((len(data),)) + data


def _decode(payload: bytes) -> OneTimeCode:
    cursor = Cursor(payload)
    network, token = _word(cursor, _NETWORK), _word(cursor, _TOKEN)
    issued_s, lifetime_s = int.from_bytes(cursor.take(4), "big"), int.from_bytes(cursor.take(2), "big")
    nonce = cursor.take(NONCE_BYTES)
    cursor.end()
    if not 0 < lifetime_s <= LIFETIME_MAX_S:
        raise DecodeError("format", f"A one-time code lives 1 to {LIFETIME_MAX_S} s")
    return OneTimeCode(network, token, issued_s, lifetime_s, nonce)


def _word(cursor: Cursor, form: re.Pattern[str]) -> str:
    text = cursor.take(cursor.byte()).decode("ascii", "replace")
    if not form.fullmatch(text):
        raise DecodeError("format", "A network or token has letters, digits, _ . and - only")
    return text
