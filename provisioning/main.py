"""`provision`: the technician's command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from provisioning.capturing.command import capture
from provisioning.decoding.command import decode
from provisioning.keys import KeyFileError, make_library_keys, make_terminal_keys

app = typer.Typer(
    help="Prepare, test and look after Shufang terminals.", no_args_is_help=True, pretty_exceptions_enable=False
)
keys = typer.Typer(help="Make key pairs; an existing key is never overwritten.", no_args_is_help=True)
app.add_typer(keys, name="keys")
app.command()(capture)
app.command()(decode)

Folder = Annotated[Path, typer.Option(help="Folder for the key files; made if it is missing.")]


@app.callback()
def provision() -> None:
    """Prepare, test and look after Shufang terminals."""


@keys.command()
def library(out: Folder) -> None:
    """The main library's pairs: one signs receipts and answers, one opens what terminals seal."""
    _make(make_library_keys, out)


@keys.command()
def terminal(out: Folder) -> None:
    """A terminal's record-signing pair, made on that terminal."""
    _make(make_terminal_keys, out)


def _make(make: Callable[[Path], None], out: Path) -> None:
    try:
        make(out)
    except KeyFileError as error:
        typer.echo(f"provision: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"Keys are in {out}. Files ending in .key are secret; .pub may be handed on.")


def main() -> None:
    """Console entry point."""
    app()
