"""`kiosk`: the terminal's program. The only place where its parts are wired together."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import msgspec
import structlog
import typer

from drivers.catalogue import MODELS, Capability, make_device
from drivers.errors import ConfigFault
from drivers.ports import Device, Report, SecurityWriter
from firmware_msgs.config import TerminalConfig
from kiosk import clock
from kiosk.condition import Condition
from kiosk.configuration import load_configuration
from kiosk.diary import Diary
from kiosk.errors import KioskError
from kiosk.front import Front
from kiosk.identity import Identity, load_identity
from kiosk.journal import Journal
from kiosk.runner import Runner
from kiosk.session.effects import Entry
from kiosk.session.events import SessionEvent
from kiosk.session.projection import view_of
from kiosk.session.recovery import half_done, never_opened
from kiosk.session.state import Roster, Terminal
from kiosk.session.views import SiteInfo, View
from kiosk.uplink import Uplink

SCREEN_RESTART_S: Final = 0.5
"""A crashed screen is back within 1 s; a screen that cannot start does not spin."""

app = typer.Typer(help="A Shufang terminal.", no_args_is_help=True, add_completion=False)
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
    with _faults_told():
        settings = load_configuration(config)
        folder = config.resolve().parent
        _log_to(log_file or ((folder / settings.journal).with_suffix(".log") if screen else None))
        asyncio.run(_serve(settings, folder, screen=screen))


@app.command()
def screen(connect: Annotated[Path, typer.Option(help="The session's socket.")]) -> None:
    """The screen alone, beside a session that runs already."""
    from kiosk.screens.app import run_screen  # noqa: PLC0415 - the session never loads the screen's libraries

    raise typer.Exit(run_screen(connect))


@app.command()
def check_config(file: Path) -> None:
    """Say whether a configuration file can be used."""
    with _faults_told():
        settings = load_configuration(file)
        _devices(settings, lambda _event: None)
        load_identity(settings, file.resolve().parent, clock.boot_id())
    typer.echo(f"{file} is good: terminal {settings.terminal} at {settings.site_name}.")


@app.command()
def journal(
    config: Config, *, as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False
) -> None:
    """How the journal stands: its stream, records, and those the main library has not confirmed."""
    with _faults_told():
        settings = load_configuration(config)
        standing = Journal.inspect(config.resolve().parent / settings.journal)
    if as_json:
        typer.echo(msgspec.json.encode(standing))
    else:
        typer.echo(f"stream {standing.stream}: {standing.records} records, {standing.unreceipted} not yet confirmed")


def main() -> None:
    """Console entry point."""
    app()


@contextlib.contextmanager
def _faults_told() -> Iterator[None]:
    """Whatever a person can mend ends in one sentence and exit code 1."""
    try:
        yield
    except (KioskError, ConfigFault) as error:
        typer.echo(f"kiosk: {error}", err=True)
        raise typer.Exit(1) from error


def _log_to(path: Path | None) -> None:
    """Log as JSON lines; to standard error if there is no file."""
    stream = path.open("a", encoding="utf-8") if path else sys.stderr
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(stream),
    )


def _devices(settings: TerminalConfig, report: Report) -> list[Device]:
    return [make_device(device, settings.afi, report) for device in settings.devices]


def _roster(settings: TerminalConfig) -> Roster:
    def named(capability: Capability) -> frozenset[str]:
        return frozenset(device.name for device in settings.devices if capability in MODELS[device.model].capabilities)

    return Roster(item_readers=named(Capability.ITEMS), card_readers=named(Capability.CARDS))


async def _serve(settings: TerminalConfig, folder: Path, *, screen: bool) -> None:
    identity = load_identity(settings, folder, clock.boot_id())
    journal = await Journal.open(folder / settings.journal, identity, clock.now())
    serving = asyncio.ensure_future(_run_parts(settings, folder, identity, journal, screen=screen))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, serving.cancel)
    try:
        await serving
    except asyncio.CancelledError:
        log.info("kiosk.stopped")
    finally:
        await journal.close()


async def _run_parts(
    settings: TerminalConfig, folder: Path, identity: Identity, journal: Journal, *, screen: bool
) -> None:
    unfinished = await journal.unfinished()
    await journal.append([Entry(body) for body in never_opened(unfinished)], clock.now())
    state = Terminal(roster=_roster(settings), site=settings.site, half_done=half_done(unfinished))

    def health_changed() -> None:
        uplink.health_changed()

    condition = Condition(settings.site, identity.boot, settings.devices, health_changed)

    def report(event: SessionEvent) -> None:
        condition.heard(event)
        runner.report(event)

    def show(view: View) -> None:
        condition.shown(view)
        diary.shown(view)
        front.show(view)

    diary = Diary()
    uplink = Uplink(
        settings, identity, journal, report, clock=clock.now, health=lambda: condition.report(journal, clock.now())
    )
    devices = _devices(settings, report)
    pads = {device.name: device for device in devices if isinstance(device, SecurityWriter)}
    runner = Runner(
        state=state, rules=settings.rules, clock=clock.now, records=journal, library=uplink, pads=pads, show=show
    )
    front = Front(folder / settings.screen_socket, _site_info(settings), report)
    show(view_of(state, settings.rules))
    log.info("kiosk.started", terminal=settings.terminal, half_done=len(state.half_done))
    async with asyncio.TaskGroup() as parts:
        running = [runner.run(), front.run(), uplink.run(), *(device.run() for device in devices)]
        for part in running:
            parts.create_task(part)
        if screen:
            parts.create_task(_keep_screen(folder / settings.screen_socket))


async def _keep_screen(socket: Path) -> None:
    """The screen's process in this terminal, started again whenever it ends."""
    while True:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "kiosk.main", "screen", "--connect", str(socket)
        )
        try:
            await process.wait()
        finally:
            if process.returncode is None:
                process.terminate()
                await process.wait()
        log.warning("screen.ended", exit_code=process.returncode)
        await asyncio.sleep(SCREEN_RESTART_S)


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
