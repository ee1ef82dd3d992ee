"""The code type in front of SSI decode data (SE955 Integration Guide, table 10-6; 2-D codes as in enioka_scan)."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from firmware_msgs.aim import Symbology

_ADD_ON = 0x3F  # bits 6 and 7 say that a supplement of two or five digits follows

CODE_TYPES: Final = MappingProxyType(
    {
        0x01: ("Code 39", Symbology.CODE_39),
        0x02: ("Codabar", Symbology.CODABAR),
        0x03: ("Code 128", Symbology.CODE_128),
        0x04: ("Discrete 2 of 5", Symbology.DISCRETE_2_OF_5),
        0x05: ("IATA 2 of 5", Symbology.DISCRETE_2_OF_5),
        0x06: ("Interleaved 2 of 5", Symbology.INTERLEAVED_2_OF_5),
        0x07: ("Code 93", Symbology.CODE_93),
        0x08: ("UPC-A", Symbology.EAN),
        0x09: ("UPC-E", Symbology.EAN),
        0x0A: ("EAN-8", Symbology.EAN),
        0x0B: ("EAN-13", Symbology.EAN),
        0x0C: ("Code 11", Symbology.CODE_11),
        0x0E: ("MSI", Symbology.MSI),
        0x0F: ("GS1-128", Symbology.CODE_128),
        0x10: ("UPC-E1", Symbology.EAN),
        0x11: ("PDF417", Symbology.PDF417),
        0x13: ("Code 39 Full ASCII", Symbology.CODE_39),
        0x15: ("Trioptic Code 39", Symbology.OTHER),
        0x16: ("Bookland EAN", Symbology.EAN),
        0x19: ("ISBT 128", Symbology.CODE_128),
        0x1A: ("MicroPDF417", Symbology.PDF417),
        0x1B: ("Data Matrix", Symbology.DATA_MATRIX),
        0x1C: ("QR Code", Symbology.QR),
        0x20: ("Code 32", Symbology.CODE_39),
        0x25: ("MaxiCode", Symbology.MAXICODE),
        0x2D: ("Aztec", Symbology.AZTEC),
        0x30: ("GS1 DataBar", Symbology.DATABAR),
        0x31: ("GS1 DataBar Limited", Symbology.DATABAR),
        0x32: ("GS1 DataBar Expanded", Symbology.DATABAR),
        0xB7: ("Han Xin", Symbology.HAN_XIN),
    }
)


def code_type_name(code_type: int) -> str:
    """The name that Zebra's tables use; `unknown` where they are not known here."""
    return _entry(code_type)[0]


def symbology_of(code_type: int) -> Symbology:
    """How the code is printed."""
    return _entry(code_type)[1]


def _entry(code_type: int) -> tuple[str, Symbology]:
    name, symbology = CODE_TYPES.get(code_type) or CODE_TYPES.get(code_type & _ADD_ON) or ("unknown", Symbology.OTHER)
    is_plain = code_type in CODE_TYPES or symbology is Symbology.EAN
    return (name, symbology) if is_plain else ("unknown", Symbology.OTHER)
