"""The configuration file of the main library's side: TOML, unknown keys refused, paths relative to the file."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Final

import msgspec

from central.errors import ConfigError

Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]
Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}\Z")]
"""Names that go into topics."""

_PLACE: Final = re.compile(r" - at `(?P<place>.+)`$")


class BrokerConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The MQTT broker."""

    host: str = "127.0.0.1"
    port: Port = 1883


class WebConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the monitor page is served; port 0 takes a free one, which the ready line names."""

    host: str = "127.0.0.1"
    port: Port = 8080


class TerminalConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A terminal of the network; `public_key` is its terminal-signing.pub."""

    id: Name
    site: str
    public_key: str


class CentralConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`utc_offset_minutes` is the network's legal time: due dates are local dates."""

    network: Name
    database: str
    keys: str
    worker: Name = "central-1"
    utc_offset_minutes: Annotated[int, msgspec.Meta(ge=-840, le=840)] = 480
    broker: BrokerConfig = BrokerConfig()
    web: WebConfig = WebConfig()
    terminals: tuple[TerminalConfig, ...] = ()


def load_config(path: Path) -> CentralConfig:
    """Read and check the file; paths in the result are absolute. Raises ConfigError."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            path, f"the file cannot be read ({error.strerror}).", "Check the path and its rights."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(path, f"this is not TOML: {error}.", "Mend that place.") from error
    try:
        config = msgspec.convert(table, CentralConfig)
    except msgspec.ValidationError as error:
        raise ConfigError(path, _plain(str(error)), "Mend or remove it.") from error
    ids = [terminal.id for terminal in config.terminals]
    if doubled := {terminal for terminal in ids if ids.count(terminal) > 1}:
        raise ConfigError(path, f"terminals: {', '.join(sorted(doubled))} is listed twice.", "Keep one of them.")
    return _absolute(config, path.resolve().parent)


def _plain(message: str) -> str:
    """`Object contains unknown field `prot` - at `$.broker`` becomes `broker: object contains unknown field `prot`.`"""
    found = _PLACE.search(message)
    place = found["place"].removeprefix("$").removeprefix(".") if found else ""
    what = re.sub(
        "Expected `str` matching regex .*", "use letters, digits, dot, hyphen and underscore", _PLACE.sub("", message)
    )
    return f"{place + ': ' if place else ''}{what[:1].lower()}{what[1:]}."


def _absolute(config: CentralConfig, folder: Path) -> CentralConfig:
    replace = msgspec.structs.replace
    terminals = tuple(replace(one, public_key=str(folder / one.public_key)) for one in config.terminals)
    return replace(config, database=str(folder / config.database), keys=str(folder / config.keys), terminals=terminals)
