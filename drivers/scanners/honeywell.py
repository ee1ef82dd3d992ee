"""Honeywell scanners on a serial line: triggered by SYN T CR, set up by menu commands that last until power is lost."""

from __future__ import annotations

from typing import Final

from drivers.scanners.speech import Speech, Switch
from firmware_msgs.scanners import honeywell
from firmware_msgs.scanners.honeywell import Command, Key, Menu, MenuAnswer, MenuStatus, Press

RENEW_S = 20.0  # a triggered reading ends by itself, 30 s after the trigger as delivered

_QUERIES: Final = "?^*"
_REFUSALS: Final = {
    MenuStatus.UNKNOWN: "it does not know",
    MenuStatus.OUT_OF_RANGE: "it does not allow the value in",
}
_ADVICE: Final = (
    "Check its power, cable and baud rate, and that it is set to RS-232 and not to the keyboard interface "
    "(the code for it is in the scanner's manual)."
)


def honeywell_speech(setup: tuple[str, ...]) -> Speech[Command, MenuAnswer]:
    """`setup`: menu commands of the site, such as TRGMOD0."""
    return Speech(
        form=honeywell.ANSWERS,
        encode=honeywell.encode_command,
        decode=honeywell.decode_answer,
        belongs=_belongs,
        refusal=_refusal,
        fences=(Menu("TRGMOD?"), Menu("BEPLVL?")),
        setup=tuple(map(Menu, setup)),
        switch=_switch,
        is_answered=lambda command: isinstance(command, Menu),
        renew_s=RENEW_S,
        advice=_ADVICE,
    )


def _belongs(command: Command, answer: MenuAnswer) -> bool:
    if not isinstance(command, Menu) or answer.storage is not command.storage:
        return False
    is_query = command.text[-1] in _QUERIES
    return answer.text.startswith(command.text[:-1]) if is_query else answer.text == command.text


def _refusal(answer: MenuAnswer) -> str | None:
    words = _REFUSALS.get(answer.status)
    return None if words is None else f"{words} {answer.text}. Check “setup” in the configuration."


async def _switch(_ask: object) -> Switch[Command]:
    return Switch(on=Press(Key.TRIGGER_ON), off=Press(Key.TRIGGER_OFF))
