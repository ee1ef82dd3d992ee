"""Which of the connected PC/SC readers a configuration means."""

from __future__ import annotations

from drivers.errors import ReaderMissing


def choose_reader(wanted: str, present: tuple[str, ...]) -> str:
    """The reader of that whole name, or whose name begins so, with `#2` for the second: the figures at the end of
    these names change with the order of plugging. Raises `ReaderMissing`.
    """
    if wanted in present:
        return wanted
    prefix, _, ordinal = wanted.partition("#")
    matching = [name for name in sorted(present) if name.startswith(prefix)]
    place = int(ordinal) - 1 if ordinal.isdecimal() else 0
    if not 0 <= place < len(matching):
        raise ReaderMissing(wanted, present)
    return matching[place]
