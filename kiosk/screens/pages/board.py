"""Pages without a visit: the notice board, waiting, out of service, help."""

from __future__ import annotations

from rich.cells import cell_len

from kiosk.screens.cells import fit
from kiosk.screens.pages.cards import icon, notice_card, paragraph, your_turn
from kiosk.screens.pages.layout import Choice, Layout, Local, Setting, body_height, site_head, title_head
from kiosk.screens.rows import BLANK, Row, Run, Tone, row, stacked
from kiosk.session.views import IdleView, OutOfServiceView, StartingView

NOTICES_SHOWN = 2
WORKING = "◐◓◑◒"


def idle(view: IdleView, setting: Setting) -> Layout:
    """The public notice board."""
    key = "display.idle" if view.cards else "display.returns_only"
    top = [*setting.margin, *setting.display(key), BLANK, *_how_to(setting, cards=view.cards)]
    if view.notice is not None:
        top += [BLANK, *notice_card(setting, view.notice)]
    if not view.online:
        top += [BLANK, *offline(setting, setting.words.say("offline"))]
    return Layout(site_head(setting), stacked(top, _site_notices(setting), body_height(setting.grid, ())))


def offline(setting: Setting, text: str) -> list[Row]:
    """That the network is down, said once and calmly."""
    return paragraph(setting, text, Tone.QUIET, icon("○", Tone.QUIET))


def _how_to(setting: Setting, *, cards: bool) -> list[Row]:
    borrowing = _task(setting, "task.borrow", "how.borrow" if cards else "how.no_cards")
    return [borrowing, *setting.air, _task(setting, "task.return", "how.return")]


def _task(setting: Setting, task: str, how: str) -> Row:
    form = "" if setting.grid.wide else ".short"
    return _labelled(setting, setting.words.say(task), setting.words.say(f"{how}{form}"))


def _labelled(setting: Setting, label: str, text: str, tone: Tone = Tone.INK) -> Row:
    head = Run(f"{label}   ", Tone.STRONG)
    return row(head, Run(fit(text, setting.grid.width - head.width), tone))


def _site_notices(setting: Setting) -> list[Row]:
    label = setting.words.say("site_notice")
    shown = setting.site.notices[: 1 if setting.grid.compact else NOTICES_SHOWN]
    blank = " " * cell_len(label)
    return [_labelled(setting, blank if at else label, notice, Tone.QUIET) for at, notice in enumerate(shown)]


def starting(view: StartingView, setting: Setting, beat: int) -> Layout:
    """The program starts, or the session behind this screen does."""
    text = setting.words.count("starting.settling", view.settling) if view.settling else setting.words.say("starting")
    return _waiting(setting, text, beat)


def identifying(setting: Setting, beat: int) -> Layout:
    """A card is being looked up."""
    return _waiting(setting, setting.words.say("identifying"), beat)


def _waiting(setting: Setting, text: str, beat: int) -> Layout:
    working = row(icon(WORKING[beat % len(WORKING)], Tone.MACHINE), text)
    top = [*setting.margin, *setting.display("display.wait"), BLANK, working]
    return Layout(site_head(setting), stacked(top, [], body_height(setting.grid, ())))


def out_of_service(view: OutOfServiceView, setting: Setting) -> Layout:
    """What happened, what to do, and that nothing is lost."""
    words = setting.words
    top = [*setting.margin, *setting.display("display.out_of_service"), BLANK]
    top += [*paragraph(setting, words.say(f"trouble.{view.trouble}"), Tone.STRONG), *setting.air]
    top += [*your_turn(setting, words.say("out_of_service.do")), *setting.air]
    top += paragraph(setting, words.say("out_of_service.recorded"))
    return Layout(site_head(setting), stacked(top, [], body_height(setting.grid, ())))


def help_page(setting: Setting) -> Layout:
    """How to use the machine and whom to call."""
    words = setting.words
    top = list(setting.margin)
    if setting.site.help_line:
        call = words.say("help.call", line=setting.site.help_line, terminal=setting.site.terminal)
        top += your_turn(setting, call)
    for task, how in (("task.borrow", "how.borrow"), ("task.return", "how.return"), ("task.keys", "how.keys")):
        top += [BLANK, _task(setting, task, how)]
    choices = (Choice(1, words.say("action.back"), Local.BACK),)
    return Layout(title_head(setting, words.say("task.help")), stacked(top, [], setting.grid.body_rows), choices)
