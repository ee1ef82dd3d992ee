"""100 kB of noise: nothing is raised, and no more is kept than the largest message that the protocol has."""

from __future__ import annotations

from random import Random
from typing import Final

import pytest

from scripts.fuzzing.streams import STREAMS

NOISE: Final = Random(2027).randbytes(100_000)  # noqa: S311 - repeatable, nothing secret
ZEROS: Final = bytes(20_000)
ONES: Final = b"\xff" * 20_000


@pytest.mark.parametrize("noise", [NOISE, ZEROS, ONES], ids=["random", "zeros", "ones"])
@pytest.mark.parametrize("name", sorted(STREAMS))
def test_noise_leaves_at_most_one_message_buffered(name: str, noise: bytes) -> None:
    stream = STREAMS[name]
    decoder = stream.make()
    for start in range(0, len(noise), 1000):
        decoder.feed(noise[start : start + 1000])
        assert decoder.buffered <= stream.cap


@pytest.mark.parametrize("name", sorted(STREAMS))
def test_noise_says_the_same_byte_by_byte(name: str) -> None:
    STREAMS[name].check(NOISE[:3000])
    decoder, other = STREAMS[name].make(), STREAMS[name].make()
    whole = decoder.feed(NOISE[:3000])
    single = [found for at in range(3000) for found in other.feed(NOISE[at : at + 1])]
    assert sorted(map(repr, single)) == sorted(map(repr, whole))
