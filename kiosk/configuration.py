"""A terminal's configuration file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from itertools import chain, combinations
from pathlib import Path
from typing import Final

import msgspec

from drivers.catalogue.model import Capability, Interface
from drivers.catalogue.table import can, models
from firmware_msgs.config import HOST_PATTERN, ID_PATTERN, TEXT_PATTERN, DeviceConfig, TerminalConfig
from kiosk.errors import ConfigurationError
from kiosk.logbook import previous_of

SOCKET_PATH_BYTES: Final = 107
"""Of Linux: sun_path has 108 bytes, the last is NUL (unix(7))."""

_PATTERNS: Final = {
    ID_PATTERN: "of 1 to 63 letters, digits, “_”, “.” and “-” that begins with a letter or digit",
    HOST_PATTERN: "that is a host name (at most 253 characters, 63 between dots) or an IP address",
    TEXT_PATTERN: "that is neither empty nor holds a NUL",
}


def load_configuration(path: Path) -> TerminalConfig:
    """The configuration, right in itself; raises ConfigurationError, which names the file, the key and what to do."""
    try:
        config = msgspec.toml.decode(path.read_bytes(), type=TerminalConfig)
    except OSError as error:
        raise ConfigurationError(path, f"it cannot be read ({error.strerror}); name a file that can") from error
    except msgspec.ValidationError as error:
        raise ConfigurationError(path, _plain(str(error))) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(path, "it is not UTF-8 text; save it as UTF-8") from error
    except msgspec.DecodeError as error:
        raise ConfigurationError(path, f"it is not TOML ({error}); mend it there") from error
    problems = chain(_of_devices(config.devices), _of_values(config), _of_paths(path, config, default_log(config)))
    for problem in problems:
        raise ConfigurationError(path, problem)
    return config


def check_places(path: Path, config: TerminalConfig, log: Path | None) -> None:
    """Whether this machine has room for the files of `config`, and for `log` beside them; raises as above."""
    folder = path.resolve().parent
    for problem in chain(
        _of_paths(path, config, log), _of_places(folder / config.journal, folder / config.screen_socket)
    ):
        raise ConfigurationError(path, problem)


def default_log(config: TerminalConfig) -> Path:
    """Where log lines go while the screen has the terminal: beside the journal."""
    journal = Path(config.journal)
    return journal.with_suffix(".log") if journal.name else journal / "kiosk.log"


def _of_devices(devices: tuple[DeviceConfig, ...]) -> Iterable[str]:
    names = [device.name for device in devices]
    yield from (f"two devices have the name {name!r}; give each its own" for name in names if names.count(name) > 1)
    known = ", ".join(sorted(models()))
    yield from (
        f"device {device.name!r}: model {device.model!r} is not one of {known}"
        for device in devices
        if device.model not in models()
    )
    for one, other in combinations(devices, 2):
        if _port(one) == _port(other):
            yield f"devices {one.name!r} and {other.name!r} have one port, {other.port!r}; give each its own"
    pads = [device.name for device in devices if can(device, Capability.ITEMS)]
    if not pads:
        fitting = ", ".join(name for name, model in models().items() if Capability.ITEMS in model.capabilities)
        yield f"no item reader is among the devices; add a table [[devices]] with one of the models {fitting}"
    yield from (
        f"device {device.name!r}: model {device.model!r} reads tags but cannot secure them, so nothing could be lent "
        "with it; choose a model that can"
        for device in devices
        if can(device, Capability.ITEMS) and not can(device, Capability.SECURITY)
    )
    if len(pads) > 1:
        yield f"devices {', '.join(pads)} are all item readers, and a terminal can have one only; remove the others"


_PATHS = frozenset({Interface.SERIAL, Interface.SERIAL_OR_TCP, Interface.INPUT})


def _port(device: DeviceConfig) -> str:
    """Two names of one path are one port."""
    return os.path.realpath(device.port) if models()[device.model].interface in _PATHS else device.port


def _of_values(config: TerminalConfig) -> Iterable[str]:
    if config.rules.warn_s >= config.rules.idle_s:
        yield "rules.warn_s must be shorter than rules.idle_s, or nobody is ever warned"
    if config.afi.secured == config.afi.on_loan:
        yield "afi.secured and afi.on_loan are the same; make them differ, or a gate cannot tell items on loan"


def _of_paths(path: Path, config: TerminalConfig, log: Path | None) -> Iterable[str]:
    folder = path.resolve().parent
    journal, socket = folder / config.journal, folder / config.screen_socket
    taken = {
        "journal": {journal, Path(f"{journal}-wal"), Path(f"{journal}-shm")},
        "screen_socket": {socket},
        "the log": {folder / log, previous_of(folder / log)} if log else set(),
    }
    for (one, its), (other, theirs) in combinations(taken.items(), 2):
        if {file.resolve() for file in its} & {file.resolve() for file in theirs}:
            yield f"{one} and {other} are one file; give each its own path (the log is beside the journal, as .log)"
    excess = len(os.fsencode(socket)) - SOCKET_PATH_BYTES
    if excess > 0:
        yield f"screen_socket: the path {socket} is {excess} bytes too long for a socket; choose a shorter one"


def _of_places(journal: Path, socket: Path) -> Iterable[str]:
    for key, file in (("journal", journal), ("screen_socket", socket)):
        if not file.parent.is_dir():
            yield f"{key}: there is no folder {file.parent}; make it or choose another path"
    if journal.exists() and not journal.is_file():
        yield f"journal: {journal} is no file; choose another path"
    if socket.exists() and not socket.is_socket():
        yield f"screen_socket: {socket} is there and is no socket; move it away or choose another path"


def _plain(text: str) -> str:
    """The sentence of msgspec with the key first, as a person writes it, and a pattern in words."""
    for pattern, words in _PATTERNS.items():
        text = text.replace(f"matching regex {pattern!r}", words)
    text = (
        text.replace("Object missing", "the table lacks the")
        .replace("Object", "the table")
        .replace("Expected", "expected")
    )
    found = re.fullmatch(r"(.*) - at `\$\.?(.*)`", text)
    return f"{found[2]}: {found[1]}" if found and found[2] else text
