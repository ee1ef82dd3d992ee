from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from firmware_msgs.pseudonyms import Pseudonyms

ONE, OTHER = Pseudonyms(bytes(32)), Pseudonyms(bytes([1]) * 32)


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_a_stand_in_has_the_shape_of_what_it_stands_for(text: str) -> None:
    stand_in = ONE.text(text)
    assert len(stand_in) == len(text)
    for old, new in zip(text, stand_in, strict=True):
        assert new.isdecimal() == (old in "0123456789")
        assert new.isprintable() == old.isprintable()
        assert len(new.encode()) == len(old.encode())
        if old.isascii() and not old.isalnum():
            assert new == old


@given(st.text("0123456789", min_size=12, max_size=20))
def test_it_is_the_same_within_one_use_and_another_in_the_next(text: str) -> None:
    assert ONE.text(text) == ONE.text(text) != OTHER.text(text)


@given(st.text("0123456789", min_size=12, max_size=20))
def test_nothing_of_a_number_is_left(text: str) -> None:
    assert ONE.text(text) != text


@given(st.binary(min_size=8, max_size=8))
def test_a_uid_keeps_the_makers_bytes_only(uid: bytes) -> None:
    stand_in = bytes.fromhex(ONE.uid(uid.hex(), kept=2))
    assert stand_in[:2] == uid[:2]
    assert len(stand_in) == 8
    assert stand_in[2:] != uid[2:]


def test_names_become_other_names() -> None:
    name = ONE.text("张三")
    assert len(name) == 2
    assert not set(name) & set("张三")
