"""The firmware side of a Zebra scanner that speaks SSI: resends each packet until it is acknowledged."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace

from drivers.simulators.firmware import Reply
from firmware_msgs.errors import DecodeError
from firmware_msgs.ssi.messages import (
    ACK,
    DecodeData,
    Message,
    NakCause,
    Opcode,
    RequestParameters,
    Revision,
    SendParameters,
    Signal,
    decode_message,
    encode_message,
)
from firmware_msgs.ssi.packets import MAX_DATA_BYTES, Packet, Source, Status, encode_packet, packet_decoder
from firmware_msgs.ssi.parameters import Parameter

RESEND_S = 2.0  # the host response timeout as delivered
RESENDS = 2  # SE955: "The decoder only resends a message twice."
_REVISION = "NBRPUGAA;0;SIMULATED"
_OBEYED = frozenset(
    {
        Opcode.AIM_ON,
        Opcode.AIM_OFF,
        Opcode.BEEP,
        Opcode.ILLUMINATION_ON,
        Opcode.ILLUMINATION_OFF,
        Opcode.LED_ON,
        Opcode.LED_OFF,
        Opcode.PARAM_DEFAULTS,
        Opcode.SLEEP,
    }
)


class ZebraFirmware:
    """Packets in and out. No clock: who has one calls `overdue` when the host took too long."""

    def __init__(self, resends: int = RESENDS) -> None:
        self.is_enabled = True
        self.in_session = False
        self.parameters: dict[int, bytes] = {0xEE: b"\0", 0x9F: b"\1", 0x8A: b"\0"}
        self.given_up = 0
        self._resends = resends
        self._tries = 0
        self._unsent: deque[Packet] = deque()
        self._decoder = packet_decoder()

    @property
    def is_waiting(self) -> bool:
        """A packet was sent and not acknowledged yet."""
        return bool(self._tries)

    def feed(self, data: bytes, /) -> Iterator[Reply]:
        """See `Firmware`."""
        for packet in self._decoder.feed(data):
            yield from (Reply(encode_packet(each)) for each in self._obey(packet))

    def read(self, code_type: int, data: bytes) -> Iterator[Reply]:
        """A code was read: what is sent now, if nothing waits."""
        self.in_session = False
        parts = [data[at : at + MAX_DATA_BYTES - 1] for at in range(0, len(data), MAX_DATA_BYTES - 1)]
        for part in parts:
            status = Status.CONTINUED if part is not parts[-1] else 0
            self._unsent.append(encode_message(DecodeData(code_type, part), Source.SCANNER, status))
        if not self.is_waiting:
            yield from (Reply(encode_packet(each)) for each in self._send_next())

    def overdue(self) -> Iterator[Reply]:
        """No acknowledgement came in time."""
        if not self.is_waiting:
            return
        if self._tries > self._resends:
            self.given_up += 1
            self._forget()
            return
        yield Reply(encode_packet(self._again()))

    def _obey(self, packet: Packet) -> Iterator[Packet]:
        try:
            message = decode_message(packet)
        except DecodeError:
            yield _said(Signal(Opcode.CMD_NAK, NakCause.DENIED))
            return
        match message:
            case Signal(Opcode.CMD_ACK):
                yield from self._acknowledged()
            case Signal(Opcode.CMD_NAK):
                yield from [self._again()] if self.is_waiting else []
            case _:
                yield _said(self._answer(message))

    def _answer(self, message: Message) -> Message:
        match message:
            case Signal(Opcode.REQUEST_REVISION):
                return Revision(_REVISION)
            case RequestParameters(numbers):
                return SendParameters(tuple(Parameter(each, self.parameters.get(each, b"\0")) for each in numbers))
            case SendParameters(parameters):
                self.parameters |= {parameter.number: parameter.value for parameter in parameters}
            case Signal(Opcode.SCAN_ENABLE | Opcode.SCAN_DISABLE as opcode):
                self.is_enabled = opcode is Opcode.SCAN_ENABLE
            case Signal(Opcode.START_SESSION | Opcode.STOP_SESSION as opcode):
                self.in_session = opcode is Opcode.START_SESSION
            case Signal(Opcode.FLUSH_QUEUE):
                self._forget()
            case Signal(opcode) if opcode in _OBEYED:
                return ACK
            case _:
                return Signal(Opcode.CMD_NAK, NakCause.BAD_CONTEXT)
        return ACK

    def _acknowledged(self) -> Iterator[Packet]:
        if self.is_waiting:
            self._tries = 0
            self._unsent.popleft()
            yield from self._send_next()

    def _send_next(self) -> Iterator[Packet]:
        if self._unsent:
            self._tries = 1
            yield self._unsent[0]

    def _again(self) -> Packet:
        self._tries += 1
        return replace(self._unsent[0], status=self._unsent[0].status | Status.RESENT)

    def _forget(self) -> None:
        self._tries = 0
        self._unsent.clear()


class ZebraScanner:
    """The firmware with a clock. `say` sends to the host. Must be made on the event loop."""

    def __init__(self, firmware: ZebraFirmware, say: Callable[[bytes], None], resend_s: float = RESEND_S) -> None:
        self._firmware = firmware
        self._say = say
        self._resend_s = resend_s
        self._timer: asyncio.TimerHandle | None = None

    def read(self, code_type: int, data: bytes) -> bool:
        """Hold a code before it; False: it is not looking."""
        if not self._firmware.is_enabled:
            return False
        self._send(self._firmware.read(code_type, data))
        return True

    def stop(self) -> None:
        """End its clock."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _send(self, replies: Iterator[Reply]) -> None:
        for reply in replies:
            self._say(reply.data)
        self.stop()
        if self._firmware.is_waiting:
            self._timer = asyncio.get_running_loop().call_later(self._resend_s, self._overdue)

    def _overdue(self) -> None:
        self._timer = None
        self._send(self._firmware.overdue())


def _said(message: Message) -> Packet:
    return encode_message(message, Source.SCANNER)
