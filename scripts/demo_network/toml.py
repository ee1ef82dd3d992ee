"""Writes TOML. Python's own library only reads it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any


def to_toml(table: Mapping[str, Any]) -> str:
    """A document: plain keys first, then tables; what is None is left out."""
    return "\n".join(_lines(table, "")) + "\n"


def _lines(table: Mapping[str, Any], path: str) -> Iterator[str]:
    known = {key: value for key, value in table.items() if value is not None}
    for key, value in known.items():
        if not _is_section(value):
            yield f"{key} = {_inline(value)}"
    for key, value in known.items():
        if isinstance(value, Mapping):
            yield from ("", f"[{path}{key}]", *_lines(value, f"{path}{key}."))
        elif _is_section(value):
            for each in value:
                yield from ("", f"[[{path}{key}]]", *_lines(each, f"{path}{key}."))


def _is_section(value: object) -> bool:
    is_array = isinstance(value, list | tuple) and bool(value) and all(isinstance(each, Mapping) for each in value)
    return isinstance(value, Mapping) or is_array


def _inline(value: object) -> str:
    """JSON's strings, numbers, booleans and arrays of them are TOML's."""
    return json.dumps(value, ensure_ascii=False)
