"""Patron data for the main library's eyes only.

A content key (32 bytes, new at each boot) is wrapped once by HPKE (RFC 9180: X25519, HKDF-SHA256, ChaCha20-Poly1305);
each record's patron part is then sealed under it by ChaCha20-Poly1305. Questions are few and sealed by HPKE directly.
Randomness is an argument, except HPKE's ephemeral key, which the cryptography library draws itself.
"""

from __future__ import annotations

import hashlib
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from firmware_msgs.errors import DecodeError

ALGORITHM: Final = "hpke-x25519-hkdf-sha256-chacha20poly1305"
CONTENT_KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """`box` is nonce and ciphertext under the content key named `key`."""

    key: str
    box: bytes


def public_key_id(public: bytes) -> str:
    """The name of a raw 32-byte public key: the first 16 hex digits of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:16]


def sealing_key_id(key: X25519PublicKey) -> str:
    """The name of the main library's sealing key."""
    return public_key_id(key.public_bytes(Encoding.Raw, PublicFormat.Raw))


def seal_to(recipient: X25519PublicKey, plaintext: bytes, purpose: str) -> bytes:
    """Seal by HPKE; `purpose` binds the box to its place (a terminal and a content key's or question's id)."""
    return _SUITE.encrypt(plaintext, recipient, purpose.encode())


def open_sealed_to(key: X25519PrivateKey, box: bytes, purpose: str) -> bytes:
    """Open what `seal_to` sealed; raises DecodeError (kind `seal`)."""
    try:
        return _SUITE.decrypt(box, key, purpose.encode())
    except (InvalidTag, ValueError) as error:
        raise DecodeError("seal", "the box was not sealed to this key and purpose") from error


def seal(content_key: bytes, key_id: str, nonce: bytes, plaintext: bytes, purpose: str) -> Sealed:
    """Seal under a content key. `nonce` is fresh random bytes; `purpose` is the record's id."""
    return Sealed(key=key_id, box=nonce + ChaCha20Poly1305(content_key).encrypt(nonce, plaintext, purpose.encode()))


def open_sealed(content_key: bytes, sealed: Sealed, purpose: str) -> bytes:
    """Open what `seal` sealed; raises DecodeError (kind `seal`)."""
    try:
        nonce, ciphertext = sealed.box[:NONCE_BYTES], sealed.box[NONCE_BYTES:]
        return ChaCha20Poly1305(content_key).decrypt(nonce, ciphertext, purpose.encode())
    except (InvalidTag, ValueError) as error:
        raise DecodeError("seal", "the box was not sealed under this content key and purpose") from error
