"""The monitor's page as values: what to show where, in words. No patron ever appears in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from central.fleet.assessment import Assessment, Data, Reach
from central.storage.reports import Figures, SitePlace
from central.web.words import SHOWN, Language, word
from central.work import Notice
from firmware_msgs.uplink.health import DeviceHealth, Service

DENSE_FROM: Final = 60
"""Terminals from which on the wall shows small cells instead of words."""

LATEST_SHOWN: Final = 14


@dataclass(frozen=True, slots=True)
class Standing:
    """All that the page is made from, at one moment."""

    now_ms: int
    sites: Sequence[SitePlace]
    site_of: Mapping[str, str]
    assessed: Mapping[str, Assessment]
    faults: Mapping[str, Sequence[DeviceHealth]]
    notices: Sequence[Notice]
    counts: Figures


@dataclass(frozen=True, slots=True)
class Cell:
    """One terminal. `level` is `quiet`, `watch` or `stop`; `shape` says the same without colour."""

    terminal: str
    level: str
    shape: str
    state: str
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A site of the wall; `depth` in the tree of sites."""

    name: str
    depth: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """Something for people: what, where, what to do, and what the machine says of it."""

    level: str
    shape: str
    what: str
    where: str
    hint: str
    causes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the latest."""

    time: str
    where: str
    what: str
    alarm: bool


@dataclass(frozen=True, slots=True)
class Page:
    """The whole."""

    title: str
    verdict: str
    level: str
    summary: tuple[str, ...]
    figures: tuple[tuple[str, int], ...]
    rows: tuple[Row, ...]
    without: tuple[str, ...]
    tasks: tuple[Task, ...]
    latest: tuple[Happening, ...]
    dense: bool


class Painter:
    """Puts a standing into words of one language, with times of the network's own clock."""

    def __init__(self, language: Language, utc_offset: timedelta) -> None:
        self._language = language
        self._offset = utc_offset

    def page(self, standing: Standing) -> Page:
        """The page of this moment."""
        cells = {terminal: self._cell(terminal, one, standing) for terminal, one in standing.assessed.items()}
        stopped = sum(cell.level == "stop" for cell in cells.values())
        watched = sum(cell.level == "watch" for cell in cells.values())
        tasks = tuple(self._tasks(standing, cells))
        summary = [self._say("terminals", n=len(cells))]
        summary += [self._say("in_sight", n=watched)] if watched else []
        return Page(
            title=standing.sites[0].name if standing.sites else "Shufang",
            verdict=self._verdict(len(cells), stopped),
            level="stop" if stopped else "quiet",
            summary=tuple(summary),
            figures=self._figures(standing.counts),
            rows=tuple(self._rows(standing, cells)),
            without=tuple(site.name for site in standing.sites if site.code not in standing.site_of.values()),
            tasks=tasks,
            latest=tuple(self._latest(standing))[:LATEST_SHOWN],
            dense=len(cells) >= DENSE_FROM,
        )

    def _say(self, key: str, **values: object) -> str:
        return word(self._language, key, **values)

    def _verdict(self, terminals: int, stopped: int) -> str:
        if not terminals:
            return self._say("none_enrolled")
        return self._say("need_people", n=stopped) if stopped else self._say("all_well")

    def _figures(self, counts: Figures) -> tuple[tuple[str, int], ...]:
        shown = ("loans_open", "lent_today", "returned_today", "in_transit", "worklist", "records")
        return tuple((self._say(name), getattr(counts, name)) for name in shown)

    def _cell(self, terminal: str, one: Assessment, standing: Standing) -> Cell:
        level, shape, key = _judged(one)
        service = one.service.value if one.service else "unknown"
        heard = (
            self._say("never_heard")
            if one.silent_s is None
            else self._say("last_heard", time=self._clock(standing.now_ms - round(one.silent_s * 1000)))
        )
        reach = self._say(one.reach.value) if one.reach is Reach.ONLINE else f"{self._say(one.reach.value)} · {heard}"
        details = (
            (self._say("service"), self._say(service)),
            (self._say("reach"), reach),
            (self._say("data"), self._say(one.data.value, n=one.depth)),
        )
        return Cell(terminal, level, shape, self._say(key, n=one.depth), details)

    def _rows(self, standing: Standing, cells: Mapping[str, Cell]) -> Iterable[Row]:
        for site in standing.sites:
            own = tuple(cells[one] for one in sorted(cells) if standing.site_of[one] == site.code)
            if own:
                yield Row(site.name, site.depth, own)
        known = {site.code for site in standing.sites}
        strays: dict[str, list[Cell]] = {}
        for one in sorted(cells):
            if standing.site_of[one] not in known:
                strays.setdefault(standing.site_of[one], []).append(cells[one])
        for code, stray in strays.items():
            yield Row(code, 0, tuple(stray))

    def _tasks(self, standing: Standing, cells: Mapping[str, Cell]) -> Iterable[Task]:
        names = {site.code: site.name for site in standing.sites}
        order = {"stop": 0, "watch": 1}
        troubled = sorted((order[cell.level], terminal) for terminal, cell in cells.items() if cell.level in order)
        for _, terminal in troubled:
            _, shape, key = _judged(standing.assessed[terminal])
            code = standing.site_of[terminal]
            yield Task(
                level=cells[terminal].level,
                shape=shape,
                what=f"{terminal} {cells[terminal].state}",
                where=names.get(code, code),
                hint=self._say(f"hint_{key}"),
                causes=tuple(fault.reason or fault.name for fault in standing.faults.get(terminal, ())),
            )
        if standing.counts.branches:
            what = self._say("branch", n=standing.counts.branches)
            yield Task("stop", "■", what, "", self._say("branch_hint"))
        if standing.counts.worklist:
            yield Task("watch", "▲", self._say("case", n=standing.counts.worklist), "", self._say("case_hint"))

    def _latest(self, standing: Standing) -> Iterable[Happening]:
        names = {site.code: site.name for site in standing.sites}
        for notice in reversed(standing.notices):
            if notice.kind not in SHOWN and not notice.alarm:
                continue
            known = notice.kind in SHOWN or notice.kind in ("second_branch", "publish_refused")
            what = self._say(notice.kind if known else "parked")
            where = f"{names.get(notice.site, notice.site)}  {notice.terminal}"
            yield Happening(self._clock(notice.time_ms), where, what, notice.alarm)

    def _clock(self, at_ms: int) -> str:
        return (datetime.fromtimestamp(at_ms / 1000, UTC) + self._offset).strftime("%H:%M:%S")


def _judged(one: Assessment) -> tuple[str, str, str]:
    """Level, shape and word of the worst axis."""
    worst = (
        (one.reach is Reach.LOST, ("stop", "○", "lost")),
        (one.service is Service.OUT, ("stop", "■", "out")),
        (one.data is Data.BLOCKED, ("stop", "■", "blocked")),
        (one.service is Service.DEGRADED, ("watch", "▲", "degraded")),
        (one.reach is Reach.LATE, ("watch", "○", "late")),
        (one.data is Data.LAGGING, ("watch", "▲", "lagging")),
    )
    return next((judged for true, judged in worst if true), ("quiet", "●", "online"))
