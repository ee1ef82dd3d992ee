"""`central`: the main library's command line, and the only place where its parts are wired together."""

from __future__ import annotations

import asyncio
import gc
import logging
import secrets
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import msgspec
import structlog
import typer

from central.answers import Answers
from central.bookkeeping import Bookkeeper
from central.commits import Commit
from central.config import CentralConfig, load_config
from central.deliveries import Terminal
from central.errors import AddressError, SetupError
from central.fleet.terminals import Fleet
from central.imports.files import ImportRefusedError
from central.imports.folder import Reader
from central.keys import LibraryKeys, load_library_keys, load_terminal_key
from central.service import Clock, Place, Service
from central.storage.database import Books, Database, StorageError
from central.storage.imports import known_refs, write_county
from central.storage.reports import marks, report, worklist
from central.web.app import make_app, serve
from central.web.monitor import Monitor
from central.work import Outcome, Work

app = typer.Typer(help="The main library's side of Shufang.", no_args_is_help=True, pretty_exceptions_enable=False)

BROKER_WITHIN_S = 5.0
"""One attempt to connect; after that a person should know what is missing."""

NEW_BETWEEN_COLLECTIONS = 50_000
"""Values that outlive their making: more than a commit has, so that garbage is looked for every few commits."""

ConfigFile = Annotated[Path, typer.Option("--config", help="The configuration file (TOML).")]


@app.callback()
def central() -> None:
    """The main library's side of Shufang."""


@app.command()
def run(config: ConfigFile) -> None:
    """Take in what terminals tell, answer what they ask, and serve the monitor page, until stopped."""
    with _plain_errors():
        _set_up_logging()
        asyncio.run(_run(load_config(config)))


@app.command("check-config")
def check_config(file: Annotated[Path, typer.Argument(help="The configuration file (TOML).")]) -> None:
    """Say whether a configuration file and the key files that it names are right."""
    with _plain_errors():
        config = load_config(file)
        load_library_keys(Path(config.keys))
        terminals = _terminals(config)
        typer.echo(f"{file}: good; network {config.network}, {len(terminals)} terminals.")


@app.command("import")
def import_folder(
    config: ConfigFile,
    folder: Annotated[Path, typer.Argument(help="Holds sites.toml and titles, items, patrons, holds, loans as .csv.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, change nothing.")] = False,
) -> None:
    """Take over sites, catalogue, patrons, holds and loans: all of a folder or nothing."""
    with _plain_errors():
        settings = load_config(config)
        keys = load_library_keys(Path(settings.keys))
        database = Database(Path(settings.database))
        database.create(secrets.token_hex(16))
        with database.writing() as connection:
            refs = known_refs(connection)
            county = Reader(folder, keys.card_hash, lambda card: refs.get(card) or secrets.token_hex(8)).read()
            if not dry_run:
                write_county(connection, county)
        typer.echo(
            f"{'Checked' if dry_run else 'Imported'}: {len(county.network.sites)} sites, {len(county.titles)} titles, "
            f"{len(county.items)} items, {len(county.patrons)} patrons, {len(county.holds)} holds, "
            f"{len(county.loans)} loans.{' Nothing was changed.' if dry_run else ''}"
        )


@app.command("report")
def print_report(
    config: ConfigFile, *, as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False
) -> None:
    """What the ledger counts; as JSON also every stream's mark."""
    with _plain_errors(), _database(config).reading() as connection:
        counts = msgspec.structs.asdict(report(connection))
        streams = [msgspec.structs.asdict(mark) for mark in marks(connection)]
    if as_json:
        typer.echo(msgspec.json.encode(counts | {"streams": streams}))
    else:
        for name, value in counts.items():
            typer.echo(f"{name:16} {value:>9}")


@app.command("worklist")
def print_worklist(
    config: ConfigFile, *, as_json: Annotated[bool, typer.Option("--json", help="One JSON array.")] = False
) -> None:
    """What the rules could not settle by themselves, oldest first."""
    with _plain_errors(), _database(config).reading() as connection:
        cases = worklist(connection)
    if as_json:
        typer.echo(msgspec.json.encode(cases))
        return
    for case in cases:
        typer.echo(
            f"{case.kind:7} {case.terminal:10} {case.item or '-':24} {', '.join(case.reasons)}  ({case.subject})"
        )
    typer.echo(f"{len(cases)} cases." if cases else "Nothing awaits you.")


async def _run(config: CentralConfig) -> None:
    keys = load_library_keys(Path(config.keys))
    terminals = _terminals(config)
    clock = Clock(wall_ms=lambda: time.time_ns() // 1_000_000, monotonic_s=time.monotonic)
    fleet = Fleet(terminals, clock.monotonic_s())
    listener = _listener(config)
    async with _bookkeeping(config, terminals, keys, clock) as (epoch, commit):
        utc_offset = timedelta(minutes=config.utc_offset_minutes)
        monitor = Monitor(Database(Path(config.database)), fleet, clock, utc_offset)
        place = Place(config.network, config.worker, config.broker, epoch)
        service = Service(place, keys, fleet, clock, monitor.changed)
        web = make_app(monitor, utc_offset)
        stop = asyncio.Event()
        for signum in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(signum, stop.set)
        _calm_collector()
        async with asyncio.TaskGroup() as tasks:
            running = [
                tasks.create_task(service.run(commit)),
                tasks.create_task(monitor.run()),
                tasks.create_task(_say_ready(service, listener)),
            ]
            await serve(web, listener, stop, monitor)
            for task in running:
                task.cancel()


def _calm_collector() -> None:
    """What is here by now stays to the end, and a commit's thousands of values die by reference count: searching all of
    them for cycles again and again was a seventh of the processor time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_BETWEEN_COLLECTIONS)


async def _say_ready(service: Service, listener: socket.socket) -> None:
    """The page is up at once; say so without the broker if that takes its time."""
    host, port = listener.getsockname()[:2]
    try:
        async with asyncio.timeout(BROKER_WITHIN_S):
            await service.up()
        state = "ready"
    except TimeoutError:
        state = "waiting for the broker"
    typer.echo(f"central: {state}, monitor page at http://{host}:{port}/", err=True)


def _listener(config: CentralConfig) -> socket.socket:
    """The web's port, taken before anything else begins; raises AddressError."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((config.web.host, config.web.port))
    except OSError as error:
        listener.close()
        raise AddressError(config.web.host, config.web.port, error.strerror or str(error)) from error
    return listener


@asynccontextmanager
async def _bookkeeping(
    config: CentralConfig, terminals: dict[str, Terminal], keys: LibraryKeys, clock: Clock
) -> AsyncIterator[tuple[str, Commit]]:
    """The database's epoch, and the one way to write: everything of it happens in one thread."""
    loop = asyncio.get_running_loop()
    database = Database(Path(config.database))
    with ThreadPoolExecutor(1, "ledger") as thread:
        books: Books = await loop.run_in_executor(thread, _open_books, database)
        answers = Answers(terminals, keys, timedelta(minutes=config.utc_offset_minutes))
        bookkeeper = Bookkeeper(books, terminals, keys, answers)

        async def commit(work: Sequence[Work]) -> Outcome:
            return await loop.run_in_executor(thread, bookkeeper.commit, work, clock.wall_ms())

        try:
            yield await loop.run_in_executor(thread, books.epoch), commit
        finally:
            thread.submit(books.close)


def _open_books(database: Database) -> Books:
    database.create(secrets.token_hex(16))
    return database.books()


def _database(config: Path) -> Database:
    database = Database(Path(load_config(config).database))
    database.create(secrets.token_hex(16))
    return database


def _terminals(config: CentralConfig) -> dict[str, Terminal]:
    return {
        one.id: Terminal(config.network, one.id, one.site, load_terminal_key(Path(one.public_key)))
        for one in config.terminals
    }


def _set_up_logging() -> None:
    """Ours to stderr. gmqtt's own log would quote payloads, so it has no say."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    logging.getLogger("gmqtt").addHandler(logging.NullHandler())
    logging.getLogger("gmqtt").propagate = False


@contextmanager
def _plain_errors() -> Iterator[None]:
    """What a person must mend, in one sentence."""
    try:
        yield
    except (SetupError, AddressError, StorageError, ImportRefusedError) as error:
        typer.echo(f"central: {error}", err=True)
        raise typer.Exit(1) from error


def main() -> None:
    """Console entry point."""
    app()
