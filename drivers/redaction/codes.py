"""Scanned codes: other digits and letters in the same form, so that a driver reads them as it read the real ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from firmware_msgs.aim import AIM_CHARS, Symbology, split_aim
from firmware_msgs.check_digits import Checked, check_codabar, check_code39, check_isbn
from firmware_msgs.code_rules import Check
from firmware_msgs.errors import DecodeError
from firmware_msgs.pseudonyms import Pseudonyms

_NOT_UTF8: Final = 0xFF
_BOOKLAND: Final = ("978", "979")
_FRAMES: Final = "ABCDabcd"
_RULES: Final[dict[Check, tuple[Symbology, Callable[[str], Checked]]]] = {
    Check.CODABAR: (Symbology.CODABAR, check_codabar),
    Check.CODE_39: (Symbology.CODE_39, check_code39),
    Check.ISBN: (Symbology.EAN, check_isbn),
}


class CodeOptions(msgspec.Struct):
    """What the configuration of any scanner says of its codes; what it does not say is as with most."""

    prefix: str = ""
    suffix: str = ""
    aim: bool = False
    check: Check = Check.NONE
    end: str = "line"
    quiet_gap_s: float = 0.5


class Codes:
    """Stand-ins for the codes of one capture."""

    def __init__(self, options: CodeOptions, pseudonyms: Pseudonyms) -> None:
        self._options = options
        self._pseudonyms = pseudonyms

    def line(self, line: bytes) -> bytes:
        """For a line without its end. What the scanner itself puts around a code stays."""
        try:
            text = line.decode()
        except UnicodeDecodeError:
            return self._bytes(line)
        options = self._options
        if not text.startswith(options.prefix) or not text.endswith(options.suffix):
            return self._pseudonyms.text(text).encode()
        head, code = options.prefix, text[len(options.prefix) : len(text) - len(options.suffix)]
        symbology, is_checked = None, True
        if options.aim:
            aim, symbology, is_checked = _aim_of(code)
            head, code = head + aim, code[len(aim) :]
        return (head + self._code(code, symbology, is_checked=is_checked) + options.suffix).encode()

    def code(self, data: bytes, symbology: Symbology) -> bytes:
        """For a code that came with its symbology and nothing around it."""
        try:
            return self._code(data.decode(), symbology, is_checked=True).encode()
        except UnicodeDecodeError:
            return self._bytes(data)

    def _code(self, text: str, symbology: Symbology | None, *, is_checked: bool) -> str:
        if not is_checked or self._options.check is Check.NONE:
            return self._pseudonyms.text(text)
        wanted, check = _RULES[self._options.check]
        if symbology not in (None, wanted):
            return self._pseudonyms.text(text)
        try:
            return self._with_check(text, check)
        except DecodeError:  # it has not the form of such a label
            return self._pseudonyms.text(text)

    def _with_check(self, text: str, check: Callable[[str], Checked]) -> str:
        """With a right check character where there was one, else with a wrong one."""
        is_right = check(text).valid
        tail = text[-1] if self._options.check is Check.CODABAR and text[-1] in _FRAMES else ""
        head = text[0] if tail else text[:3] if text.startswith(_BOOKLAND) and check is check_isbn else ""
        body = head + self._pseudonyms.text(text[len(head) : len(text) - len(tail) - 1])
        expected = check(f"{body}0{tail}").expected
        wrong = "1" if expected == "0" else "0"
        return body + (expected if is_right else wrong) + tail

    def _bytes(self, line: bytes) -> bytes:
        """For what is no UTF-8, and stays so."""
        text = "".join(chr(byte) if byte < 0x80 else "\x00" for byte in line)
        told = self._pseudonyms.text(text).encode()
        return bytes(new if old < 0x80 else _NOT_UTF8 for old, new in zip(line, told, strict=True))


def _aim_of(code: str) -> tuple[str, Symbology | None, bool]:
    """The identifier in front of a code, its symbology, and whether a check character may follow."""
    try:
        aim, _ = split_aim(code)
    except DecodeError:
        return "", None, False
    return code[:AIM_CHARS], aim.symbology, not aim.is_check_stripped
