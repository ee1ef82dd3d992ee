"""Codes and answers to commands on one line: told apart as they come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from firmware_msgs.barcodes import CodeSplitter, ScannerLine

_LINE_ENDS: Final = b"\r\n\t"


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """How a family's answers look. `find`: where the first whole one begins and ends; `begun`: from where on the bytes
    may be one that has not ended yet; `longest` bytes are waited for.
    """

    find: Callable[[bytes], tuple[int, int] | None]
    begun: Callable[[bytes], int]
    longest: int


def from_head(head: bytes) -> Callable[[bytes], int]:
    """For answers that begin like no code."""

    def begun(data: bytes) -> int:
        found = data.find(head)
        if found >= 0:
            return found
        ends = (len(data) - size for size in range(len(head) - 1, 0, -1) if data.endswith(head[:size]))
        return next(ends, len(data))

    return begun


def from_line_start(data: bytes) -> int:
    """For answers that begin like a code: any line that has not ended may be one."""
    return 1 + max(data.rfind(end) for end in _LINE_ENDS)


class Interleaved:
    """Splits what a scanner sends into codes and answers. Holds at most one answer and one code."""

    def __init__(self, form: AnswerForm, codes: CodeSplitter) -> None:
        self._form = form
        self._codes = codes
        self._held = b""

    @property
    def buffered(self) -> int:
        """How many bytes wait for the rest of a code or an answer."""
        return len(self._held) + self._codes.buffered

    @property
    def is_partial(self) -> bool:
        """A code or an answer has begun and not ended."""
        return bool(self._held) or self._codes.is_partial

    def feed(self, data: bytes) -> tuple[list[ScannerLine], list[bytes]]:
        """The codes and the answers that `data` completes."""
        self._held += data
        codes: list[ScannerLine] = []
        answers: list[bytes] = []
        while (found := self._form.find(self._held)) is not None:
            start, end = found
            codes += self._release(start)
            answers.append(self._held[: end - start])
            self._held = self._held[end - start :]
        codes += self._release(max(self._form.begun(self._held), len(self._held) - self._form.longest))
        return codes, answers

    def settle(self, *, ends_code: bool) -> list[ScannerLine]:
        """The line went quiet, so no answer has begun: the codes that stood in what looked like one. The code that has
        begun is another of them when a gap `ends_code`, else it is forgotten.
        """
        codes = self._release(len(self._held))
        if ends_code:
            return codes + self._codes.finish()
        self._codes.drop_partial()
        return codes

    def _release(self, count: int) -> list[ScannerLine]:
        released, self._held = self._held[:count], self._held[count:]
        return self._codes.feed(released)
