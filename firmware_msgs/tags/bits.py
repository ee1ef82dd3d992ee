"""Codes of a few bits each, packed into bytes from the highest bit on."""

from __future__ import annotations


def bits_of(data: bytes) -> str:
    """The bits of `data` as a text of 0 and 1."""
    return "".join(f"{byte:08b}" for byte in data)


def pack(bits: str, padding: str) -> bytes:
    """The bits as whole bytes; the last one is filled up with the first bits of `padding`."""
    whole = bits + padding[: -len(bits) % 8]
    return bytes(int(whole[at : at + 8], 2) for at in range(0, len(whole), 8))


def codes_of(data: bytes, width: int) -> list[int]:
    """The codes of `width` bits each, without the bits left over at the end."""
    bits = bits_of(data)
    return [int(bits[at : at + width], 2) for at in range(0, len(bits) - width + 1, width)]
