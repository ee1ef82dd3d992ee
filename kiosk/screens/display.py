"""The display face: GNU Unifont's 16-pixel glyphs drawn in half blocks, 16 × 8 cells a character (Latin: 8 × 8)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

GLYPHS = Path(__file__).parent / "unifont.hex"
"""Unifont's own format, a subset made by `scripts/display-glyphs`; its licence lies beside it."""

HEIGHT = 8
_BLANK_COLUMNS = 6  # a blank as wide as Unifont's (8) would push two-digit counts off the 60-column grid
_HALF_BLOCKS = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def display_width(phrase: str) -> int:
    """Columns that `display_rows(phrase)` takes."""
    return sum(_columns(character) for character in phrase)


def display_rows(phrase: str) -> list[str]:
    """`phrase` as `HEIGHT` rows of half blocks. KeyError: a character that the data file lacks."""
    return ["".join(_glyph(character)[y] for character in phrase) for y in range(HEIGHT)]


def _columns(character: str) -> int:
    return len(_glyph(character)[0])


@cache
def _glyph(character: str) -> tuple[str, ...]:
    if character == " ":
        return (" " * _BLANK_COLUMNS,) * HEIGHT
    pixels = _glyphs()[character]
    digits = len(pixels) // (2 * HEIGHT)
    lines = [_bits(pixels[at : at + digits]) for at in range(0, len(pixels), digits)]
    pairs = zip(lines[::2], lines[1::2], strict=True)
    return tuple("".join(_HALF_BLOCKS[pair] for pair in zip(upper, lower, strict=True)) for upper, lower in pairs)


def _bits(digits: str) -> list[bool]:
    return [bit == "1" for bit in f"{int(digits, 16):0{4 * len(digits)}b}"]


@cache
def _glyphs() -> dict[str, str]:
    lines = GLYPHS.read_text(encoding="ascii").splitlines()
    pairs = (line.split(":") for line in lines if line and not line.startswith("#"))
    return {chr(int(code, 16)): pixels for code, pixels in pairs}
