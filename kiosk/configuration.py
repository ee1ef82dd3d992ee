"""A terminal's configuration file."""

from __future__ import annotations

from pathlib import Path

import msgspec

from drivers.catalogue import MODELS
from firmware_msgs.config import TerminalConfig
from kiosk.errors import ConfigurationError


def load_configuration(path: Path) -> TerminalConfig:
    """The checked configuration; raises ConfigurationError, which names the file, the key and what to do."""
    try:
        config = msgspec.toml.decode(path.read_bytes(), type=TerminalConfig)
    except OSError as error:
        raise ConfigurationError(path, f"it cannot be read ({error.strerror})") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(path, _plain(str(error))) from error
    _check(path, config)
    return config


def _check(path: Path, config: TerminalConfig) -> None:
    names = [device.name for device in config.devices]
    doubled = next((name for name in names if names.count(name) > 1), None)
    if doubled is not None:
        raise ConfigurationError(path, f"two devices have the name {doubled!r}; give each its own")
    for device in config.devices:
        if device.model not in MODELS:
            known = ", ".join(sorted(MODELS))
            raise ConfigurationError(path, f"device {device.name!r}: model {device.model!r} is not one of {known}")
    if config.rules.warn_s >= config.rules.idle_s:
        raise ConfigurationError(path, "rules.warn_s must be shorter than rules.idle_s, or nobody is ever warned")


def _plain(text: str) -> str:
    """The sentence of msgspec with the key's path as a person writes it: `$.rules.loan_days` -> `rules.loan_days`."""
    return text.replace("`$.", "`").replace(" - at `$`", "").replace("Object", "the table")
