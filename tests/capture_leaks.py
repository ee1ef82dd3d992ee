"""Looking for a secret in a capture, in every form it could have there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from drivers.capture import Received, Sent, decode_capture

BLOCK_BYTES = 4


def leaks(file: bytes, secrets: Mapping[str, bytes | str]) -> list[str]:
    """The names of the secrets that can be found."""
    places = (file.lower(), *_streams(file))
    return [
        name for name, secret in secrets.items() if any(form in place for form in _forms(secret) for place in places)
    ]


def _streams(file: bytes) -> Iterator[bytes]:
    """What went each way, as bytes, whole and by message."""
    messages = [each for each in decode_capture(file).happenings if isinstance(each, Sent | Received)]
    for kind in (Sent, Received):
        yield b"".join(bytes.fromhex(each.hex) for each in messages if isinstance(each, kind))
    yield b"".join(bytes.fromhex(each.hex) for each in messages)


def _forms(secret: bytes | str) -> Iterator[bytes]:
    for data in _encodings(secret) if isinstance(secret, str) else (secret,):
        for turned in (data, data[::-1], _in_blocks(data)):
            yield turned
            yield turned.hex().encode()
            yield turned.hex(" ").encode()


def _encodings(text: str) -> Iterator[bytes]:
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
        yield text.encode(encoding)


def _in_blocks(data: bytes) -> bytes:
    """Each block turned round, as FEIG readers send them."""
    return b"".join(data[at : at + BLOCK_BYTES][::-1] for at in range(0, len(data), BLOCK_BYTES))
