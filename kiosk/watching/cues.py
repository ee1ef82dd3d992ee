"""What lamps and a beeper tell of a change on the screen, for whoever does not look at it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from drivers.ports import Cue, Signals
from kiosk.session.views import DoneView, IdentifyingView, IdleView, OutOfServiceView, Stage, View, VisitView

_DONE: Final = frozenset({Stage.LENT, Stage.RETURNED})
_ATTENTION: Final = frozenset({Stage.REFUSED, Stage.TAKEN_EARLY, Stage.FLAGGED, Stage.FAILED})


class Cues:
    """Watches views go by and has the devices signal what is new."""

    def __init__(self, signals: Iterable[Signals]) -> None:
        self._signals = tuple(signals)
        self._before: View | None = None

    def shown(self, view: View) -> None:
        """Signal what is new in it."""
        cue = cue_of(self._before, view)
        self._before = view
        if cue is not None:
            for device in self._signals:
                device.signal(cue)


def cue_of(before: View | None, now: View) -> Cue | None:
    """The most urgent thing that is new, or None."""
    if _notice(now) and _notice(now) != _notice(before):
        return Cue.ATTENTION
    if isinstance(now, OutOfServiceView):
        return None if isinstance(before, OutOfServiceView) else Cue.ATTENTION
    fresh = _stages(now) - _stages(before)
    if any(stage in _ATTENTION for _, stage in fresh) or (_is_warning(now) and not _is_warning(before)):
        return Cue.ATTENTION
    if any(stage in _DONE for _, stage in fresh):
        return Cue.DONE
    came = _keys(now) - _keys(before)
    is_new_visit = isinstance(now, VisitView | IdentifyingView) and isinstance(before, IdleView | DoneView)
    return Cue.SEEN if came or is_new_visit else None


def _notice(view: View | None) -> str | None:
    return view.notice if isinstance(view, IdleView | VisitView) else None


def _is_warning(view: View | None) -> bool:
    return isinstance(view, VisitView) and view.countdown is not None


def _stages(view: View | None) -> frozenset[tuple[str, Stage]]:
    return frozenset((item.key, item.stage) for item in view.items) if isinstance(view, VisitView) else frozenset()


def _keys(view: View | None) -> frozenset[str]:
    return frozenset(key for key, _ in _stages(view))
