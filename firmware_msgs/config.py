"""Configuration as values: the same types serve the file on disk and, later, the wire. Unknown keys are refused."""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

import msgspec

ID_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}\Z"
"""An id is a level of MQTT topics and a part of file names."""

HOST_PATTERN: Final = r"^(?=.{1,253}\Z)[A-Za-z0-9:%_-]{1,63}(\.[A-Za-z0-9:%_-]{1,63})*\Z"
"""A DNS name within the limits of RFC 1035, or an IP address."""

TEXT_PATTERN: Final = r"^[^\x00]+\Z"
"""No system call takes a NUL."""

Id: TypeAlias = Annotated[str, msgspec.Meta(pattern=ID_PATTERN)]
Host: TypeAlias = Annotated[str, msgspec.Meta(pattern=HOST_PATTERN)]
Text: TypeAlias = Annotated[str, msgspec.Meta(pattern=TEXT_PATTERN)]
Afi: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=255)]
Seconds: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=86_400)]


class AfiPair(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The two AFI values by which a site's gates tell secured items from items on loan (ISO 28560 defaults)."""

    secured: Afi = 0x07
    on_loan: Afi = 0xC2

    def value(self, *, secured: bool) -> int:
        """The AFI to write."""
        return self.secured if secured else self.on_loan

    def meaning(self, afi: int) -> bool | None:
        """Whether a tag with this AFI is secured; None when it is neither of the pair."""
        return {self.secured: True, self.on_loan: False}.get(afi)


class DeviceConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One device of a terminal. `model` names a row of the driver catalogue; `port` is a stable path (or a PC/SC
    reader's name); `options` are that model's own settings.
    """

    name: Text
    model: str
    port: Text
    options: dict[str, str | int | float | bool] = {}


class Broker(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the network's MQTT broker listens."""

    host: Host
    port: Annotated[int, msgspec.Meta(ge=1, le=65_535)]


class TerminalKeys(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """PEM files: the terminal's own signing key, and the main library's public keys."""

    signing: Text
    library_sealing: Text
    library_signing: Text


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A site's policy. `owners` are the ISILs whose items may be borrowed and returned here.

    Offline: with `offline_lending` any card borrows up to `offline_limit` items a visit, for `loan_days`.
    `card_qr_prefix` stands before the card's number in the QR codes printed on this network's cards.
    When the mains are gone no visit begins. After `battery_s`, or when the battery is low, the machine is switched off
    by the command `power_off`; without one the program stays, out of service, for as long as the battery lasts.
    """

    owners: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]
    loan_days: Annotated[int, msgspec.Meta(ge=1, le=366)] = 30
    utc_offset_h: Annotated[int, msgspec.Meta(ge=-14, le=14)] = 8
    offline_lending: bool = True
    offline_limit: Annotated[int, msgspec.Meta(ge=0, le=100)] = 3
    idle_s: Seconds = 60
    warn_s: Seconds = 20
    done_s: Seconds = 20
    notice_s: Seconds = 8
    settling_s: Seconds = 4
    card_qr_prefix: str = ""
    battery_s: Seconds = 120
    power_off: tuple[Text, ...] = ()
    release_attempts: Annotated[int, msgspec.Meta(ge=1, le=10)] = 2


class TerminalConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A terminal's whole configuration. Paths are relative to the file's folder."""

    network: Id
    terminal: Id
    site: Id
    site_name: str
    journal: Text
    screen_socket: Text
    broker: Broker
    keys: TerminalKeys
    rules: Rules
    hours: str = ""
    help_line: str = ""
    notices: tuple[str, ...] = ()
    afi: AfiPair = AfiPair()
    devices: tuple[DeviceConfig, ...] = ()
