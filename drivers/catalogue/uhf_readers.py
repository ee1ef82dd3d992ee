"""UHF readers under a pad."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from drivers.catalogue.model import Capability, Evidence, Interface, Model
from drivers.catalogue.settings import Baudrate, settings_of
from drivers.ports import Device, Report
from drivers.redaction.chafon import CHAFON_18, CHAFON_288
from drivers.redaction.uhf_a0 import UHF_A0
from drivers.uhf import a0_reader, chafon_reader
from drivers.uhf.a0_reader import NO_FLOOR_DBM, A0Reader
from drivers.uhf.chafon_reader import ChafonReader
from firmware_msgs.chafon.answers import Layout
from firmware_msgs.chafon.frames import BAUDRATE as CHAFON_BAUDRATE
from firmware_msgs.config import AfiPair, DeviceConfig
from firmware_msgs.uhf_a0.frames import BAUDRATE as A0_BAUDRATE
from firmware_msgs.uhf_a0.requests import MAX_ANTENNAS

_CAN: Final = frozenset({Capability.ITEMS, Capability.SECURITY})
_VERIFIED: Final = frozenset({Evidence.GOLDEN_FRAMES, Evidence.SIMULATOR})

PowerDbm = Annotated[int, msgspec.Meta(ge=0, le=33)]


class A0Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings of an A0 reader. `power_dbm` and `floor_dbm` keep books on shelves nearby out; try them on the spot."""

    power_dbm: PowerDbm | None = None
    floor_dbm: Annotated[int, msgspec.Meta(ge=NO_FLOOR_DBM, le=0)] = NO_FLOOR_DBM
    antenna: Annotated[int, msgspec.Meta(ge=1, le=MAX_ANTENNAS)] = 1
    baudrate: Baudrate = A0_BAUDRATE


class Chafon18Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings of a UHFReader18, which tells no strength of tags: `power_dbm` alone keeps books on shelves out."""

    power_dbm: PowerDbm | None = None
    baudrate: Baudrate = CHAFON_BAUDRATE


class Chafon288Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings of a UHFReader288. `floor`: the least strength of a tag on the pad, in the reader's own numbers."""

    power_dbm: PowerDbm | None = None
    floor: Annotated[int, msgspec.Meta(ge=0, le=255)] = 0
    baudrate: Baudrate = CHAFON_BAUDRATE


def _make_a0(config: DeviceConfig, afi: AfiPair, report: Report) -> Device:
    chosen = settings_of(config, A0Settings)
    setup = a0_reader.Setup(
        power_dbm=chosen.power_dbm,
        floor_dbm=chosen.floor_dbm,
        antenna=chosen.antenna - 1,
        baudrate=chosen.baudrate,
    )
    return A0Reader(config.name, config.port, afi, report, setup=setup)


def _make_18(config: DeviceConfig, afi: AfiPair, report: Report) -> Device:
    chosen = settings_of(config, Chafon18Settings)
    setup = chafon_reader.Setup(Layout.READER_18, power_dbm=chosen.power_dbm, baudrate=chosen.baudrate)
    return ChafonReader(config.name, config.port, afi, report, setup=setup)


def _make_288(config: DeviceConfig, afi: AfiPair, report: Report) -> Device:
    chosen = settings_of(config, Chafon288Settings)
    setup = chafon_reader.Setup(
        Layout.READER_288, power_dbm=chosen.power_dbm, floor=chosen.floor, baudrate=chosen.baudrate
    )
    return ChafonReader(config.name, config.port, afi, report, setup=setup)


UHF_READERS: Final[tuple[Model, ...]] = (
    Model(
        name="uhf-a0",
        title="UHF readers with frames that begin with A0 (Invelion YR90x, Rodinbell, others with an Impinj R2000)",
        interface=Interface.SERIAL_OR_TCP,
        capabilities=_CAN,
        make=_make_a0,
        redact=UHF_A0,
        settings=A0Settings,
        evidence=_VERIFIED,
        unverified=(
            "Never run against a real reader: how it counts the tags of an inventory, and how far it reaches at which "
            "power, is from documents and programs of others."
        ),
    ),
    Model(
        name="uhfreader18",
        title="Chafon UHFReader18 and its kin, firmware V2.36 or newer",
        interface=Interface.SERIAL_OR_TCP,
        capabilities=_CAN,
        make=_make_18,
        redact=CHAFON_18,
        settings=Chafon18Settings,
        evidence=_VERIFIED,
        unverified=(
            "Never run against a real reader: that two tags of one EPC are noticed rests on its inventory of TIDs, "
            "which nobody has tried."
        ),
    ),
    Model(
        name="uhfreader288",
        title="Chafon UHFReader288, 86 and their kin",
        interface=Interface.SERIAL_OR_TCP,
        capabilities=_CAN,
        make=_make_288,
        redact=CHAFON_288,
        settings=Chafon288Settings,
        evidence=_VERIFIED,
        unverified=(
            "Never run against a real reader: naming a tag by its TID is from the manual, and the unit of a tag's "
            "strength is not known."
        ),
    ),
)
