"""GM65 scan modules and their kin: switched between reading continuously and only by command; nothing is saved.

A reply does not name its command. Registers are asked for in numbers of which each is used for one question only, and
a write's reply has one byte: so no reply fits two of the questions below.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from drivers.scanners.speech import Speech, Switch
from firmware_msgs.scanners import gm65
from firmware_msgs.scanners.gm65 import (
    MODE_MASK,
    Command,
    Mode,
    ReadRegisters,
    Register,
    Reply,
    Result,
    WriteRegisters,
)

_MODE: Final = ReadRegisters(Register.MODE, 2)
_Ask: TypeAlias = Callable[[Command], Awaitable[Reply]]
_ADVICE: Final = (
    "Check its power, cable and baud rate, and that it is set to its serial interface (the code for it is in the "
    "module's manual)."
)


def gm65_speech(setup: tuple[tuple[int, int], ...], mode: Mode) -> Speech[Command, Reply]:
    """`setup`: addresses and values of registers; `mode` while scanning is wanted."""
    return Speech(
        form=gm65.ANSWERS,
        encode=gm65.encode_command,
        decode=gm65.decode_reply,
        belongs=_belongs,
        refusal=_refusal,
        fences=(ReadRegisters(Register.MODE, 3), ReadRegisters(Register.MODE, 4)),
        setup=tuple(WriteRegisters(address, bytes((value,))) for address, value in setup),
        switch=_switch_between(mode, Mode.BY_COMMAND),
        is_answered=lambda _command: True,
        renew_s=None,
        advice=_ADVICE,
    )


def _switch_between(on: Mode, off: Mode) -> Callable[[_Ask], Awaitable[Switch[Command]]]:
    async def switch(ask: _Ask) -> Switch[Command]:
        present = (await ask(_MODE)).data[0]
        return Switch(on=_write_mode(present, on), off=_write_mode(present, off))

    return switch


def _write_mode(present: int, mode: Mode) -> Command:
    """The other bits of the register are the module's lamps and sounds, which stay."""
    return WriteRegisters(Register.MODE, bytes((present & ~MODE_MASK | mode,)))


def _belongs(command: Command, reply: Reply) -> bool:
    if reply.result == Result.WRONG_CRC:  # as good as unheard: it is asked again
        return False
    if isinstance(command, ReadRegisters) and reply.result == Result.DONE:
        return len(reply.data) == command.count
    return len(reply.data) == 1


def _refusal(reply: Reply) -> str | None:
    if reply.result == Result.DONE:
        return None
    return f"it answers {reply.result:02X}. Check “setup” in the configuration."
