"""Key pairs as files: made where they are used, private parts never leave that machine."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

LIBRARY_SIGNING: Final = "library-signing"
LIBRARY_SEALING: Final = "library-sealing"
TERMINAL_SIGNING: Final = "terminal-signing"


class KeyFileError(Exception):
    """Keys were not made, and no file was left behind."""

    def __init__(self, path: Path, text: str) -> None:
        super().__init__(text)
        self.path = path


class KeyExistsError(KeyFileError):
    """A key file is in the way; overwriting it would make what was signed or sealed under it unreadable."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            path, f"{path} exists already; keys are never overwritten. Choose another folder or move it away."
        )


class KeyUnwritableError(KeyFileError):
    """The system does not let us write there."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, f"{path} cannot be written ({reason}). Mend this or choose another folder.")


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    mode: int
    content: bytes


def make_library_keys(folder: Path) -> None:
    """The main library's two pairs: Ed25519 signs receipts and answers, X25519 opens what terminals seal. All four
    files or none; raises KeyFileError.
    """
    signing = _pair(folder / LIBRARY_SIGNING, Ed25519PrivateKey.generate())
    _write_all(folder, [*signing, *_pair(folder / LIBRARY_SEALING, X25519PrivateKey.generate())])


def make_terminal_keys(folder: Path) -> None:
    """A terminal's record-signing pair (Ed25519). Both files or none; raises KeyFileError."""
    _write_all(folder, _pair(folder / TERMINAL_SIGNING, Ed25519PrivateKey.generate()))


def _pair(stem: Path, key: Ed25519PrivateKey | X25519PrivateKey) -> list[_File]:
    """`stem.key` (PKCS #8 PEM, mode 0600) and `stem.pub` (PEM)."""
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return [_File(stem.with_suffix(".key"), 0o600, private), _File(stem.with_suffix(".pub"), 0o644, public)]


def _write_all(folder: Path, files: list[_File]) -> None:
    made: list[Path] = []
    at = folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            at = file.path
            _write_new(file, made)
        _sync(folder)
    except OSError as error:
        for path in made:
            path.unlink(missing_ok=True)
        if isinstance(error, FileExistsError) and at != folder:
            raise KeyExistsError(at) from error
        raise KeyUnwritableError(at, error.strerror or str(error)) from error


def _write_new(file: _File, made: list[Path]) -> None:
    """The file is in `made` as soon as it exists."""
    descriptor = os.open(file.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    made.append(file.path)
    with os.fdopen(descriptor, "wb") as opened:
        os.fchmod(descriptor, file.mode)
        opened.write(file.content)
        opened.flush()
        os.fsync(descriptor)


def _sync(folder: Path) -> None:
    """Make the new names durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
