"""What a site knows of its scanner and its labels: from a line on the wire to the text that counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from firmware_msgs.aim import AimId, Symbology, split_aim
from firmware_msgs.barcodes import Damage, DamagedCode, ScannedCode, ScannerLine, decode_text
from firmware_msgs.check_digits import Checked, check_codabar, check_code39, check_isbn, isbn13_of
from firmware_msgs.errors import DecodeError


class Check(Enum):
    """Which check character a site's labels carry."""

    NONE = "none"
    CODABAR = "codabar"  # 14 digits, the last of them Luhn's; reported without the letters that frame them
    CODE_39 = "code39"  # modulo 43; reported without it
    ISBN = "isbn"  # reported as 13 digits


@dataclass(frozen=True, slots=True)
class CodeRules:
    """`prefix` and `suffix` are what the scanner adds to every code, `aim`: it sends an AIM identifier behind the
    prefix.

    `check` concerns the codes of its symbology, or, where that is not known, those that have its form; other codes
    (a patron's QR code on the same scanner) pass untouched.
    """

    prefix: str = ""
    suffix: str = ""
    aim: bool = False
    check: Check = Check.NONE

    def read_line(self, line: bytes) -> ScannerLine:
        """What one line, without its terminator, says."""
        decoded = decode_text(line)
        return decoded if isinstance(decoded, DamagedCode) else self._read(decoded)

    def read_code(self, data: bytes, symbology: Symbology) -> ScannerLine:
        """What a code says that came with its symbology and nothing around it."""
        decoded = decode_text(data)
        return decoded if isinstance(decoded, DamagedCode) else self._verify(decoded, symbology)

    def _read(self, text: str) -> ScannerLine:
        if not text.startswith(self.prefix) or not text.endswith(self.suffix):
            return DamagedCode(Damage.INCOMPLETE)
        bare = text[len(self.prefix) : len(text) - len(self.suffix)]
        if not self.aim:
            return self._verify(bare, None)
        try:
            aim, code = split_aim(bare)
        except DecodeError:
            return DamagedCode(Damage.INCOMPLETE)
        return self._verify(code, aim.symbology, aim)

    def _verify(self, text: str, symbology: Symbology | None, aim: AimId | None = None) -> ScannerLine:
        if not text.isprintable():
            return DamagedCode(Damage.UNPRINTABLE)
        if not text:
            return DamagedCode(Damage.INCOMPLETE)
        if self.check is Check.NONE or (aim is not None and aim.is_check_stripped):
            return ScannedCode(text)
        return _checked(text, _RULES[self.check], symbology)


@dataclass(frozen=True, slots=True)
class _Rule:
    """`exclusive`: every code of the symbology has the form, so one that has not was misread."""

    symbology: Symbology
    check: Callable[[str], Checked]
    report: Callable[[Checked], str]
    exclusive: bool


_RULES: Final = {
    Check.CODABAR: _Rule(
        Symbology.CODABAR, check_codabar, lambda checked: checked.body + checked.check, exclusive=True
    ),
    Check.CODE_39: _Rule(Symbology.CODE_39, check_code39, lambda checked: checked.body, exclusive=True),
    Check.ISBN: _Rule(Symbology.EAN, check_isbn, isbn13_of, exclusive=False),
}


def _checked(text: str, rule: _Rule, symbology: Symbology | None) -> ScannerLine:
    if symbology not in (None, rule.symbology):
        return ScannedCode(text)
    try:
        checked = rule.check(text)
    except DecodeError:  # it has not the form of such a label
        is_misread = symbology is not None and rule.exclusive
        return DamagedCode(Damage.WRONG_CHECK) if is_misread else ScannedCode(text)
    return ScannedCode(rule.report(checked)) if checked.valid else DamagedCode(Damage.WRONG_CHECK)


PLAIN: Final = CodeRules()
