"""Which target a finger meant, and what a key of the keypad means to Textual."""

from __future__ import annotations

from collections.abc import Sequence

from textual.events import Key as KeyEvent
from textual.geometry import Region

from firmware_msgs.hid.keypad import Key

GAP_COLUMNS = 2
GAP_ROWS = 1


def nearest(x: int, y: int, targets: Sequence[Region]) -> int | None:
    """Index of the target at cell (x, y), or of the nearest one if the cell lies in the gap round it."""
    misses = [(_miss(x, target.x, target.right), _miss(y, target.y, target.bottom)) for target in targets]
    near = [(right + down, at) for at, (right, down) in enumerate(misses) if right <= GAP_COLUMNS and down <= GAP_ROWS]
    return min(near)[1] if near else None


def key_event(key: Key) -> KeyEvent:
    """The key press as the terminal would tell it; help is 0 on every page."""
    if key in _NAMES:
        return KeyEvent(_NAMES[key], None)
    character = "0" if key is Key.HELP else key.value
    return KeyEvent(character if character.isdecimal() else _MARKS[key], character)


_NAMES = {
    Key.UP: "up",
    Key.DOWN: "down",
    Key.LEFT: "left",
    Key.RIGHT: "right",
    Key.ENTER: "enter",
    Key.CANCEL: "escape",
    Key.CLEAR: "backspace",
}
_MARKS = {Key.STAR: "asterisk", Key.HASH: "number_sign"}


def _miss(at: int, start: int, end: int) -> int:
    """Cells between `at` and the range from `start` to before `end`."""
    return max(start - at, at - end + 1, 0)
