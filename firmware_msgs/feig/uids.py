"""A tag's UID: upper-case hex, most significant byte first, as on the wire."""

from __future__ import annotations

from firmware_msgs.errors import EncodeError

UID_BYTES = 8


def uid_bytes(uid: str) -> bytes:
    """The UID's eight bytes, or EncodeError."""
    try:
        data = bytes.fromhex(uid)
    except ValueError as error:
        raise EncodeError("a UID is sixteen hexadecimal digits") from error
    if len(data) != UID_BYTES:
        raise EncodeError(f"a UID has {UID_BYTES} bytes, not {len(data)}")
    return data


def uid_text(data: bytes) -> str:
    """The UID of these bytes."""
    return data.hex().upper()
