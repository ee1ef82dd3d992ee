"""Stand-ins for what could name a person: of the same shape, the same each time within one capture, told by nothing.

The one redactor for captures, diagnostics and logs. The key is made at random for each use and forgotten after it, so
that not even who holds a list of all patrons can match them.
"""

from __future__ import annotations

import string
from collections.abc import Iterator
from hashlib import blake2b

KEY_BYTES = 32
_CLASSES = (string.digits, string.ascii_uppercase, string.ascii_lowercase)
_OTHER_LETTERS = {2: "αβγδεζηθικ", 3: "甲乙丙丁戊己庚辛壬癸", 4: "𠀀𠀁𠀂𠀃𠀄𠀅𠀆𠀇𠀈𠀉"}
_UNPRINTABLE = {2: "\x80", 3: "\ue000", 4: "\U000f0000"}
"""By the length in UTF-8, which stays."""


class Pseudonyms:
    """Keyed by `KEY_BYTES` random bytes."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def text(self, text: str) -> str:
        """Digits become digits, letters letters, Chinese characters Chinese; ASCII's punctuation and controls, a code's
        form, stay. As long as before in characters and in UTF-8, and printable only where it was.
        """
        numbers = self._numbers(text.encode(errors="surrogatepass"))
        return "".join(_stand_in(character, next(numbers)) for character in text)

    def uid(self, uid: str, *, kept: int) -> str:
        """Upper-case hex; the first `kept` bytes, which tell the maker of the chip, stay."""
        head, rest = bytes.fromhex(uid)[:kept], bytes.fromhex(uid)[kept:]
        numbers = self._numbers(bytes.fromhex(uid))
        return (head + bytes(next(numbers) for _ in rest)).hex().upper()

    def _numbers(self, secret: bytes) -> Iterator[int]:
        """As many as wanted, 0 to 255."""
        part = 0
        while True:
            yield from blake2b(secret, key=self._key, salt=part.to_bytes(8)).digest()
            part += 1


def _stand_in(character: str, number: int) -> str:
    for members in _CLASSES:
        if character in members:
            return members[number % len(members)]
    if character.isascii():
        return character
    size = len(character.encode(errors="surrogatepass"))
    letters = _OTHER_LETTERS[size]
    return letters[number % len(letters)] if character.isprintable() else _UNPRINTABLE[size]
