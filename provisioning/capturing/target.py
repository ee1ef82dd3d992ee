"""Which device is to be captured: one of a terminal's configuration, or one described on the command line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import msgspec

from drivers.catalogue.model import Model
from drivers.catalogue.table import models
from drivers.redaction.traffic import Redaction
from firmware_msgs.config import AfiPair, DeviceConfig, TerminalConfig
from provisioning.capturing.errors import CaptureRefusedError

Options: TypeAlias = dict[str, str | int | float | bool]


@dataclass(frozen=True, slots=True)
class Target:
    """The device, and how its traffic is redacted."""

    config: DeviceConfig
    afi: AfiPair
    redaction: Redaction


def configured(path: Path, name: str) -> Target:
    """The device `name` of a terminal's configuration. Raises `CaptureRefusedError`."""
    try:
        config = msgspec.toml.decode(path.read_bytes(), type=TerminalConfig)
    except OSError as error:
        raise CaptureRefusedError(f"{path} cannot be read ({error.strerror}). Name a file that can.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CaptureRefusedError(
            f"{path} is no terminal's configuration ({error}). Mend it (kiosk check-config tells more), or describe "
            "the device with --model and --port."
        ) from error
    for device in config.devices:
        if device.name == name:
            return _target(device, config.afi)
    known = ", ".join(f"“{device.name}”" for device in config.devices) or "none"
    raise CaptureRefusedError(f"{path} has no device “{name}” (it has: {known}). Name one of these.")


def described(model: str, port: str, options: Iterable[str]) -> Target:
    """A device by its model, port and options, each `key=value`. Raises `CaptureRefusedError`."""
    config = DeviceConfig(name=model, model=model, port=port, options=_options(_model(model), options))
    return _target(config, AfiPair())


def _target(config: DeviceConfig, afi: AfiPair) -> Target:
    redaction = _model(config.model).redact
    if redaction is None:
        able = ", ".join(sorted(name for name, model in models().items() if model.redact is not None))
        raise CaptureRefusedError(
            f"Devices of the model “{config.model}” cannot be captured: nobody has said yet how patron data is taken "
            f"out of their traffic. Models that can: {able}."
        )
    return Target(config, afi, redaction)


def _model(name: str) -> Model:
    model = models().get(name)
    if model is None:
        raise CaptureRefusedError(f"The model “{name}” is not known. Known models: {', '.join(sorted(models()))}.")
    return model


def _options(model: Model, given: Iterable[str]) -> Options:
    """As the types that the model's settings want. What does not fit is left as it is, for the model to refuse."""
    texts = dict(map(_split, given))
    try:
        settings = msgspec.convert(texts, model.settings, strict=False)
    except msgspec.ValidationError:
        return {**texts}
    return {key: msgspec.to_builtins(getattr(settings, key, text)) for key, text in texts.items()}


def _split(option: str) -> tuple[str, str]:
    key, equals, value = option.partition("=")
    if not equals:
        raise CaptureRefusedError(f"“{option}” is no option. Write it as key=value.")
    return key, value
