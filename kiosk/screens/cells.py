"""Text measured in terminal cells. All text that comes from outside passes through `clean`."""

from __future__ import annotations

import unicodedata

from rich.cells import cell_len, chop_cells, set_cell_size

_WHITE = {"Zl", "Zp", "Zs"}
_INERT = {"Cc", "Cf", "Cs", "Co", "Cn"}  # controls, joiners, direction marks, surrogates, private and unassigned
_FIRST_PICTOGRAPH = 0x1F000  # from here symbols are emoji, whose width no two terminals agree on


def clean(text: str) -> str:
    """One line without anything that a terminal obeys or draws in a width of its own; no two blanks in a row."""
    kept = (_safe(character) for character in unicodedata.normalize("NFC", text))
    return " ".join("".join(kept).split())


def _safe(character: str) -> str:
    category = unicodedata.category(character)
    if character in "\t\n\v\f\r" or category in _WHITE:
        return " "
    selector = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    pictograph = category in {"So", "Sk"} and ord(character) >= _FIRST_PICTOGRAPH
    return "" if category in _INERT or selector or pictograph else character


def fit(text: str, width: int) -> str:
    """`text` in at most `width` cells, ending in … where it was cut."""
    if cell_len(text) <= width:
        return text
    if width < 1:
        return ""
    return set_cell_size(text, width - 1).rstrip() + "…"


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` cells: broken at blanks where there are some, else (Chinese) between characters."""
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}".strip()
        if cell_len(joined) <= width:
            lines[-1] = joined
            continue
        first, *rest = _broken(word, width, width - cell_len(lines[-1]) - 1)
        lines[-1] = f"{lines[-1]} {first}".strip()
        lines += rest
    return [line for line in lines if line]


_MAY_NOT_BEGIN = "，。、；：！？）》”’…"


def _broken(word: str, width: int, room: int) -> list[str]:
    """`word` in pieces: the first fits into `room` (it is empty for a Latin word), the others into `width`."""
    if cell_len(word) <= width and word.isascii():
        return ["", word]
    cut = _cut(word, max(room, 0))
    pieces = [word[:cut]]
    word = word[cut:]
    while word:
        cut = max(_cut(word, width), 1)
        pieces.append(word[:cut])
        word = word[cut:]
    return pieces


def _cut(word: str, room: int) -> int:
    """How many characters of `word` fit into `room` cells without a closing mark at the start of what remains."""
    fitting = len(chop_cells(word, room)[0]) if room > 1 else 0
    while 0 < fitting < len(word) and word[fitting] in _MAY_NOT_BEGIN:
        fitting -= 1
    return fitting
