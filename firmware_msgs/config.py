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


class Broker(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the network's MQTT broker listens."""

    host: str
    port: int


class TerminalKeys(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """PEM files: the terminal's own signing key, and the main library's public keys."""

    signing: str
    library_sealing: str
    library_signing: str


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A site's policy. `owners` are the ISILs whose items may be borrowed and returned here.

    Offline: with `offline_lending` any card borrows up to `offline_limit` items a visit, for `loan_days`.
    """

    owners: tuple[str, ...]
    loan_days: int = 30
    utc_offset_h: int = 8
    offline_lending: bool = True
    offline_limit: int = 3
    idle_s: int = 60
    warn_s: int = 20
    done_s: int = 20
    notice_s: int = 8
    settling_s: int = 4
    release_attempts: int = 2


class TerminalConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A terminal's whole configuration. Paths are relative to the file's folder."""

    network: str
    terminal: str
    site: str
    site_name: str
    journal: str
    screen_socket: str
    broker: Broker
    keys: TerminalKeys
    rules: Rules
    hours: str = ""
    help_line: str = ""
    notices: tuple[str, ...] = ()
    afi: AfiPair = AfiPair()
    devices: tuple[DeviceConfig, ...] = ()
