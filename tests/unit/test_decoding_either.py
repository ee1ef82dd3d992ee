"""A frame that may come from either side."""

from __future__ import annotations

from provisioning.decoding.reading import Json, either

ASKED: dict[str, Json] = {"kind": "set_power", "value": 20, "unit": 1}
ANSWERED: dict[str, Json] = {"kind": "refused", "status": "14", "unit": 1}


def test_one_reading_is_told_as_it_is() -> None:
    assert either(ASKED, None) == ASKED
    assert either(None, ANSWERED) == ANSWERED
    assert either(None, None) is None


def test_two_are_told_beside_what_they_do_not_contradict_one_another_in() -> None:
    assert either(ASKED, {**ANSWERED, "value": 7}) == {
        "kind": "question_or_answer",
        "status": "14",
        "unit": 1,
        "question": ASKED,
        "answer": {**ANSWERED, "value": 7},
    }
