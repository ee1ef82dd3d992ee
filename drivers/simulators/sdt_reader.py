"""The firmware side of an identity card reader, and invented cards to lay on it. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Iterator

from drivers.simulators.firmware import Reply
from firmware_msgs.check_digits import citizen_check_character
from firmware_msgs.errors import DecodeError
from firmware_msgs.sdt.answers import encode_done, encode_memory, encode_status
from firmware_msgs.sdt.frames import body_decoder, encode_frame
from firmware_msgs.sdt.questions import Command, Question, decode_question
from firmware_msgs.sdt.status import Status
from firmware_msgs.sdt.text import WITHOUT_END, encode_text

PHOTO = bytes(1024)

_NOWHERE = "990101"  # no such administrative division exists, so nobody's number begins so
_STEPS = {Command.FIND: 0.15, Command.SELECT: 0.1, Command.READ: 0.9}  # seconds, as such readers take


def invented_number(birth: str, sequence: int) -> str:
    """A citizen number with a right check digit that can be nobody's. An odd `sequence` is a man's."""
    body = f"{_NOWHERE}{birth}{sequence:03}"
    return body + citizen_check_character(body)


def invented_card(number: int, *, valid_to: str = WITHOUT_END) -> bytes:
    """The text of the card of a person who does not exist; `number` tells them apart."""
    birth = f"{1950 + number % 50}0102"
    fields = {
        "name": f"虚构{number}",
        "sex": "1" if number % 2 else "2",
        "nation": "01",
        "birth": birth,
        "id_no": invented_number(birth, number),
        "issuer": "无此地公安局",
        "valid_from": "20200101",
        "valid_to": valid_to,
    }
    return encode_text(fields, address="无此地无此路1号")


class SdtFirmware:
    """One reader. A card that was read is not found again until it was taken away, as with most modules; with
    `finds_again` it is. `pace` scales its real times.
    """

    def __init__(self, *, pace: float = 0.0, finds_again: bool = False) -> None:
        self.state: Status | None = None
        self.is_silent = False
        self.looks = self.reads = 0
        self._pace = pace
        self._finds_again = finds_again
        self._decoder = body_decoder()
        self._card: bytes | None = None
        self._fault: Status | None = None
        self._done: Command | None = None

    def place(self, text: bytes, fault: Status | None = None) -> None:
        """Lay a card down; with a `fault` it is found, selected, and then refused so."""
        self._card, self._fault, self._done = text, fault, None

    def remove(self) -> None:
        """Take it away."""
        self._card = self._done = None

    def feed(self, data: bytes, /) -> Iterator[Reply]:
        """See `Firmware`."""
        for body in [] if self.is_silent else self._decoder.feed(data):
            try:
                question = decode_question(body)
            except DecodeError:
                yield Reply(encode_frame(encode_status(Status.UNKNOWN_COMMAND)))
                continue
            yield Reply(encode_frame(self._answer(question)), self._pace * _STEPS.get(question.command, 0.0))

    def _answer(self, question: Question) -> bytes:
        if self.state is not None:
            return encode_status(self.state)
        match question.command:
            case Command.FIND:
                self.looks += 1
                return self._find(question)
            case Command.SELECT:
                is_found = self._card is not None and self._done is Command.FIND
                return self._go_on(question) if is_found else encode_status(Status.NOT_SELECTED)
            case Command.READ:
                return self._read()
            case Command.STATUS | Command.MODULE_ID | Command.RESET:
                return encode_done(question)
            case _:
                return encode_status(Status.UNKNOWN_COMMAND)

    def _find(self, question: Question) -> bytes:
        is_halted = self._done is Command.READ and not self._finds_again
        if self._card is None or is_halted:
            return encode_status(Status.NOT_FOUND)
        return self._go_on(question)

    def _read(self) -> bytes:
        if self._card is None or self._done is not Command.SELECT:
            return encode_status(Status.READ_FAILED)
        if self._fault is not None:
            return encode_status(self._fault)
        self.reads += 1
        self._done = Command.READ
        return encode_memory(self._card, PHOTO)

    def _go_on(self, question: Question) -> bytes:
        self._done = question.command
        return encode_done(question)
