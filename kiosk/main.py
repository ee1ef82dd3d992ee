"""`kiosk`: the terminal's program. The only place where its parts are wired together."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import Coroutine, Iterable
from pathlib import Path
from typing import Annotated, Any

import msgspec
import structlog
import typer

from drivers.catalogue.model import Capability
from drivers.catalogue.table import can, make_device
from drivers.errors import ConfigFault
from drivers.events import BarcodeScanned
from drivers.ports import Device, Report, SecurityWriter, Signals, Trigger
from firmware_msgs.config import TerminalConfig
from kiosk import clock
from kiosk.configuration import check_places, default_log, load_configuration
from kiosk.endings import faults_told, switch_off
from kiosk.errors import ConfigurationError
from kiosk.front import Front
from kiosk.guarding import keep_running
from kiosk.identity import Identity, load_identity
from kiosk.journal.store import Journal
from kiosk.logbook import LogFile, log_to, standard_error
from kiosk.own_screen import keep_screen
from kiosk.patron_codes import PatronCodes
from kiosk.runner import Runner
from kiosk.session.effects import Entry
from kiosk.session.events import SessionEvent
from kiosk.session.projection import view_of
from kiosk.session.recovery import half_done, never_opened
from kiosk.session.state import Roster, Terminal
from kiosk.session.views import SiteInfo, View
from kiosk.touching import felt
from kiosk.uplink.link import Uplink
from kiosk.watching.attention import Attention
from kiosk.watching.condition import Condition
from kiosk.watching.cues import Cues
from kiosk.watching.diary import Diary

app = typer.Typer(
    help="A Shufang terminal.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
Config = Annotated[Path, typer.Option("--config", help="The terminal's configuration file.", dir_okay=False)]
log = structlog.get_logger()


@app.command()
def run(
    config: Config,
    *,
    screen: Annotated[bool, typer.Option(help="Show the screen in this terminal as well.")] = True,
    log_file: Annotated[Path | None, typer.Option(help="Where log lines go; beside the journal by default.")] = None,
) -> None:
    """The session, and its screen in this terminal."""
    with faults_told():
        settings = load_configuration(config)
        folder = config.resolve().parent
        log_path = log_file.resolve() if log_file else folder / default_log(settings) if screen else None
        identity = _checked(settings, config, log_path)
        log_to(LogFile(log_path) if log_path else standard_error())
        with faults_told(log_path):
            if asyncio.run(_serve(settings, folder, identity, screen=screen)):
                switch_off(settings.rules.power_off)


@app.command()
def screen(connect: Annotated[Path, typer.Option(help="The session's socket.")]) -> None:
    """The screen alone, beside a session that runs already."""
    from kiosk.screens.program import run_screen  # noqa: PLC0415 - the session never loads the screen's libraries

    raise typer.Exit(run_screen(connect))


@app.command()
def check_config(file: Path) -> None:
    """Say whether a configuration file can be used."""
    with faults_told():
        settings = load_configuration(file)
        _checked(settings, file, default_log(settings))
    typer.echo(f"{file} is good: terminal {settings.terminal} at {settings.site_name}.")


@app.command()
def journal(
    config: Config, *, as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False
) -> None:
    """How the journal stands: its stream, records, and those the main library has not confirmed."""
    with faults_told():
        settings = load_configuration(config)
        standing = Journal.inspect(config.resolve().parent / settings.journal)
    if as_json:
        typer.echo(msgspec.json.encode(standing))
    else:
        typer.echo(f"stream {standing.stream}: {standing.records} records, {standing.unreceipted} not yet confirmed")


def main() -> None:
    """Console entry point."""
    app()


def _checked(settings: TerminalConfig, file: Path, log_path: Path | None) -> Identity:
    """All that can be known to be wrong before anything is started or written."""
    check_places(file, settings, log_path)
    try:
        _devices(settings, lambda _event: None)
    except ConfigFault as error:
        raise ConfigurationError(file, str(error).removesuffix(".").replace(". Known", "; known")) from error
    return load_identity(settings, file.resolve().parent, clock.boot_id())


def _devices(settings: TerminalConfig, report: Report) -> list[Device]:
    return [make_device(device, settings.afi, report) for device in settings.devices]


def _roster(settings: TerminalConfig) -> Roster:
    def named(capability: Capability) -> frozenset[str]:
        return frozenset(device.name for device in settings.devices if can(device, capability))

    return Roster(item_readers=named(Capability.ITEMS), card_readers=named(Capability.CARDS))


async def _serve(settings: TerminalConfig, folder: Path, identity: Identity, *, screen: bool) -> bool:
    """Until told to end, or (True) until the machine is to be switched off."""
    journal = await Journal.open(folder / settings.journal, identity, clock.now())
    serving = asyncio.ensure_future(_run_parts(settings, folder, identity, journal, screen=screen))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, serving.cancel)
    try:
        await serving
    except asyncio.CancelledError:
        log.info("kiosk.stopped")
        return False
    else:
        return True
    finally:
        await journal.close()


async def _run_parts(
    settings: TerminalConfig, folder: Path, identity: Identity, journal: Journal, *, screen: bool
) -> None:
    unfinished = await journal.unfinished()
    await journal.append([Entry(body) for body in never_opened(unfinished)], clock.now())
    state = Terminal(roster=_roster(settings), site=settings.site, half_done=half_done(unfinished))
    condition = Condition(settings.site, identity.boot, settings.devices, lambda: uplink.health_changed())  # noqa: PLW0108 - made below

    def report(event: SessionEvent) -> None:
        told = codes.read(event) if isinstance(event, BarcodeScanned) else event
        condition.heard(told)
        attention.heard(told)
        message = felt(told)
        if message is None:
            runner.report(told)
        else:
            front.feel(message)

    def show(view: View) -> None:
        for watcher in (condition, diary, attention, cues):
            watcher.shown(view)
        front.show(view)

    uplink = Uplink(
        settings, identity, journal, report, clock=clock.now, health=lambda: condition.report(journal, clock.now())
    )
    devices = _devices(settings, report)
    attention, cues, diary = _attention(devices), _cues(devices), Diary()
    codes = PatronCodes(settings, identity.library_signing, uplink.library_s, time.monotonic)
    runner = Runner(
        state=state,
        rules=settings.rules,
        clock=clock.now,
        records=journal,
        library=uplink,
        pads={device.name: device for device in devices if isinstance(device, SecurityWriter)},
        show=show,
    )
    front = Front(folder / settings.screen_socket, _site_info(settings), report)
    show(view_of(state, settings.rules))
    log.info("kiosk.started", terminal=settings.terminal, half_done=len(state.half_done))
    others = [front.run(), uplink.run(), *(keep_running(device, report) for device in devices)]
    with contextlib.closing(attention):
        await _beside(runner.run(), *others, *([keep_screen(folder / settings.screen_socket)] if screen else []))


async def _beside(main_part: Coroutine[Any, Any, None], *others: Coroutine[Any, Any, None]) -> None:
    """Run all until the main part is over."""
    async with asyncio.TaskGroup() as parts:
        tasks = [parts.create_task(part) for part in others]
        await main_part
        for task in tasks:
            task.cancel()


def _attention(devices: Iterable[Device]) -> Attention:
    return Attention(device for device in devices if isinstance(device, Trigger))


def _cues(devices: Iterable[Device]) -> Cues:
    return Cues(device for device in devices if isinstance(device, Signals))


def _site_info(settings: TerminalConfig) -> SiteInfo:
    return SiteInfo(
        terminal=settings.terminal,
        site_name=settings.site_name,
        hours=settings.hours,
        help_line=settings.help_line,
        notices=settings.notices,
    )


if __name__ == "__main__":
    main()
