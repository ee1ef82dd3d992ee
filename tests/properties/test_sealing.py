from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from firmware_msgs.errors import DecodeError
from firmware_msgs.uplink.sealing import Sealed, open_sealed, open_sealed_to, seal, seal_to

LIBRARY = X25519PrivateKey.generate()
keys = st.binary(min_size=32, max_size=32)
nonces = st.binary(min_size=12, max_size=12)
purposes = st.text(st.characters(codec="utf-8"), max_size=40)


def flipped(box: bytes, bit: int) -> bytes:
    changed = bytearray(box)
    changed[bit // 8 % len(box)] ^= 1 << bit % 8
    return bytes(changed)


@given(keys, nonces, st.binary(max_size=100), purposes)
def test_a_box_opens_to_what_was_sealed(key: bytes, nonce: bytes, plain: bytes, purpose: str) -> None:
    assert open_sealed(key, seal(key, "k", nonce, plain, purpose), purpose) == plain
    assert open_sealed_to(LIBRARY, seal_to(LIBRARY.public_key(), plain, purpose), purpose) == plain


@given(keys, nonces, st.binary(max_size=100), purposes, st.integers(0, 10_000))
def test_no_bit_of_a_box_can_be_changed(key: bytes, nonce: bytes, plain: bytes, purpose: str, bit: int) -> None:
    sealed = seal(key, "k", nonce, plain, purpose)
    with pytest.raises(DecodeError) as caught:
        open_sealed(key, Sealed(key="k", box=flipped(sealed.box, bit)), purpose)
    assert caught.value.kind == "seal"
    with pytest.raises(DecodeError):
        open_sealed_to(LIBRARY, flipped(seal_to(LIBRARY.public_key(), plain, purpose), bit), purpose)


@given(keys, nonces, st.binary(max_size=100), purposes, purposes)
def test_a_box_opens_for_its_own_purpose_only(key: bytes, nonce: bytes, plain: bytes, one: str, other: str) -> None:
    if one == other:
        return
    with pytest.raises(DecodeError):
        open_sealed(key, seal(key, "k", nonce, plain, one), other)
    with pytest.raises(DecodeError):
        open_sealed_to(LIBRARY, seal_to(LIBRARY.public_key(), plain, one), other)


@given(st.binary(max_size=80))
def test_any_bytes_are_no_box(junk: bytes) -> None:
    with pytest.raises(DecodeError):
        open_sealed(b"\1" * 32, Sealed(key="k", box=junk), "p")
    with pytest.raises(DecodeError):
        open_sealed_to(LIBRARY, junk, "p")
