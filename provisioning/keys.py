"""Key pairs as files: made where they are used, private parts never leave that machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

LIBRARY_SIGNING: Final = "library-signing"
LIBRARY_SEALING: Final = "library-sealing"
TERMINAL_SIGNING: Final = "terminal-signing"


class KeyExistsError(Exception):
    """A key file is in the way; overwriting it would make what was signed or sealed under it unreadable."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} exists already; keys are never overwritten. Choose another folder or move it away.")
        self.path = path


def make_library_keys(folder: Path) -> None:
    """The main library's two pairs: Ed25519 signs receipts and answers, X25519 opens what terminals seal."""
    _write_pair(folder / LIBRARY_SIGNING, Ed25519PrivateKey.generate())
    _write_pair(folder / LIBRARY_SEALING, X25519PrivateKey.generate())


def make_terminal_keys(folder: Path) -> None:
    """A terminal's record-signing pair (Ed25519)."""
    _write_pair(folder / TERMINAL_SIGNING, Ed25519PrivateKey.generate())


def _write_pair(stem: Path, key: Ed25519PrivateKey | X25519PrivateKey) -> None:
    """`stem.key` (PKCS #8 PEM, mode 0600) and `stem.pub` (PEM)."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    _write_new(stem.with_suffix(".key"), private, 0o600)
    _write_new(stem.with_suffix(".pub"), public, 0o644)


def _write_new(path: Path, content: bytes, mode: int) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError as error:
        raise KeyExistsError(path) from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
