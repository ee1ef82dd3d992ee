"""The ways to reach a printer, and what is to be known of its paper."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal

FONT: Final = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
BOLD_FONT: Final = "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"
"""As Debian's fonts-noto-cjk installs them."""

_USB: Final = re.compile(r"usb://(?P<vendor>[0-9A-Fa-f]{4}):(?P<product>[0-9A-Fa-f]{4})")
_FILE: Final = re.compile(r"file:(?P<path>.+)")


class TextAs(Enum):
    """How text goes to the printer."""

    GBK = "gbk"  # for printers with Chinese characters of their own
    IMAGE = "image"  # for any other


@dataclass(frozen=True, slots=True)
class Paper:
    """What fits a row, and how text gets there."""

    columns: Literal[32, 42, 48] = 48
    text_as: TextAs = TextAs.GBK
    font: str = FONT
    bold_font: str = BOLD_FONT


@dataclass(frozen=True, slots=True)
class UsbPort:
    """A printer on USB. The endpoints are those of most receipt printers."""

    vendor: int
    product: int
    in_ep: int = 0x82
    out_ep: int = 0x01

    def __str__(self) -> str:
        return f"usb://{self.vendor:04x}:{self.product:04x}"


def usb_port(port: str) -> UsbPort | None:
    """Vendor and product of `usb://04b8:0202`; None for any other port. Raises ValueError for a malformed one."""
    if not port.startswith("usb:"):
        return None
    found = _USB.fullmatch(port)
    if found is None:
        raise ValueError("is no USB printer. Write it as usb://04b8:0202, with the numbers that lsusb shows.")
    return UsbPort(int(found["vendor"], 16), int(found["product"], 16))


def file_path(port: str) -> str | None:
    """The path of `file:/dev/usb/lp0`; None for any other port."""
    found = _FILE.fullmatch(port)
    return None if found is None else found["path"]
