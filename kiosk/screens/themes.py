"""The palette: looks' tokens by day, by night and in high contrast. The style sheet knows the tokens only."""

from __future__ import annotations

from datetime import time
from enum import StrEnum

from textual.theme import Theme

NIGHT_FROM = time(21)
DAY_FROM = time(7)


class Palette(StrEnum):
    """A theme's name."""

    DAY = "shufang-day"
    NIGHT = "shufang-night"
    CONTRAST = "shufang-contrast"


def palette_at(now: time) -> Palette:
    """Day or night by the clock."""
    return Palette.DAY if DAY_FROM <= now < NIGHT_FROM else Palette.NIGHT


TOKENS = {
    Palette.DAY: {
        "paper": "#F4EFE3",
        "sheet": "#FFFDF8",
        "ink": "#1E211F",
        "ink2": "#4B4840",
        "machine": "#0F4468",
        "stop": "#8F2410",
        "rule": "#857B69",
        "rim-above": "#F4EFE3",
        "rim-below": "#FFFDF8",
    },
    Palette.NIGHT: {
        "paper": "#15191B",
        "sheet": "#20272A",
        "ink": "#F0E9DA",
        "ink2": "#C2BCAE",
        "machine": "#8CC8F0",
        "stop": "#FF9F87",
        "rule": "#7F8885",
        "rim-above": "#15191B",
        "rim-below": "#20272A",
    },
    Palette.CONTRAST: {
        "paper": "#000000",
        "sheet": "#000000",
        "ink": "#FFFFFF",
        "ink2": "#FFFFFF",
        "machine": "#FFE14D",
        "stop": "#FFB3A6",
        "rule": "#FFFFFF",
        "rim-above": "#FFFFFF",
        "rim-below": "#FFFFFF",
    },
}
"""`machine` is looks' accent (Textual has an `$accent` of its own). The rims are a sheet's upper and lower half rows:
paper and sheet meeting, or in high contrast, where both are black, the lines of a frame.
"""


def themes() -> list[Theme]:
    """The palettes as Textual has them."""
    return [
        Theme(
            name=palette,
            primary=tokens["machine"],
            foreground=tokens["ink"],
            background=tokens["paper"],
            dark=palette is not Palette.DAY,
            variables=tokens,
        )
        for palette, tokens in TOKENS.items()
    ]
