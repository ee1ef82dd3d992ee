"""The firmware side of a receipt printer, and the paper it prints on. No clock: it prints at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from drivers.simulators.firmware import Reply
from firmware_msgs.escpos.commands import Command, Order, OrderDecoder, Text
from firmware_msgs.escpos.status import (
    CLEAR,
    CLEARED,
    Cause,
    Paper,
    Question,
    encode_causes,
    encode_done,
    encode_paper,
)

ROWS_WHEN_LOW = 20

_RASTER, _CODE, _CUT, _NEWLINE = b"\x1dv0", b"\x1d(k", b"\x1dV", b"\n"
_STORE_CODE, _PRINT_CODE = b"1P0", b"1Q0"
_ON_OFF, _ALIGNED_CENTER = b"\x01", b"\x01"


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A row of characters as it stands on the paper."""

    text: str
    bold: bool = False
    large: bool = False
    centered: bool = False


@dataclass(frozen=True, slots=True)
class PaperImage:
    """A raster image, a bit a dot, a set bit black."""

    width: int
    height: int
    dots: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class PaperCode:
    """A QR code that the printer made, and what it says."""

    text: str


Mark: TypeAlias = PaperRow | PaperImage | PaperCode


@dataclass(slots=True)
class Style:
    """How the next characters come out."""

    bold: bool = False
    large: bool = False
    centered: bool = False


@dataclass(slots=True)
class Roll:
    """The paper. `rows_left` None: endless. What was cut off is in `receipts`, what hangs out of the printer in
    `hanging`.
    """

    rows_left: int | None = None
    receipts: list[tuple[Mark, ...]] = field(default_factory=list)
    hanging: list[Mark] = field(default_factory=list)

    @property
    def state(self) -> Paper:
        """What the sensors say."""
        if self.rows_left is None or self.rows_left > ROWS_WHEN_LOW:
            return Paper.ENOUGH
        return Paper.LOW if self.rows_left > 0 else Paper.OUT

    def mark(self, mark: Mark) -> None:
        """Print, and move on by a row."""
        self.hanging.append(mark)
        if self.rows_left is not None:
            self.rows_left -= 1

    def cut(self) -> None:
        """Cut off what hangs out."""
        self.receipts.append(tuple(self.hanging))
        self.hanging.clear()


class PrinterFirmware:
    """A printer with Chinese characters of its own. Off-line, it keeps what it receives, and answers only real-time
    questions; those it sees anywhere in the stream, in an image too, as real ones do.
    """

    def __init__(self, roll: Roll | None = None, *, knows_clear: bool = True) -> None:
        self.roll = Roll() if roll is None else roll
        self.is_mute = False
        self._causes: set[Cause] = set()
        self._knows_clear = knows_clear
        self._decoder = OrderDecoder()
        self._waiting: deque[Order] = deque()
        self._lately = b""
        self._style = Style()
        self._row = bytearray()
        self._code = b""

    def feed(self, data: bytes, /) -> Iterator[Reply]:
        """See `Firmware`."""
        for byte in data:
            one = bytes((byte,))
            self._lately = (self._lately + one)[-len(CLEAR) :]
            self._waiting.extend(self._decoder.feed(one))
            yield from self._in_real_time()
        yield from self._work()

    def load(self, rows: int | None = None) -> Iterator[Reply]:
        """Put a new roll in."""
        self.roll.rows_left = rows
        yield from self._work()

    def begin(self, cause: Cause) -> None:
        """Let something stop the printer."""
        self._causes.add(cause)

    def end(self, cause: Cause) -> Iterator[Reply]:
        """It is over: the printer goes on with what it has received."""
        self._causes.discard(cause)
        yield from self._work()

    def _in_real_time(self) -> Iterator[Reply]:
        if self._knows_clear and self._lately == CLEAR:
            self._waiting.clear()
            self._decoder.reset()
            self._row.clear()
            yield from self._said(CLEARED)
        elif self._lately[-3:] == Question.CAUSE.value:
            out = {Cause.PAPER_OUT} if self.roll.state is Paper.OUT else set()
            yield from self._said(bytes((encode_causes(self._causes | out),)))
        elif self._lately[-3:] == Question.PAPER.value:
            yield from self._said(bytes((encode_paper(self.roll.state),)))

    def _said(self, data: bytes) -> Iterator[Reply]:
        if not self.is_mute:
            yield Reply(data)

    def _work(self) -> Iterator[Reply]:
        while self._waiting and not self._causes and self.roll.state is not Paper.OUT:
            order = self._waiting.popleft()
            if isinstance(order, Text):
                self._row += order.data
            elif order == _DONE:
                yield from self._said(bytes((encode_done(self.roll.state),)))
            else:
                self._obey(order)

    def _obey(self, command: Command) -> None:
        match command:
            case Command(code) if code == _NEWLINE:
                self._end_row()
            case Command(code, data) if code == _RASTER and data:
                width, height = data[1] + 256 * data[2], data[3] + 256 * data[4]
                self.roll.mark(PaperImage(8 * width, height, data[5:]))
            case Command(code, data) if code == _CODE:
                self._handle_code(data[2:])
            case Command(code) if code == _CUT:
                self.roll.cut()
            case Command(b"\x1b@"):
                self._style = Style()
                self._row.clear()
            case _:
                self._set_style(command)

    def _set_style(self, command: Command) -> None:
        match command:
            case Command(b"\x1bE", data):
                self._style.bold = data == _ON_OFF
            case Command(b"\x1ba", data):
                self._style.centered = data == _ALIGNED_CENTER
            case Command(b"\x1d!", data):
                self._style.large = data != b"\0"
            case _:
                pass

    def _handle_code(self, data: bytes) -> None:
        if data.startswith(_STORE_CODE):
            self._code = data[len(_STORE_CODE) :]
        elif data == _PRINT_CODE:
            self.roll.mark(PaperCode(self._code.decode("utf-8", "replace")))

    def _end_row(self) -> None:
        text = self._row.decode("gbk", "replace")
        self._row.clear()
        if text:
            self.roll.mark(PaperRow(text, self._style.bold, self._style.large, self._style.centered))


_DONE: Final = Command(Question.DONE.value[:2], Question.DONE.value[2:])
