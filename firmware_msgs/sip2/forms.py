"""How the values of SIP2 fields look on the wire (3M SIP2 2.00, “Field definitions”).

Flags are read tolerantly, for servers mix `Y`/`N` and `1`/`0`, and written as specified. A reader raises ValueError.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, TypeAlias

LOCAL_ZONE = "    "
"""Four blanks: the time of the server's own clock."""

UTC_ZONE = "   Z"

_TRUE: Final = frozenset("Y1")
_FALSE: Final = frozenset("N0")
_BLANK: Final = frozenset(" 0")


@dataclass(frozen=True, slots=True)
class WireTime:
    """A wall-clock reading and the zone it was written with; any other zone than these two is kept as it came."""

    clock: datetime
    zone: str = LOCAL_ZONE


@dataclass(frozen=True, slots=True)
class Fixed:
    """A field known by its place. `width` is in characters."""

    width: int
    read: Callable[[str], Any]
    write: Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Named:
    """A field known by its two-character code. A `required` one is sent even when it is empty."""

    code: str
    required: bool = False
    read: Callable[[str], Any] = str
    write: Callable[[Any], str] = str


@dataclass(frozen=True, slots=True)
class Repeated:
    """A field that comes any number of times."""

    code: str


def read_flag(text: str) -> bool:
    """A value that must be one or the other."""
    flag = read_doubt(text)
    if flag is None:
        raise ValueError(f"{len(text)} characters that are neither yes nor no")
    return flag


def read_doubt(text: str) -> bool | None:
    """None for `U`, blank, or anything else that is neither."""
    if text in _TRUE:
        return True
    return False if text in _FALSE else None


def write_yes_no(flag: bool | None) -> str:  # noqa: FBT001 - the value itself
    """As most flags are written."""
    return {True: "Y", False: "N", None: "U"}[flag]


def write_zero_one(flag: bool) -> str:  # noqa: FBT001 - the value itself
    """As `ok` is written."""
    return str(int(flag))


def write_optional_flag(flag: bool | None) -> str:  # noqa: FBT001 - the value itself
    """As flags are written that may be missing."""
    return "" if flag is None else write_yes_no(flag)


def read_time(text: str) -> WireTime | None:
    """`YYYYMMDDZZZZHHMMSS`; None when all of it is blank or zero."""
    if _BLANK.issuperset(text):
        return None
    digits = text[:8] + text[12:]
    if len(text) != 18 or not digits.isdecimal() or not digits.isascii():
        raise ValueError("no date and time")
    return WireTime(datetime.strptime(digits, "%Y%m%d%H%M%S"), text[8:12])  # noqa: DTZ007 - the zone is kept beside it


def write_time(time: WireTime | None) -> str:
    """The reverse; None is blanks."""
    if time is None:
        return " " * 18
    return f"{time.clock.year:04}{time.clock:%m%d}{time.zone}{time.clock:%H%M%S}"


def read_number(text: str) -> int | None:
    """A padded number; None when blank."""
    return int(text) if text.strip() else None


def _number(width: int) -> Fixed:
    return Fixed(width, read_number, lambda number: " " * width if number is None else f"{number:0{width}}")


def _text(width: int) -> Fixed:
    return Fixed(width, str, str)


YesNo: TypeAlias = Annotated[bool, Fixed(1, read_flag, write_yes_no)]
Doubtful: TypeAlias = Annotated[bool | None, Fixed(1, read_doubt, write_yes_no)]
ZeroOne: TypeAlias = Annotated[bool, Fixed(1, read_flag, write_zero_one)]
Time: TypeAlias = Annotated[WireTime | None, Fixed(18, read_time, write_time)]
Number3: TypeAlias = Annotated[int | None, _number(3)]
Number4: TypeAlias = Annotated[int | None, _number(4)]
Text1: TypeAlias = Annotated[str, _text(1)]
Text2: TypeAlias = Annotated[str, _text(2)]
Text3: TypeAlias = Annotated[str, _text(3)]
Text4: TypeAlias = Annotated[str, _text(4)]
Text10: TypeAlias = Annotated[str, _text(10)]
Text14: TypeAlias = Annotated[str, _text(14)]


def optional_flag(code: str) -> Named:
    """A flag that may be missing."""
    return Named(code, read=read_doubt, write=write_optional_flag)
