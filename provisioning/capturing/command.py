"""`provision capture`: a live device's traffic in a file, without patron data."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import structlog
import typer

from drivers.capture import VERSION, Happening, Head, Left, Received, Sent, encode_capture
from drivers.errors import ModelFault
from drivers.redaction.traffic import Driven, Traffic
from firmware_msgs.pseudonyms import KEY_BYTES, Pseudonyms
from provisioning.capturing.errors import CaptureRefusedError
from provisioning.capturing.listening import listen
from provisioning.capturing.target import Target, configured, described
from provisioning.capturing.writing import check_free, write_new


def capture(
    out: Annotated[Path, typer.Option(help="The file to make; one that exists is never touched.")],
    config: Annotated[Path | None, typer.Option(help="A terminal's configuration …")] = None,
    device: Annotated[str | None, typer.Option(help="… and the device's name in it.")] = None,
    model: Annotated[str | None, typer.Option(help="Without a configuration: the device's model …")] = None,
    port: Annotated[str | None, typer.Option(help="… and its port.")] = None,
    option: Annotated[list[str] | None, typer.Option(help="One of the model's options, as key=value.")] = None,
    seconds: Annotated[float | None, typer.Option(min=0.1, help="How long; otherwise until Ctrl-C.")] = None,
) -> None:
    """Record what one device says and is told, with all that could name a person replaced by invented data.

    The kiosk must not be running. What was really said is in memory only and never reaches a file.
    """
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))  # events tell it all
    try:
        target = _target(config, device, model, port, option or [])
        check_free(out)
        typer.echo(f"Listening to “{target.config.name}”. Use the device; end with Ctrl-C.", err=True)
        traffic = asyncio.run(listen(target, seconds, lambda text: typer.echo(text, err=True)))
        happenings = _redacted(target, traffic)
        write_new(out, encode_capture(_head(target), happenings))
    except (CaptureRefusedError, ModelFault) as error:
        typer.echo(f"provision: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(_summary(out, happenings))


def _target(
    config: Path | None, device: str | None, model: str | None, port: str | None, options: Sequence[str]
) -> Target:
    if config is not None and device is not None and model is None and port is None and not options:
        return configured(config, device)
    if model is not None and port is not None and config is None and device is None:
        return described(model, port, options)
    raise typer.BadParameter("name either --config and --device, or --model and --port (and each --option)")


def _redacted(target: Target, traffic: Sequence[Traffic]) -> tuple[Happening, ...]:
    """Under a key that is forgotten with this call."""
    driven = Driven(target.config.options, target.afi)
    happenings = tuple(target.redaction.traffic(traffic, driven, Pseudonyms(secrets.token_bytes(KEY_BYTES))))
    if any(isinstance(each, Sent | Received) for each in happenings):
        return happenings
    raise CaptureRefusedError(
        f"What was heard holds no message of a “{target.config.model}”, so nothing of it may be kept. Check the model, "
        "the port and the options of the line, such as its baud rate."
    )


def _head(target: Target) -> Head:
    options = target.redaction.options(target.config.options)
    return Head(version=VERSION, model=target.config.model, program=version("shufang"), options=options, afi=target.afi)


def _summary(out: Path, happenings: Sequence[Happening]) -> str:
    sent = sum(isinstance(each, Sent) for each in happenings)
    received = sum(isinstance(each, Received) for each in happenings)
    left = sum(each.count for each in happenings if isinstance(each, Left))
    return (
        f"{out}: {sent} messages to the device, {received} from it, in pseudonyms; {left} bytes were no message known "
        "and were left out."
    )
