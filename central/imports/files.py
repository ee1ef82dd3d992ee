"""Reads the tables of an import; all that is wrong is gathered with file, line and remedy: one look mends it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from central.errors import ImportFileError

T = TypeVar("T", bound=msgspec.Struct)


class ImportRefusedError(Exception):
    """An import that changed nothing, with all that must be mended first."""

    def __init__(self, problems: list[ImportFileError]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class Problems:
    """What is wrong so far."""

    def __init__(self) -> None:
        self.found: list[ImportFileError] = []

    def add(self, path: Path, line: int | None, problem: str, remedy: str) -> None:
        """Note one more."""
        self.found.append(ImportFileError(path, line, problem, remedy))

    def raise_any(self) -> None:
        """Raises ImportRefusedError if there is one."""
        if self.found:
            raise ImportRefusedError(self.found)


def read_table(path: Path, kind: type[T], problems: Problems) -> Iterator[tuple[int, T]]:
    """The rows of a CSV file (UTF-8, header first) as values, with their line numbers."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            expected = list(kind.__struct_fields__)
            if reader.fieldnames != expected:
                remedy = f"The first line must be: {','.join(expected)}"
                problems.add(path, 1, "the columns are not the expected ones.", remedy)
                return
            for row in reader:
                value = _value(row, kind, path, reader.line_num, problems)
                if value is not None:
                    yield reader.line_num, value
    except OSError as error:
        problems.add(path, None, f"the file cannot be read ({error.strerror}).", "Put it there, or mend its rights.")
    except (csv.Error, UnicodeDecodeError) as error:
        problems.add(
            path, None, f"this is not CSV in UTF-8 ({error}).", "Save it again as CSV, UTF-8, comma-separated."
        )


def _value(row: dict[str, str], kind: type[T], path: Path, line: int, problems: Problems) -> T | None:
    if None in row or None in row.values():
        problems.add(path, line, "the number of fields is not that of the header.", "Quote fields that hold commas.")
        return None
    try:
        return msgspec.convert(row, kind, strict=False)
    except msgspec.ValidationError as error:
        problems.add(path, line, f"{_plain(str(error))}.", "Mend that field.")
        return None


def _plain(message: str) -> str:
    what, _, place = message.partition(" - at `$.")
    return f"{place.rstrip('`')}: {what[:1].lower()}{what[1:]}" if place else what
