"""What a terminal tells about itself, and the main library's beacon."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from firmware_msgs.uplink.values import ClockQuality


class Presence(StrEnum):
    """Of a terminal or a worker."""

    BORN = "born"
    GONE = "gone"


class Life(msgspec.Struct, frozen=True, kw_only=True):
    """Birth, and will, of one connection. `connection` rises within a boot, so that a late will is known as late."""

    state: Presence
    boot: str
    connection: int
    version: str


class Heartbeat(msgspec.Struct, frozen=True, kw_only=True):
    """Every 60 s ± 20 %. `nonce` must be quoted by physical commands; depth is the number of unreceipted records."""

    boot: str
    nonce: str
    uptime_s: int
    sequence: int
    depth: int
    clock: ClockQuality


class Service(StrEnum):
    """What a terminal can do for its patrons."""

    FULL = "full"
    DEGRADED = "degraded"
    OUT = "out"


class DeviceHealth(msgspec.Struct, frozen=True, kw_only=True):
    """`reason` is one plain sentence, empty while the device is up."""

    name: str
    model: str
    up: bool
    reason: str = ""


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """The full report, on change and every 15 min."""

    boot: str
    version: str
    site: str
    service: Service
    devices: tuple[DeviceHealth, ...]
    sequence: int
    depth: int
    oldest_unreceipted_s: int
    clock: ClockQuality


class Beacon(msgspec.Struct, frozen=True, kw_only=True):
    """The main library's worker is present or not; its clock (RFC 3339) and epoch."""

    state: Presence
    worker: str
    epoch: str
    time: str
