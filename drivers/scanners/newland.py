"""Newland scanners on a serial line: SCNTRG1 and SCNTRG0 begin and end a reading, settings last until power is lost."""

from __future__ import annotations

from typing import Final

from drivers.scanners.speech import Speech, Switch
from firmware_msgs.scanners import newland
from firmware_msgs.scanners.newland import START_READING, STOP_READING, Answer, Command, Status

RENEW_S = 2.5  # a reading begun by command ends after 3 s as delivered, or with the code it read

_QUERIES: Final = "*&^"
_REFUSALS: Final = {Status.UNKNOWN: "it does not know", Status.OUT_OF_RANGE: "it does not allow the value in"}
_ADVICE: Final = (
    "Check its power, cable and baud rate, and that it is set to a serial interface and not to the keyboard "
    "interface (the code for it is in the scanner's manual)."
)


def newland_speech(setup: tuple[str, ...]) -> Speech[Command, Answer]:
    """`setup`: commands of the site, such as SCNMOD0."""
    return Speech(
        form=newland.ANSWERS,
        encode=newland.encode_command,
        decode=newland.decode_answer,
        belongs=_belongs,
        refusal=_refusal,
        fences=(Command("SCNMOD*"), Command("GRBENA*")),
        setup=tuple(map(Command, setup)),
        switch=_switch,
        is_answered=lambda _command: True,
        renew_s=RENEW_S,
        advice=_ADVICE,
    )


def _belongs(command: Command, answer: Answer) -> bool:
    if answer.storage is not command.storage:
        return False
    is_query = command.text[-1] in _QUERIES
    return answer.text.startswith(command.text[:-1]) if is_query else answer.text == command.text


def _refusal(answer: Answer) -> str | None:
    words = _REFUSALS.get(answer.status)
    return None if words is None else f"{words} {answer.text}. Check “setup” in the configuration."


async def _switch(_ask: object) -> Switch[Command]:
    return Switch(on=START_READING, off=STOP_READING)
