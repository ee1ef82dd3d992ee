"""The vendor's C library as Python calls. They block; `field.py` makes them from one thread."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Final

UID_BYTES: Final = 8
BLOCK_BYTES: Final = 4
MAX_TAGS: Final = 32
NO_READER, NO_TAG = -1, -2


class ReaderGoneError(Exception):
    """The library says there is no reader."""


@dataclass(frozen=True, slots=True)
class Tag:
    """What a tag says of itself."""

    dsfid: int
    afi: int
    block_count: int


class AcmeLibrary:
    """The library file at `path`, and one reader of it. Calls return None for a tag that does not answer."""

    def __init__(self, path: str) -> None:
        self._calls = ctypes.CDLL(path)
        self._calls.acme_open.argtypes = [ctypes.c_char_p, ctypes.POINTER(ctypes.c_void_p)]
        self._reader = ctypes.c_void_p()

    def open(self, port: str) -> None:
        """Raises `ReaderGoneError`."""
        _answered(self._calls.acme_open(port.encode(), ctypes.byref(self._reader)))

    def close(self) -> None:
        """Give the reader back."""
        self._calls.acme_close(self._reader)

    def inventory(self) -> tuple[str, ...]:
        """The UIDs of the tags on the pad."""
        uids = ctypes.create_string_buffer(UID_BYTES * MAX_TAGS)
        count = self._calls.acme_inventory(self._reader, uids, MAX_TAGS)
        _answered(count)
        return tuple(uids.raw[at : at + UID_BYTES].hex().upper() for at in range(0, count * UID_BYTES, UID_BYTES))

    def information(self, uid: str) -> Tag | None:
        """What the tag is."""
        dsfid, afi, blocks = ctypes.c_ubyte(), ctypes.c_ubyte(), ctypes.c_int()
        code = self._calls.acme_info(
            self._reader, bytes.fromhex(uid), ctypes.byref(dsfid), ctypes.byref(afi), ctypes.byref(blocks)
        )
        return Tag(dsfid.value, afi.value, blocks.value) if _answered(code) else None

    def read(self, uid: str, first: int, count: int) -> bytes | None:
        """So many blocks from the first on."""
        memory = ctypes.create_string_buffer(BLOCK_BYTES * count)
        code = self._calls.acme_read(self._reader, bytes.fromhex(uid), first, count, memory)
        return memory.raw if _answered(code) else None

    def write_afi(self, uid: str, afi: int) -> None:
        """Whether it took is seen by reading back."""
        _answered(self._calls.acme_write_afi(self._reader, bytes.fromhex(uid), ctypes.c_ubyte(afi)))


def _answered(code: int) -> bool:
    if code == NO_READER:
        raise ReaderGoneError
    return code != NO_TAG
