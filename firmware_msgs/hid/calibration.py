"""From a panel's position to the screen's, both as fractions from the upper left corner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_INSIDE: Final = 1 - 2**-20
"""The last place that is still on the screen: fractions are at least 0 and below 1."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """x' = a x + b y + c, y' = d x + e y + f: the six numbers of libinput's calibration matrix."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 0.0
    e: float = 1.0
    f: float = 0.0

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where (x, y) lies; what falls beside the screen is moved to its edge."""
        return _inside(self.a * x + self.b * y + self.c), _inside(self.d * x + self.e * y + self.f)

    def then(self, after: Mapping) -> Mapping:
        """First as here, then by `after`."""
        return Mapping(
            after.a * self.a + after.b * self.d,
            after.a * self.b + after.b * self.e,
            after.a * self.c + after.b * self.f + after.c,
            after.d * self.a + after.e * self.d,
            after.d * self.b + after.e * self.e,
            after.d * self.c + after.e * self.f + after.f,
        )


def _inside(fraction: float) -> float:
    return min(max(fraction, 0.0), _INSIDE)


AS_IT_IS: Final = Mapping()
SWAPPED: Final = Mapping(0, 1, 0, 1, 0, 0)
MIRRORED_X: Final = Mapping(a=-1, c=1)
MIRRORED_Y: Final = Mapping(e=-1, f=1)

TURNED: Final = {
    0: AS_IT_IS,
    90: SWAPPED.then(MIRRORED_Y),
    180: MIRRORED_X.then(MIRRORED_Y),
    270: SWAPPED.then(MIRRORED_X),
}
"""For a picture that is turned clockwise by so many degrees on its panel."""


def parse_mapping(text: str) -> Mapping:
    """Six numbers parted by blanks. Raises ValueError for anything else."""
    numbers = [float(part) for part in text.split()]
    if len(numbers) != 6:
        raise ValueError(f"there are {len(numbers)} numbers instead of 6")
    if not all(abs(number) < 1e6 for number in numbers):  # neither too large nor not a number
        raise ValueError("a number is out of range")
    if numbers[0] * numbers[4] == numbers[1] * numbers[3]:
        raise ValueError("the numbers map the whole panel onto a line")
    return Mapping(*numbers)
