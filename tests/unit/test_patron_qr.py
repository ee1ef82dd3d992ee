from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from firmware_msgs.barcodes import LENGTH_MAX
from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.patron_qr import (
    LIFETIME_MAX_S,
    MARK,
    SPENT_MAX,
    OneTimeCode,
    SpentCodes,
    decode_static,
    encode_static,
    sign,
    verify,
)

KEY = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(b"\x02" * 32)
NOW_S = 1_790_000_000
SKEW_S = 60
CODE = OneTimeCode("yuanjiang", "T4QX9", NOW_S, 120, b"12345678")

WORD = st.text("abcXYZ0189_.-", min_size=1)
CODES = st.builds(
    OneTimeCode,
    WORD.filter(lambda text: len(text) < 64),
    WORD.filter(lambda text: len(text) < 33),
    st.integers(0, 0xFFFFFFFF),
    st.integers(1, LIFETIME_MAX_S),
    st.binary(min_size=8, max_size=8),
)


def kind_of(text: str, network: str = "yuanjiang", now_s: float = NOW_S, key: Ed25519PrivateKey = KEY) -> str:
    with pytest.raises(DecodeError) as caught:
        verify(text, key.public_key(), network, now_s, SKEW_S)
    return caught.value.kind


@given(CODES)
def test_a_code_survives_the_phone(code: OneTimeCode) -> None:
    text = sign(code, KEY)
    assert verify(text, KEY.public_key(), code.network, code.issued_s, SKEW_S) == code
    assert len(text) <= LENGTH_MAX
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:")


def test_the_form_is_frozen() -> None:
    """These codes are on phones: another form needs another mark."""
    assert sign(CODE, KEY) == (
        "SFQ1:BF4XKYLONJUWC3THAVKDIUKYHFVLCO4AAB4DCMRTGQ2TMNZY56TFXM7DES2PPEV4R763D2C2FYT4E4YF7KY7"
        "W2TVM7V2UZI7Q7N5MUBXSFXZVCT3YOXYAEW2OUQLEHV2L2CLMEHS5FZRYSM7J5X5GBA"
    )


@given(st.integers(len(MARK), 150), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_a_changed_code_is_not_the_main_librarys(at: int, digit: str) -> None:
    text = sign(CODE, KEY)
    changed = text[:at] + digit + text[at + 1 :]
    if changed != text:
        assert kind_of(changed) == "signature"


@given(st.text())
def test_anything_else_is_no_code(text: str) -> None:
    assert kind_of(text) == "format"
    assert kind_of(MARK + text) in {"format", "signature"}


def test_who_when_and_where() -> None:
    text = sign(CODE, KEY)
    assert kind_of(text, key=OTHER_KEY) == "signature"
    assert kind_of(text, network="dali") == "network"
    assert kind_of(text, now_s=NOW_S - SKEW_S - 1) == "not_yet"
    assert kind_of(text, now_s=CODE.expires_s + SKEW_S) == "expired"
    for now_s in (NOW_S - SKEW_S, CODE.expires_s + SKEW_S - 1):
        assert verify(text, KEY.public_key(), "yuanjiang", now_s, SKEW_S) == CODE


@pytest.mark.parametrize(
    "code",
    [
        replace(CODE, network=""),
        replace(CODE, network="元江"),
        replace(CODE, token="a" * 33),
        replace(CODE, issued_s=-1),
        replace(CODE, lifetime_s=0),
        replace(CODE, lifetime_s=LIFETIME_MAX_S + 1),
        replace(CODE, nonce=b"1"),
    ],
)
def test_nobody_signs_a_code_that_would_be_refused(code: OneTimeCode) -> None:
    with pytest.raises(EncodeError):
        sign(code, KEY)


def test_nothing_of_a_patron_shows_in_a_log() -> None:
    assert CODE.token not in repr(CODE)
    assert "12345678" not in repr(SpentCodes(0, SKEW_S).spend(CODE, NOW_S))


def test_each_code_is_worth_one_visit() -> None:
    spent = SpentCodes(NOW_S - 1000, SKEW_S).spend(CODE, NOW_S)
    with pytest.raises(DecodeError) as caught:
        spent.spend(CODE, CODE.expires_s + SKEW_S - 1)
    assert caught.value.kind == "replayed"
    spent.spend(replace(CODE, nonce=b"87654321"), NOW_S)


def test_a_memory_that_is_new_takes_nothing_from_before_it() -> None:
    spent = SpentCodes(NOW_S, SKEW_S)
    with pytest.raises(DecodeError) as caught:
        spent.spend(replace(CODE, issued_s=NOW_S + SKEW_S), NOW_S + SKEW_S)
    assert caught.value.kind == "stale"
    spent.spend(replace(CODE, issued_s=NOW_S + SKEW_S + 1), NOW_S + SKEW_S + 1)


def test_a_full_memory_refuses_and_is_empty_again_when_all_have_expired() -> None:
    kept = {number.to_bytes(8, "big"): NOW_S + 100.0 for number in range(SPENT_MAX)}
    spent = SpentCodes(0, SKEW_S, kept)
    with pytest.raises(DecodeError) as caught:
        spent.spend(CODE, NOW_S)
    assert caught.value.kind == "full"
    spent.spend(CODE, NOW_S + 100)


def test_a_printed_card() -> None:
    assert encode_static("YJLIB", "20310001") == "YJLIB20310001"
    assert decode_static("YJLIB", "YJLIB20310001") == "20310001"
    for prefix, text, kind in (
        ("YJLIB", "20310001", "network"),
        ("", "20310001", "network"),
        ("YJLIB", "YJLIB", "value"),
        ("YJLIB", "YJLIB2031 0001", "value"),
        ("YJLIB", "YJLIB" + "1" * 33, "value"),
    ):
        with pytest.raises(DecodeError) as caught:
            decode_static(prefix, text)
        assert caught.value.kind == kind
    with pytest.raises(EncodeError):
        encode_static("YJLIB", "1")
