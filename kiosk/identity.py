"""Who this terminal is, and whom it trusts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from firmware_msgs.config import TerminalConfig
from kiosk.errors import IdentityError

T = TypeVar("T")

_OWN_KEY: Final = "make this terminal's keys with 'provision keys terminal'"
_LIBRARY_KEY: Final = "copy the .pub file that 'provision keys library' made at the main library"


@dataclass(frozen=True, slots=True)
class Identity:
    """One terminal in one boot of its machine: its own signing key, and the main library's two public keys."""

    network: str
    terminal: str
    boot: str
    signing: Ed25519PrivateKey
    library_sealing: X25519PublicKey
    library_signing: Ed25519PublicKey


def load_identity(config: TerminalConfig, folder: Path, boot: str) -> Identity:
    """Read the key files that the configuration names (relative to `folder`); raises IdentityError."""
    keys = config.keys
    signing = _load(folder / keys.signing, _private_key, _OWN_KEY)
    sealing = _load(folder / keys.library_sealing, load_pem_public_key, _LIBRARY_KEY)
    library = _load(folder / keys.library_signing, load_pem_public_key, _LIBRARY_KEY)
    if not isinstance(signing, Ed25519PrivateKey):
        raise _wrong_kind(folder / keys.signing, "a private Ed25519 key", _OWN_KEY)
    if not isinstance(sealing, X25519PublicKey):
        raise _wrong_kind(folder / keys.library_sealing, "a public X25519 key", _LIBRARY_KEY)
    if not isinstance(library, Ed25519PublicKey):
        raise _wrong_kind(folder / keys.library_signing, "a public Ed25519 key", _LIBRARY_KEY)
    return Identity(
        network=config.network,
        terminal=config.terminal,
        boot=boot,
        signing=signing,
        library_sealing=sealing,
        library_signing=library,
    )


def _private_key(pem: bytes) -> PrivateKeyTypes:
    return load_pem_private_key(pem, None)


def _load(path: Path, parse: Callable[[bytes], T], remedy: str) -> T:
    try:
        return parse(path.read_bytes())
    except OSError as error:
        raise IdentityError(f"The key file {path} cannot be read ({error.strerror}); {remedy}.") from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise IdentityError(f"The key file {path} does not hold such a key in PEM; {remedy}.") from error


def _wrong_kind(path: Path, wanted: str, remedy: str) -> IdentityError:
    return IdentityError(f"The key file {path} does not hold {wanted}; {remedy}.")
