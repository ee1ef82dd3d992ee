"""The main library's private keys, the terminals' public ones, and the keyed hash of card identifiers."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from central.errors import KeyFileError

SIGNING_FILE: Final = "library-signing.key"
SEALING_FILE: Final = "library-sealing.key"
_MAKE_KEYS: Final = "Make the library's keys with: provision keys library --out FOLDER"


@dataclass(frozen=True, slots=True)
class LibraryKeys:
    """`signing` signs receipts and answers, `sealing` opens what terminals sealed, `cards` keys the hash of cards."""

    signing: Ed25519PrivateKey
    sealing: X25519PrivateKey
    cards: bytes

    def card_hash(self, card: str) -> str:
        """What the ledger keeps instead of a card's identifier."""
        return hmac.digest(self.cards, card.encode(), "sha256").hex()


def load_library_keys(folder: Path) -> LibraryKeys:
    """From the folder that provisioning made; raises KeyFileError."""
    signing = _private(folder / SIGNING_FILE)
    sealing = _private(folder / SEALING_FILE)
    if not isinstance(signing, Ed25519PrivateKey):
        raise KeyFileError(folder / SIGNING_FILE, "this is not an Ed25519 private key.", _MAKE_KEYS)
    if not isinstance(sealing, X25519PrivateKey):
        raise KeyFileError(folder / SEALING_FILE, "this is not an X25519 private key.", _MAKE_KEYS)
    return LibraryKeys(signing, sealing, _cards_key(sealing))


def load_terminal_key(path: Path) -> Ed25519PublicKey:
    """A terminal's `terminal-signing.pub`; raises KeyFileError."""
    remedy = "It is the terminal's terminal-signing.pub, made there with: provision keys terminal --out FOLDER"
    try:
        key = load_pem_public_key(path.read_bytes())
    except OSError as error:
        raise KeyFileError(path, f"the file cannot be read ({error.strerror}).", remedy) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyFileError(path, "this is not a public key in PEM form.", remedy) from error
    if not isinstance(key, Ed25519PublicKey):
        raise KeyFileError(path, "this is not an Ed25519 public key.", remedy)
    return key


def _private(path: Path) -> object:
    try:
        return load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise KeyFileError(path, f"the file cannot be read ({error.strerror}).", _MAKE_KEYS) from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyFileError(path, "this is not an unencrypted private key in PEM form.", _MAKE_KEYS) from error


def _cards_key(sealing: X25519PrivateKey) -> bytes:
    """Derived, so that a copy of the database alone does not let anybody try all card identifiers."""
    secret = sealing.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    return HKDF(SHA256(), 32, salt=None, info=b"shufang card index").derive(secret)
