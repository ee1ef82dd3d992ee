"""The firmware side of relay boards: LCUS and Modbus RTU."""

from __future__ import annotations

from collections.abc import Iterator

from drivers.simulators.firmware import Reply
from drivers.simulators.relays import RelayFault, Relays
from firmware_msgs.errors import DecodeError
from firmware_msgs.relay import lcus
from firmware_msgs.relay.lcus import Operation, Order
from firmware_msgs.relay.modbus_frames import Frame, FrameDecoder, Function, encode_frame, question_length
from firmware_msgs.relay.modbus_rtu import (
    OFF,
    ON,
    TICK_S,
    Answer,
    Bits,
    Read,
    Refused,
    WriteCoil,
    WriteRegisters,
    Written,
    as_timed,
    decode_question,
    encode_answer,
    encode_question,
)

_UNKNOWN_FUNCTION, _NO_SUCH_ADDRESS, _NO_SUCH_VALUE = 0x01, 0x02, 0x03
_MUTE = (RelayFault.SILENT, RelayFault.DEAD)


class LcusFirmware:
    """An LCUS board; `answers`: it knows the orders that are answered."""

    def __init__(self, relays: Relays, *, answers: bool = False) -> None:
        self.relays = relays
        self._answers = answers
        self._decoder = lcus.FrameDecoder()

    def feed(self, data: bytes, /) -> Iterator[Reply]:
        """See `Firmware`."""
        for frame in self._decoder.feed(data):
            try:
                order = lcus.decode_order(frame)
            except DecodeError:
                continue
            yield from self._obey(order)

    def _obey(self, order: Order) -> Iterator[Reply]:
        is_silent = order.operation in (Operation.OFF, Operation.ON)
        if not 1 <= order.channel <= self.relays.count or not (is_silent or self._answers):
            return
        stands = self.relays.is_energised(order.channel)
        self.relays.switch(order.channel, energised=_wanted(order.operation, now=stands))
        if not is_silent and self.relays.fault not in _MUTE:
            yield Reply(lcus.encode(lcus.State(order.channel, self.relays.is_energised(order.channel))))


def _wanted(operation: Operation, *, now: bool) -> bool:
    match operation:
        case Operation.ON | Operation.ON_ANSWERED:
            return True
        case Operation.OFF | Operation.OFF_ANSWERED:
            return False
        case Operation.TOGGLE_ANSWERED:
            return not now
        case Operation.QUERY:
            return now


class ModbusFirmware:
    """A Modbus RTU relay board with both kinds of timer. It refuses what it does not know, as the protocol asks."""

    def __init__(self, relays: Relays, unit: int = 1) -> None:
        self.relays = relays
        self._unit = unit
        self._decoder = FrameDecoder(question_length, unit)

    def feed(self, data: bytes, /) -> Iterator[Reply]:
        """See `Firmware`."""
        for frame in self._decoder.feed(data):
            answer = self._answer(frame)
            if self.relays.fault not in _MUTE:
                yield Reply(encode_frame(encode_answer(answer)))

    def _answer(self, frame: Frame) -> Answer:
        try:
            question = decode_question(frame)
        except DecodeError:
            return Refused(self._unit, frame.function, _NO_SUCH_VALUE)
        match question:
            case WriteCoil() | WriteRegisters() if timed := as_timed(question):
                return self._hold(question, *timed)
            case WriteCoil():
                return self._write(question)
            case Read(function=Function.READ_COILS):
                return self._coils(question)
            case _:
                return Refused(self._unit, frame.function, _UNKNOWN_FUNCTION)

    def _coils(self, read: Read) -> Answer:
        if read.count == 0 or read.first + read.count > self.relays.count:
            return Refused(self._unit, read.function, _NO_SUCH_ADDRESS)
        states = [self.relays.is_energised(coil + 1) for coil in range(read.first, read.first + read.count)]
        padding = [False] * (-len(states) % 8)
        return Bits(self._unit, read.function, (*states, *padding))

    def _write(self, write: WriteCoil) -> Answer:
        if write.coil >= self.relays.count:
            return Refused(self._unit, Function.WRITE_COIL, _NO_SUCH_ADDRESS)
        if write.value not in (ON, OFF):
            return Refused(self._unit, Function.WRITE_COIL, _NO_SUCH_VALUE)
        self.relays.switch(write.coil + 1, energised=write.value == ON)
        return write

    def _hold(self, order: WriteCoil | WriteRegisters, relay: int, ticks: int) -> Answer:
        if relay >= self.relays.count:
            return Refused(self._unit, encode_question(order).function, _NO_SUCH_ADDRESS)
        self.relays.switch(relay + 1, energised=True, for_s=ticks * TICK_S)
        if isinstance(order, WriteCoil):
            return order
        return Written(self._unit, Function.WRITE_REGISTERS, order.first, len(order.values))
