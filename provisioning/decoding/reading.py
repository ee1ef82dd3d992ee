"""What a wire or tag protocol's bytes say, as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
Reading: TypeAlias = Callable[[bytes], dict[str, Json]]
"""One whole frame or tag. Raises `DecodeError`; more bytes than the frame has are one."""


def either(question: Mapping[str, Json] | None, answer: Mapping[str, Json] | None) -> dict[str, Json] | None:
    """What a frame says that may come from either side (None: it makes no sense from there): the one reading, or both
    beside every field that they do not contradict one another in.
    """
    if question is None or answer is None:
        said = question or answer
        return None if said is None else dict(said)
    agreed = {name: value for name, value in {**question, **answer}.items() if question.get(name, value) == value}
    return {**agreed, "kind": "question_or_answer", "question": dict(question), "answer": dict(answer)}
