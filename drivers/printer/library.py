"""Documents as ESC/POS by python-escpos, and printers on USB. The only importer of python-escpos and of Pillow.

Its calls block, and importing it takes 0.35 s: both belong into the printer's own thread.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from escpos.constants import QR_ECLEVEL_M
from escpos.exceptions import DeviceNotFoundError, ImageWidthError
from escpos.printer import Dummy, Usb
from PIL import Image, ImageDraw, ImageFont

from drivers.errors import DeviceFault, DeviceLost, PortFault, PortForbidden, PortInUse, PortMissing, PortUnusable
from drivers.printer.layout import Row, cells, lay_out
from drivers.printer.ways import Paper, TextAs, UsbPort
from firmware_msgs.receipt import Alignment, Document, QrCode

CELL_PIXELS = 12  # of font A on every printer of 32, 42 or 48 columns
ROW_PIXELS = 30  # 24 of the characters and the usual line spacing
BASELINE_PIXELS = 23  # leaves room for the tails of letters
QR_MODULE_PIXELS = 6
QR_BYTES_MAX = 500  # more would be wider than paper of 42 columns
READ_BYTES = 64  # one packet of a full-speed endpoint
MONO_SC: Final = 7  # the simplified Chinese fixed-width face in Noto's collection

_SELECT_CHINESE: Final = b"\x1c&"
_PROFILES: Final = MappingProxyType({32: "RP-F10-58mm", 42: "TM-T20II-42col", 48: "TM-T20II"})
_WHITE, _BLACK = 255, 0
_PURPOSE: Final = "a USB printer"
_FORBIDDEN: Final = frozenset({errno.EACCES, errno.EPERM})


class _Recorder(Dummy):  # type: ignore[misc]  # the library has no types
    """Collects what a printer would get."""

    def add(self, data: bytes) -> None:
        self._raw(data)


@dataclass(frozen=True, slots=True)
class Typesetter:
    """Makes documents into what a printer is sent."""

    paper: Paper

    def render(self, document: Document) -> bytes:
        """The whole job, from initialising to cutting. Raises DeviceFault when the font is missing, ValueError for a
        QR code that is too large.
        """
        recorder = _Recorder(profile=_PROFILES[self.paper.columns])
        recorder.hw("INIT")
        for strip in lay_out(document, self.paper.columns):
            if isinstance(strip, QrCode):
                self._add_code(recorder, strip)
            elif self.paper.text_as is TextAs.IMAGE:
                recorder.image(self._picture(strip))
            else:
                _add_text(recorder, strip)
        recorder.cut()
        output: bytes = recorder.output
        return output

    def _add_code(self, recorder: _Recorder, code: QrCode) -> None:
        if len(code.text.encode()) > QR_BYTES_MAX:
            raise ValueError(f"a QR code holds at most {QR_BYTES_MAX} bytes here")
        recorder.set(align="center")
        is_native = self.paper.text_as is not TextAs.IMAGE
        try:
            recorder.qr(code.text, ec=QR_ECLEVEL_M, size=QR_MODULE_PIXELS, native=is_native)
        except ImageWidthError as error:
            raise ValueError("a QR code with so much in it is wider than this paper") from error
        recorder.set(align="left")

    def _picture(self, row: Row) -> Image.Image:
        scale = 2 if row.large else 1
        cell = CELL_PIXELS * scale
        picture = Image.new("L", (self.paper.columns * CELL_PIXELS, ROW_PIXELS * scale), _WHITE)
        pen, font = ImageDraw.Draw(picture), self._font(2 * cell, bold=row.bold)
        spare = self.paper.columns // scale - cells(row.text)
        at = spare * cell // 2 if row.alignment is Alignment.CENTER else 0
        for character in row.text:
            pen.text((at, BASELINE_PIXELS * scale), character, fill=_BLACK, font=font, anchor="ls")
            at += cells(character) * cell
        return picture

    def _font(self, pixels: int, *, bold: bool) -> ImageFont.FreeTypeFont:
        path = self.paper.bold_font if bold else self.paper.font
        try:
            return ImageFont.truetype(path, pixels, index=MONO_SC)
        except OSError as error:
            raise DeviceFault(
                f"The font {path} cannot be read, so nothing can be printed. Install Debian's fonts-noto-cjk."
            ) from error


def _add_text(recorder: _Recorder, row: Row) -> None:
    size = 2 if row.large else 1
    recorder.set(align=row.alignment.value, bold=row.bold, custom_size=True, width=size, height=size)
    recorder.add(_SELECT_CHINESE + row.text.encode("gbk", "replace") + b"\n")


class UsbPrinter(Usb):  # type: ignore[misc]  # the library has no types
    """A printer on USB, with the library's errors as ours."""

    def __init__(self, port: UsbPort, write_timeout_s: float) -> None:
        super().__init__(
            port.vendor, port.product, timeout=round(write_timeout_s * 1000), in_ep=port.in_ep, out_ep=port.out_ep
        )
        self._address = str(port)

    def connect(self) -> None:
        """Open it. Raises a `PortFault`."""
        try:
            self.open()
        except DeviceNotFoundError as error:
            raise self._fault(error.__context__) from error
        except ValueError as error:  # pyusb has no backend
            raise PortUnusable(self._address, "the system library libusb-1.0 is missing", _PURPOSE) from error

    def send(self, data: bytes) -> None:
        """Hand all of `data` over. Raises a `PortFault`."""
        with self._transfer():
            self._raw(data)

    def receive(self, timeout_s: float) -> bytes:
        """What came within that time, perhaps nothing. Raises a `PortFault`."""
        with self._transfer():
            try:
                return bytes(self.device.read(self.in_ep, READ_BYTES, round(timeout_s * 1000)))
            except OSError as error:
                if error.errno != errno.ETIMEDOUT:
                    raise
        return b""

    @contextmanager
    def _transfer(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise DeviceLost(self._address) from error
        except ValueError as error:  # pyusb knows no such endpoint
            raise PortUnusable(
                self._address, "it has other endpoints than “usb_in” and “usb_out” say (lsusb -v shows them)", _PURPOSE
            ) from error

    def _fault(self, reason: BaseException | None) -> PortFault:
        """The library calls every failure to open a device that is not there."""
        if not isinstance(reason, OSError):  # as pyusb's own errors are
            return PortMissing(self._address)
        if reason.errno in _FORBIDDEN:
            return PortForbidden(self._address, "lp")
        if reason.errno == errno.EBUSY:
            return PortInUse(self._address)
        return PortUnusable(self._address, str(reason.strerror), _PURPOSE)
