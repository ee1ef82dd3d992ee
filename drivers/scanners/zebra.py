"""Zebra scanners that speak SSI: every packet is acknowledged, a resent code is one code.

An acknowledgement does not name its command; the fences are questions with answers of their own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from enum import Enum
from typing import Final

from drivers.errors import DeviceFault
from drivers.exchange import Exchange
from drivers.links import Link
from drivers.scanners.conversation import Heard
from drivers.scanners.habits import Habits
from firmware_msgs.barcodes import Damage, DamagedCode, ScannerLine
from firmware_msgs.ssi.code_types import symbology_of
from firmware_msgs.ssi.messages import (
    Message,
    NakCause,
    Opcode,
    RequestParameters,
    Revision,
    SendParameters,
    Signal,
    encode_message,
)
from firmware_msgs.ssi.packets import Packet, encode_packet, packet_decoder
from firmware_msgs.ssi.parameters import Parameter
from firmware_msgs.ssi.reception import Code, Reception

ANSWER_S = 0.5  # a packet takes 0.3 s at most at 9,600 baud; a scanner answers within 50 ms
ATTEMPTS = 5  # fails less than once in 100 on a link that loses one frame in five
PACKET_GAP_S = 0.1  # within a packet bytes come 1 ms apart; past this the rest will not come
MESSAGE_GAP_S = 3.0  # a scanner resends after 2 s; past this a code in several packets will not be finished
RENEW_S = 2.5  # a scan session ends after 3 s as delivered, or with the code it read

_ADVICE: Final = "Check its power, cable and baud rate, and that it was told to be an SSI host's (code in its manual)."
_HANDSHAKE = Parameter(0x9F, b"\x01")  # acknowledge and expect acknowledgements
_PACKETS = Parameter(0xEE, b"\x01")  # codes as SSI packets, not as raw text


class SessionTrigger(Enum):
    """How scanning is switched: the scanner's own trigger allowed or not, or sessions that the host begins."""

    ENABLE = "enable"
    SESSION = "session"


_SWITCHES: Final = {
    SessionTrigger.ENABLE: (Opcode.SCAN_ENABLE, Opcode.SCAN_DISABLE),
    SessionTrigger.SESSION: (Opcode.START_SESSION, Opcode.STOP_SESSION),
}


class ZebraConversation:
    """See `Conversation`."""

    def __init__(
        self, trigger: SessionTrigger, habits: Habits, link: Link, heard: Heard, answer_s: float = ANSWER_S
    ) -> None:
        self.renew_s = RENEW_S if trigger is SessionTrigger.SESSION else None
        self._trigger = trigger
        self._dialect = _Dialect(habits, heard, answer_s)
        self._link = _Acknowledging(link, self._dialect)
        self._exchange = Exchange(self._link, self._dialect, _ADVICE)

    async def begin(self) -> None:
        """See `Conversation`. What was scanned while nobody listened is forgotten."""
        await self._exchange.open()
        await self._insist(SendParameters((_HANDSHAKE, _PACKETS)))
        await self._insist(Signal(Opcode.FLUSH_QUEUE))
        await self._insist(Signal(Opcode.SCAN_ENABLE))
        await self._link.settle()

    async def set_scanning(self, *, wanted: bool) -> None:
        """See `Conversation`."""
        on, off = _SWITCHES[self._trigger]
        await self._insist(Signal(on if wanted else off))
        await self._link.settle()

    async def hear(self, data: bytes) -> None:
        """See `Conversation`."""
        self._dialect.take(data)
        await self._link.settle()

    @property
    def gap_s(self) -> float | None:
        """See `Conversation`."""
        return self._dialect.gap_s

    async def fall_silent(self) -> None:
        """See `Conversation`."""
        self._dialect.fall_silent()
        await self._link.settle()

    async def _insist(self, command: Message) -> None:
        for _ in range(ATTEMPTS):
            answer = await self._exchange.ask(command)
            if answer == Signal(Opcode.CMD_ACK):
                return
            if answer is not None and answer != Signal(Opcode.CMD_NAK, NakCause.RESEND):
                raise DeviceFault(f"The scanner at {self._link.address} refuses what SSI scanners know. {_ADVICE}")
        raise DeviceFault(f"The scanner at {self._link.address} loses commands. {_ADVICE}")


class _Dialect:
    fences: tuple[Message, ...] = (Signal(Opcode.REQUEST_REVISION), RequestParameters((_PACKETS.number,)))

    def __init__(self, habits: Habits, heard: Heard, answer_s: float) -> None:
        self._rules = habits.rules
        self._heard = heard
        self._answer_s = answer_s
        self._decoder = packet_decoder()
        self._reception = Reception(habits.length_max)
        self.owed: deque[Signal] = deque()

    @property
    def gap_s(self) -> float | None:
        if self._decoder.buffered:
            return PACKET_GAP_S
        return MESSAGE_GAP_S if self._reception.is_partial else None

    def take(self, data: bytes) -> list[Message]:
        return self._react(self._decoder.feed(data))

    def fall_silent(self) -> None:
        if not self._decoder.buffered:
            self._reception.interrupt()
            return
        packets = self._decoder.flush()
        self._react(packets)
        if not packets:
            self.owed.append(Signal(Opcode.CMD_NAK, NakCause.RESEND))

    def encode(self, question: Message) -> bytes:
        return encode_packet(encode_message(question))

    def find_answer(self, question: Message, data: bytes) -> Message | None:
        return next((message for message in self.take(data) if _belongs(question, message)), None)

    def reset(self) -> None:
        self._react(self._decoder.flush())  # a packet that had begun is lost and will be resent

    def patience_s(self, _question: Message) -> float:
        return self._answer_s

    def _react(self, packets: Iterable[Packet]) -> list[Message]:
        messages: list[Message] = []
        for packet in packets:
            reaction = self._reception.take(packet)
            if reaction.answer is not None:
                self.owed.append(reaction.answer)
            if reaction.code is not None:
                self._heard(self._line(reaction.code))
            if reaction.message is not None:
                messages.append(reaction.message)
        return messages

    def _line(self, code: Code) -> ScannerLine:
        if code.data is None:
            return DamagedCode(Damage.TOO_LONG)
        return self._rules.read_code(code.data, symbology_of(code.code_type))


class _Acknowledging:
    """The link, on which what is owed to the scanner goes before anything else."""

    def __init__(self, link: Link, dialect: _Dialect) -> None:
        self.address = link.address
        self._link = link
        self._dialect = dialect

    async def read(self) -> bytes:
        return await self._link.read()

    async def write(self, data: bytes) -> None:
        owed = b"".join(encode_packet(encode_message(self._dialect.owed.popleft())) for _ in tuple(self._dialect.owed))
        await self._link.write(owed + data)

    async def settle(self) -> None:
        if self._dialect.owed:
            await self.write(b"")


def _belongs(command: Message, message: Message) -> bool:
    match command:
        case Signal(Opcode.REQUEST_REVISION):
            return isinstance(message, Revision)
        case RequestParameters(numbers):
            told = message.parameters if isinstance(message, SendParameters) else ()
            return tuple(parameter.number for parameter in told) == numbers
        case _:
            return isinstance(message, Signal) and message.opcode in (Opcode.CMD_ACK, Opcode.CMD_NAK)
