"""What is fuzzed: every reading of `provision decode`, every decoder of a stream, and the recognition of tags."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware_msgs.config import AfiPair
from firmware_msgs.errors import DecodeError
from firmware_msgs.patron_qr import verify
from firmware_msgs.tags.detect import read_content
from firmware_msgs.tags.uhf import detect as uhf_detect
from firmware_msgs.tags.uhf.gen2 import decode_epc_bank
from provisioning.decoding.reading import Reading
from provisioning.decoding.table import READINGS
from scripts.fuzzing.streams import STREAMS

Target: TypeAlias = Callable[[bytes], None]
"""Takes any bytes; whatever it raises is a fault found."""


def _read(reading: Reading) -> Target:
    """A reading answers JSON or a `DecodeError`."""

    def target(data: bytes) -> None:
        try:
            said = reading(data)
        except DecodeError:
            return
        msgspec.json.encode(said)

    return target


def _recognise(data: bytes) -> None:
    """The first byte is the tag's DSFID."""
    if data:
        read_content(data[0], data[1:])


def _recognise_uhf(data: bytes) -> None:
    """The first byte says how many of the rest are the EPC bank."""
    if not data:
        return
    try:
        bank = decode_epc_bank(data[1 : 1 + data[0] % 64])
    except DecodeError:
        return
    uhf_detect.read_content(bank, data[1 + data[0] % 64 :], AfiPair())


def _take_patron_code(data: bytes) -> None:
    try:
        verify(data.decode("latin-1"), _KEY.public_key(), "network", 0.0, 60.0)
    except DecodeError:
        return


_KEY: Final = Ed25519PrivateKey.from_private_bytes(bytes(32))

TARGETS: Final[Mapping[str, Target]] = MappingProxyType(
    {
        **{f"reading-{name}": _read(reading) for name, reading in READINGS.items()},
        **{f"stream-{name}": stream.check for name, stream in STREAMS.items()},
        "patron-qr": _take_patron_code,
        "tag-recognition": _recognise,
        "uhf-tag-recognition": _recognise_uhf,
    }
)
