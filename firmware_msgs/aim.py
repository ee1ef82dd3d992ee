"""AIM identifiers: `]`, a letter for the symbology, a modifier; and what is known of a code's symbology.

ISO/IEC 15424, as told by the manuals of Zebra's DS457, NCR's 7895 and Baracoda's RoadRunners.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from enum import Enum
from typing import Final

from firmware_msgs.errors import DecodeError

AIM_CHARS: Final = 3


class Symbology(Enum):
    """How a code is printed, as far as it matters for what it says."""

    CODE_39 = "code_39"
    CODE_128 = "code_128"
    CODE_93 = "code_93"
    CODE_11 = "code_11"
    CODABAR = "codabar"
    EAN = "ean"  # UPC, ISBN and ISSN among them
    INTERLEAVED_2_OF_5 = "interleaved_2_of_5"
    DISCRETE_2_OF_5 = "discrete_2_of_5"
    MSI = "msi"
    DATABAR = "databar"
    PDF417 = "pdf417"
    QR = "qr"
    DATA_MATRIX = "data_matrix"
    AZTEC = "aztec"
    MAXICODE = "maxicode"
    HAN_XIN = "han_xin"
    OTHER = "other"


_LETTERS: Final = {
    "A": Symbology.CODE_39,
    "C": Symbology.CODE_128,
    "E": Symbology.EAN,
    "F": Symbology.CODABAR,
    "G": Symbology.CODE_93,
    "H": Symbology.CODE_11,
    "I": Symbology.INTERLEAVED_2_OF_5,
    "L": Symbology.PDF417,
    "M": Symbology.MSI,
    "Q": Symbology.QR,
    "S": Symbology.DISCRETE_2_OF_5,
    "U": Symbology.MAXICODE,
    "d": Symbology.DATA_MATRIX,
    "e": Symbology.DATABAR,
    "h": Symbology.HAN_XIN,
    "z": Symbology.AZTEC,
}

# Modifiers of Code 39 that say "the reader verified the modulo 43 character and took it off". AIM counts 2 for it,
# Zebra and NCR 3; full ASCII conversion adds 4. (Codabar's say so of its modulo 16, which libraries do not use.)
_CODE_39_STRIPPED: Final = "2367"


@dataclass(frozen=True, slots=True)
class AimId:
    """An identifier without its `]`."""

    letter: str
    modifier: str

    @property
    def symbology(self) -> Symbology:
        """What the letter stands for."""
        return _LETTERS.get(self.letter, Symbology.OTHER)

    @property
    def is_check_stripped(self) -> bool:
        """The reader verified a Code 39's check character and did not send it."""
        return self.symbology is Symbology.CODE_39 and self.modifier in _CODE_39_STRIPPED


def split_aim(text: str) -> tuple[AimId, str]:
    """The identifier in front of a code, and the code. Raises `DecodeError` where there is none."""
    if len(text) < AIM_CHARS or text[0] != "]" or not _is_word(text[1:AIM_CHARS]):
        raise DecodeError("aim", "A code of this scanner begins with ], a letter and a modifier", 0)
    return AimId(text[1], text[2]), text[AIM_CHARS:]


def _is_word(text: str) -> bool:
    return text[0] in string.ascii_letters and text[1] in string.digits + string.ascii_letters
