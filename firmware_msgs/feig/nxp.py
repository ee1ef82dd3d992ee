"""`B1` with NXP's manufacturer code: the EAS bit of ICODE tags (FEIG H60301-3e, 8 and 8.3).

The manufacturer stands between command byte and sub-command, as the manual's byte numbers say. Never tried on a reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError
from firmware_msgs.feig.targets import TARGET_MASK, OnTag, decode_target, encode_head, refuse_flags

NXP = 0x04


class NxpCommand(IntEnum):
    """The byte after `B1 04`."""

    SET_EAS = 0xA2
    RESET_EAS = 0xA3
    SENSE_EAS = 0xA5


@dataclass(frozen=True, slots=True)
class OnNxpTag(OnTag):
    """A request that only NXP's tags know."""


@dataclass(frozen=True, slots=True)
class SetEas(OnNxpTag):
    """Alarm at gates that listen for EAS."""


@dataclass(frozen=True, slots=True)
class ResetEas(OnNxpTag):
    """Alarm there no more."""


@dataclass(frozen=True, slots=True)
class SenseEas(OnNxpTag):
    """Answered by a tag whose EAS bit is set; any other is silent, so that the reader finds no tag."""


_KINDS: Final[dict[int, type[OnNxpTag]]] = {
    NxpCommand.SET_EAS: SetEas,
    NxpCommand.RESET_EAS: ResetEas,
    NxpCommand.SENSE_EAS: SenseEas,
}


def encode_nxp_request(request: OnNxpTag) -> bytes:
    """What follows the command byte."""
    command = next(code for code, kind in _KINDS.items() if type(request) is kind)
    return bytes((NXP,)) + encode_head(command, request.tag)


def decode_nxp_request(cursor: Cursor) -> OnNxpTag:
    """The request behind `B1`, or DecodeError."""
    manufacturer, command, mode = cursor.take(3)
    kind = _KINDS.get(command)
    if manufacturer != NXP or kind is None:
        raise DecodeError("command", f"command {command:02X} of manufacturer {manufacturer:02X} is not known", 0)
    refuse_flags(mode & ~TARGET_MASK)
    return kind(decode_target(mode, cursor))
