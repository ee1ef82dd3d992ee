"""`provision decode`: what a frame or tag says, as one JSON object."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from firmware_msgs.errors import DecodeError
from provisioning.decoding.table import READINGS


def decode(
    protocol: Annotated[str | None, typer.Argument(help="One of the names that --list prints.")] = None,
    text: Annotated[
        str | None, typer.Argument(metavar="HEX", help="The bytes; spaces and colons may stand between.")
    ] = None,
    *,
    list_names: Annotated[bool, typer.Option("--list", help="Print the names of all protocols and stop.")] = False,
) -> None:
    """Tell what the bytes of one frame or tag say. Nothing is sent anywhere."""
    if list_names:
        typer.echo("\n".join(sorted(READINGS)))
        return
    if protocol is None or text is None:
        raise typer.BadParameter("name a protocol and its bytes in hex, or ask for --list")
    reading = READINGS.get(protocol)
    if reading is None:
        raise _ended(f"“{protocol}” is not known. See the names with: provision decode --list", 2)
    try:
        said = reading(_bytes_of(text))
    except DecodeError as error:
        where = "" if error.position is None else f" at byte {error.position}"
        raise _ended(f"{error.kind}{where}: {error.detail}", 1) from error
    typer.echo(_harmless(msgspec.json.encode({"protocol": protocol, **said}).decode()))


def _harmless(text: str) -> str:
    """The JSON with whatever cannot be printed escaped: a tag may hold what turns a terminal's text around."""
    return "".join(each if each.isprintable() else _escaped(each) for each in text)


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be", errors="surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def _bytes_of(text: str) -> bytes:
    try:
        return bytes.fromhex("".join(text.replace(":", " ").split()))
    except ValueError as error:
        raise _ended("hex: these are no bytes, each of two digits 0-9 and A-F", 1) from error


def _ended(text: str, code: int) -> typer.Exit:
    typer.echo(f"provision: {text}", err=True)
    return typer.Exit(code)
