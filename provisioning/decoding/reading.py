"""What a wire or tag protocol's bytes say, as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
Reading: TypeAlias = Callable[[bytes], dict[str, Json]]
"""One whole frame or tag. Raises `DecodeError`; more bytes than the frame has are one."""
