"""Relay boards that open a door."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from drivers.catalogue.model import Capability, Evidence, Interface, Model
from drivers.catalogue.settings import Baudrate, settings_of
from drivers.door.driver import RelayDoor
from drivers.door.lcus import LcusBoard
from drivers.door.modbus import ModbusBoard, Timer
from drivers.ports import Device, Report
from drivers.redaction.relays import LCUS, MODBUS
from drivers.serial_port import SerialLine
from firmware_msgs.config import AfiPair, DeviceConfig


class LcusRelaySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which relay, from 1, and what the lock does with power. `answers`: a newer board, which tells its state.

    `fail_safe` is a magnet: power off unlocks, so the relay holds it while the door is locked. Otherwise it is an
    electric strike, which power unlocks. Leaving must never depend on either (docs/doors.md).
    """

    relay: Annotated[int, msgspec.Meta(ge=1, le=8)] = 1
    answers: bool = False
    fail_safe: bool = False


class ModbusRelaySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`unit` is the board's address, `relay` counts from 1; `fail_safe` as for `lcus-relay`. With a `timer` the board
    releases the relay by itself when this machine stops: `coil` is Waveshare's flash-on, `registers` LC Technology's.
    """

    unit: Annotated[int, msgspec.Meta(ge=1, le=247)] = 1
    relay: Annotated[int, msgspec.Meta(ge=1, le=32)] = 1
    timer: Timer = Timer.NONE
    baudrate: Baudrate = 9600
    parity: Literal["N", "E", "O"] = "N"
    fail_safe: bool = False


def _make_lcus_relay(config: DeviceConfig, _afi: AfiPair, report: Report) -> Device:
    settings = settings_of(config, LcusRelaySettings)
    board = LcusBoard(config.port, settings.relay, settings.answers)
    return RelayDoor(config.name, board.open, report, unlocks_by_power=not settings.fail_safe)


def _make_modbus_relay(config: DeviceConfig, _afi: AfiPair, report: Report) -> Device:
    settings = settings_of(config, ModbusRelaySettings)
    line = SerialLine(settings.baudrate, settings.parity)
    board = ModbusBoard(config.port, line, settings.unit, settings.relay, settings.timer)
    return RelayDoor(config.name, board.open, report, unlocks_by_power=not settings.fail_safe)


LCUS_RELAY: Final = Model(
    name="lcus-relay",
    title="LCUS relay boards on USB, 1 to 8 channels (LC Technology and its copies)",
    interface=Interface.SERIAL_OR_TCP,
    capabilities=frozenset({Capability.DOOR}),
    make=_make_lcus_relay,
    redact=LCUS,
    settings=LcusRelaySettings,
    evidence=frozenset({Evidence.GOLDEN_FRAMES, Evidence.SIMULATOR}),
    unverified="Never run with a real board; most boards never answer, so that nobody knows whether the relay moved.",
)

MODBUS_RELAY: Final = Model(
    name="modbus-relay",
    title="Modbus RTU relay boards (Waveshare, LC Technology and alike), by RS-485 or a transparent network converter",
    interface=Interface.SERIAL_OR_TCP,
    capabilities=frozenset({Capability.DOOR}),
    make=_make_modbus_relay,
    redact=MODBUS,
    settings=ModbusRelaySettings,
    evidence=frozenset({Evidence.GOLDEN_FRAMES, Evidence.SIMULATOR}),
    unverified=(
        "Never run with a real board: whether each refuses unknown functions (as it must to be served) and restarts a "
        "running timer is untried."
    ),
)
