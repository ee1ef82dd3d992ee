"""Signed statements of the main library: receipts, answers, configuration, commands."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from firmware_msgs.errors import DecodeError
from firmware_msgs.uplink.sealing import public_key_id

T = TypeVar("T", bound=msgspec.Struct)


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """`payload`'s exact bytes are signed together with what it is for and whom."""

    key: str
    payload: msgspec.Raw
    signature: bytes


def signing_key_id(key: Ed25519PublicKey) -> str:
    """The name of a signing key."""
    return public_key_id(key.public_bytes(Encoding.Raw, PublicFormat.Raw))


def _statement(kind: str, terminal: str, payload: bytes) -> bytes:
    return f"shufang.{kind}.1\n{terminal}\n".encode() + payload


def sign(key: Ed25519PrivateKey, kind: str, terminal: str, value: msgspec.Struct) -> bytes:
    """`value` as the JSON of a Signed. `kind` is the message's kind (`receipt`, …), `terminal` its addressee."""
    payload = msgspec.json.encode(value)
    signature = key.sign(_statement(kind, terminal, payload))
    return msgspec.json.encode(
        Signed(key=signing_key_id(key.public_key()), payload=msgspec.Raw(payload), signature=signature)
    )


def verify(key: Ed25519PublicKey, kind: str, terminal: str, message: bytes, expect: type[T]) -> T:
    """The signed value; raises DecodeError (kinds `json`, `signature`)."""
    try:
        signed = msgspec.json.decode(message, type=Signed)
        payload = bytes(signed.payload)
        key.verify(signed.signature, _statement(kind, terminal, payload))
        return msgspec.json.decode(payload, type=expect)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DecodeError("json", f"not a signed {kind}: {error}") from error
    except InvalidSignature as error:
        raise DecodeError("signature", f"the {kind} is not signed by the main library's key") from error
