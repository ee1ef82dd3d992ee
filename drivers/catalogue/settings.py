"""A device's options as its model's own settings type, and the kinds of values that several models share."""

from __future__ import annotations

import re
from typing import Annotated, TypeAlias, TypeVar

import msgspec

from drivers.errors import ConfigFault
from firmware_msgs.config import DeviceConfig

Baudrate: TypeAlias = Annotated[int, msgspec.Meta(ge=300, le=921_600)]
Seconds: TypeAlias = Annotated[float, msgspec.Meta(gt=0, le=60)]

_Settings = TypeVar("_Settings", bound=msgspec.Struct)


def settings_of(config: DeviceConfig, wanted: type[_Settings]) -> _Settings:
    """The options of `config` as `wanted`. Raises `ConfigFault`, which names the wrong option and the right ones."""
    known = wanted.__struct_fields__
    for key in config.options:
        if key not in known:
            choices = f"Known settings: {', '.join(known)}." if known else "This model has no settings."
            raise ConfigFault(config.name, f"options.{key}", f"is not known to “{config.model}”. {choices}")
    try:
        return msgspec.convert(config.options, wanted)
    except msgspec.ValidationError as error:
        detail, key = _split(str(error))
        raise ConfigFault(config.name, f"options.{key}", f"{detail}.") from error


def _split(text: str) -> tuple[str, str]:
    """A msgspec message (`Expected `int`, got `str` - at `$.key``) as what is wrong and where."""
    found = re.fullmatch(r"(.*) - at `\$\.(\w+)`", text)
    return (found[1], found[2]) if found else (text, "*")
