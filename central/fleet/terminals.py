"""What every terminal last told, and the last things that happened: the monitor's memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

import msgspec
import structlog

from central.deliveries import Terminal
from central.fleet.assessment import Assessment, Seen, after_life, assess
from central.work import Notice
from firmware_msgs.uplink.health import DeviceHealth, Health, Heartbeat, Life, Presence

NOTICES_KEPT: Final = 60
"""More than a screen shows."""

_log = structlog.get_logger()
_life = msgspec.json.Decoder(Life)
_heartbeat = msgspec.json.Decoder(Heartbeat)
_health = msgspec.json.Decoder(Health)


class Fleet:
    """All known terminals; times are seconds of one monotonic clock."""

    def __init__(self, terminals: Mapping[str, Terminal], now_s: float) -> None:
        self.terminals = terminals
        self.notices: deque[Notice] = deque(maxlen=NOTICES_KEPT)
        self._seen = {terminal: Seen(now_s) for terminal in terminals}

    def hear(self, terminal: str, kind: str, payload: bytes, now_s: float, *, retained: bool) -> bool:
        """A state message. True: the terminal was born just now."""
        seen = self._seen.get(terminal)
        if seen is None:
            _log.warning("state_of_unknown_terminal", terminal=terminal)
            return False
        try:
            heard, born = _after(seen, kind, payload)
        except (msgspec.DecodeError, UnicodeDecodeError):
            _log.warning("state_not_understood", terminal=terminal, kind=kind)
            return False
        gone = heard.life is not None and heard.life.state is Presence.GONE
        self._seen[terminal] = heard if retained or gone else replace(heard, heard_s=now_s)
        return born and not retained

    def note(self, notices: Iterable[Notice], now_s: float) -> None:
        """Something happened at terminals; they live, unless their publishes were refused."""
        for notice in notices:
            self.notices.append(notice)
            seen = self._seen.get(notice.terminal)
            if seen is not None:
                refused = notice.kind in ("publish_refused", "second_branch")
                changed = replace(seen, refused_s=now_s) if refused else replace(seen, heard_s=now_s)
                self._seen[notice.terminal] = changed

    def faults(self, terminal: str) -> tuple[DeviceHealth, ...]:
        """The devices that it reported as down."""
        health = self._seen[terminal].health
        return tuple(device for device in health.devices if not device.up) if health else ()

    def assessed(self, now_s: float) -> dict[str, Assessment]:
        """How every terminal is."""
        return {terminal: assess(seen, now_s) for terminal, seen in self._seen.items()}


def _after(seen: Seen, kind: str, payload: bytes) -> tuple[Seen, bool]:
    match kind:
        case "life":
            news = _life.decode(payload)
            return replace(seen, life=after_life(seen.life, news)), news.state is Presence.BORN
        case "heartbeat":
            return replace(seen, heartbeat=_heartbeat.decode(payload)), False
        case "health":
            return replace(seen, health=_health.decode(payload)), False
        case _:
            return seen, False
