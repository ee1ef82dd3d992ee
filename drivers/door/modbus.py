"""A relay of a Modbus RTU board, on a serial line or behind a transparent RS-485 converter on the network."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from math import ceil
from typing import Final

from drivers.errors import DeviceFault
from drivers.exchange import Exchange
from drivers.links import open_link
from drivers.serial_port import SerialLine
from firmware_msgs.errors import DecodeError
from firmware_msgs.relay.modbus_frames import FrameDecoder, Function, answer_length, encode_frame
from firmware_msgs.relay.modbus_rtu import (
    OFF,
    ON,
    TICK_S,
    TICKS_MAX,
    Answer,
    Bits,
    Question,
    Read,
    Refused,
    Registers,
    WriteCoil,
    WriteRegisters,
    Written,
    decode_answer,
    encode_question,
    timed_coil,
    timed_registers,
)

PATIENCE_S = 0.5  # 8 bytes each way take 17 ms at 9,600 baud; a converter on the network may add some 0.1 s
ATTEMPTS = 5  # of order and read-back; a line that loses one frame in five fails once in 100

_ADVICE: Final = "Check the relay board's power, its two RS-485 wires (A and B), its address and its baud rate."


class Timer(Enum):
    """How a board is asked to release a relay by itself."""

    NONE = "none"  # it cannot
    COIL = "coil"  # Waveshare's “flash on”
    REGISTERS = "registers"  # LC Technology's registers, five a relay


@dataclass(frozen=True, slots=True)
class ModbusBoard:
    """Which relay of which board. `relay` counts from 1, as printed on the board."""

    port: str
    line: SerialLine
    unit: int = 1
    relay: int = 1
    timer: Timer = Timer.NONE
    patience_s: float = PATIENCE_S

    @asynccontextmanager
    async def open(self) -> AsyncIterator[ModbusRelay]:
        """See `OpenRelay`."""
        async with open_link(self.port, self.line) as link:
            dialect = ModbusDialect(self.unit, self.patience_s)
            exchange: Exchange[Question, Answer] = Exchange(link, dialect, _ADVICE)
            await exchange.open()
            yield ModbusRelay(exchange, self)


class ModbusDialect:
    """See `Dialect`. An answer names its function: the fences use two that no order uses. A board that does not know
    them refuses them, which is an answer too.
    """

    def __init__(self, unit: int, patience_s: float) -> None:
        self.fences: tuple[Question, ...] = (
            Read(unit, Function.READ_INPUTS, 0, 1),
            Read(unit, Function.READ_HOLDING_REGISTERS, 0, 1),
        )
        self._patience_s = patience_s
        self._decoder = FrameDecoder(answer_length, unit)

    def encode(self, question: Question) -> bytes:
        """See `Dialect`."""
        return encode_frame(encode_question(question))

    def find_answer(self, question: Question, data: bytes) -> Answer | None:
        """See `Dialect`."""
        for frame in self._decoder.feed(data):
            with suppress(DecodeError):  # damaged beyond its checksum
                answer = decode_answer(frame)
                if _answers(question, answer):
                    return answer
        return None

    def reset(self) -> None:
        """See `Dialect`."""
        self._decoder.reset()

    def patience_s(self, _question: Question) -> float:
        """See `Dialect`."""
        return self._patience_s


def _answers(question: Question, answer: Answer) -> bool:
    function = encode_question(question).function
    match question, answer:
        case _, Refused():
            return answer.function == function
        case Read(count=count), Bits(states=states):
            return answer.function == function and len(states) == -(-count // 8) * 8
        case Read(count=count), Registers(values=values):
            return answer.function == function and len(values) == count
        case WriteRegisters(first=first, values=values), Written():
            return (answer.function, answer.first, answer.count) == (function, first, len(values))
        case _:
            return answer == question


class ModbusRelay:
    """A `Relay` that is read back after each order."""

    def __init__(self, exchange: Exchange[Question, Answer], board: ModbusBoard) -> None:
        self._exchange = exchange
        self._board = board
        self._coil = board.relay - 1

    async def energise(self, at_most_s: float) -> None:
        """See `Relay`."""
        ticks = min(ceil(at_most_s / TICK_S), TICKS_MAX)
        await self._bring(self._order(ticks), energised=True)

    async def release(self) -> None:
        """See `Relay`."""
        await self._bring(WriteCoil(self._board.unit, self._coil, OFF), energised=False)

    def _order(self, ticks: int) -> Question:
        match self._board.timer:
            case Timer.COIL:
                return timed_coil(self._board.unit, self._coil, ticks)
            case Timer.REGISTERS:
                return timed_registers(self._board.unit, self._coil, ticks)
            case Timer.NONE:
                return WriteCoil(self._board.unit, self._coil, ON)

    async def _bring(self, order: Question, *, energised: bool) -> None:
        for _ in range(ATTEMPTS):
            _check(await self._exchange.ask(order))
            states = await self._exchange.ask(Read(self._board.unit, Function.READ_COILS, self._coil, 1))
            _check(states)
            if isinstance(states, Bits) and states.states[0] is energised:
                return
        raise DeviceFault(
            f"Relay {self._board.relay} of the board at {self._board.port} does not obey: it should be "
            f"{'energised' if energised else 'released'} and is not. Replace the board."
        )


def _check(answer: Answer | None) -> None:
    if isinstance(answer, Refused):
        raise DeviceFault(
            f"The relay board refuses an order: {answer}. Check its model and relay number in the configuration."
        )
