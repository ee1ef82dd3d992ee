from __future__ import annotations

import pytest

from scripts.virtual_machine.errors import MachineError
from scripts.virtual_machine.keyboard import strokes


def test_small_letters_and_digits_are_keys() -> None:
    assert list(strokes("a7\n")) == [
        ("a", True),
        ("a", False),
        ("7", True),
        ("7", False),
        ("ret", True),
        ("ret", False),
    ]


def test_capitals_and_upper_signs_are_typed_with_shift() -> None:
    shift, let_go = ("shift", True), ("shift", False)
    assert list(strokes("T")) == [shift, ("t", True), ("t", False), let_go]
    assert list(strokes("_")) == [shift, ("minus", True), ("minus", False), let_go]


@pytest.mark.parametrize("character", ["书", "é", "\x00", "€"])
def test_what_has_no_key_is_refused(character: str) -> None:
    with pytest.raises(MachineError):
        list(strokes(character))
