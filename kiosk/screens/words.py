"""The patron's languages: gettext catalogues (`locale/*/LC_MESSAGES/kiosk.po`) and Babel's calendar."""

from __future__ import annotations

import gettext
from datetime import date
from enum import StrEnum
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

CATALOGUES = Path(__file__).parent / "locale"


class Language(StrEnum):
    """A language with a catalogue of that name."""

    CHINESE = "zh"
    ENGLISH = "en"

    @property
    def other(self) -> Language:
        """The one to change to."""
        return Language.ENGLISH if self is Language.CHINESE else Language.CHINESE


class Words:
    """One language's words. A message id is a key such as `refusal.on_hold`, never a text of its own."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._catalogue = _catalogue(language)

    def say(self, key: str, **values: object) -> str:
        """The text of `key` with its `{values}` filled in."""
        return self._catalogue.gettext(key).format_map(values)

    def count(self, key: str, n: int, **values: object) -> str:
        """The text of `key` in the plural form that `n` asks for; `{n}` is filled in."""
        return self._catalogue.ngettext(key, key, n).format_map({"n": n, **values})

    def day(self, key: str, day: date) -> str:
        """`day` in the pattern (Unicode date fields) that the catalogue has under `key`."""
        return format_date(day, self._catalogue.gettext(key), locale=self.language.value)


@cache
def _catalogue(language: Language) -> gettext.GNUTranslations:
    compiled = BytesIO()
    with (CATALOGUES / language / "LC_MESSAGES" / "kiosk.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale=language.value))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
