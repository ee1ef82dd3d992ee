"""Configuration as values: the same types serve the file on disk and, later, the wire. Unknown keys are refused."""

from __future__ import annotations

import msgspec


class AfiPair(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The two AFI values by which a site's gates tell secured items from items on loan (ISO 28560 defaults)."""

    secured: int = 0x07
    on_loan: int = 0xC2


class DeviceConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One device of a terminal. `model` names a row of the driver catalogue; `port` is a stable path (or a PC/SC
    reader's name); `options` are that model's own settings.
    """

    name: str
    model: str
    port: str
    options: dict[str, str | int | float | bool] = {}
