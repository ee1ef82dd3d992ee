"""FEIG OBID i-scan."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from drivers.catalogue.model import Capability, Evidence, Interface, Model
from drivers.catalogue.settings import Seconds, settings_of
from drivers.feig.dialect import Setup
from drivers.feig.people_counter import POLL_S, Gate, PeopleCounter
from drivers.feig.reader import FeigReader
from drivers.feig.signals import Output, Outputs
from drivers.ports import Device, Report
from firmware_msgs.config import AfiPair, DeviceConfig
from firmware_msgs.feig.blocks import BlockOrder
from firmware_msgs.feig.frames import ANY_ADDRESS, Framing


class OutputSetting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One lamp or beeper: its number from 1, and for readers driven by records what kind of output it is."""

    number: Annotated[int, msgspec.Meta(ge=1, le=8)]
    kind: Annotated[int, msgspec.Meta(ge=0, le=7)] = 0


class SignalSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The reader's own lamps and beeper. `command`: 71 for readers that have one word for all outputs, 72 for those
    with records. On most desk readers 1 is the green lamp, 2 the red one and 3 the beeper.
    """

    command: Literal["71", "72"] = "71"
    green: OutputSetting | None = None
    red: OutputSetting | None = None
    beeper: OutputSetting | None = None


class FeigSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings of a FEIG reader; a serial line is always 38,400 8E1. Old firmware knows only standard frames. `eas`
    sets NXP's EAS bit beside the AFI.
    """

    framing: Framing = Framing.ADVANCED
    address: Annotated[int, msgspec.Meta(ge=0, le=255)] = ANY_ADDRESS
    block_order: BlockOrder = BlockOrder.MSB_FIRST
    eas: bool = False
    signals: SignalSettings | None = None


Count = Annotated[int, msgspec.Meta(ge=1, le=4)]


class PeopleCounterSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings of the people counter in a gate: those of its reader, its own address behind it, and which of its four
    counts are people going in and going out.
    """

    framing: Framing = Framing.ADVANCED
    address: Annotated[int, msgspec.Meta(ge=0, le=255)] = ANY_ADDRESS
    counter_address: Annotated[int, msgspec.Meta(ge=0, le=255)] = ANY_ADDRESS
    entering: tuple[Count, ...] = (1, 3)
    leaving: tuple[Count, ...] = (2, 4)
    poll_s: Seconds = POLL_S


def _make_reader(config: DeviceConfig, afi: AfiPair, report: Report) -> Device:
    settings = settings_of(config, FeigSettings)
    setup = Setup(
        settings.framing,
        address=settings.address,
        order=settings.block_order,
        with_eas=settings.eas,
        outputs=_outputs(settings.signals),
    )
    return FeigReader(config.name, config.port, afi, report, setup=setup)


def _outputs(signals: SignalSettings | None) -> Outputs:
    if signals is None:
        return Outputs()
    green, red, beeper = map(_output, (signals.green, signals.red, signals.beeper))
    return Outputs(green, red, beeper, by_records=signals.command == "72")


def _output(setting: OutputSetting | None) -> Output | None:
    return None if setting is None else Output(setting.number, setting.kind)


def _make_people_counter(config: DeviceConfig, _afi: AfiPair, report: Report) -> Device:
    settings = settings_of(config, PeopleCounterSettings)
    gate = Gate(
        settings.counter_address,
        frozenset(count - 1 for count in settings.entering),
        frozenset(count - 1 for count in settings.leaving),
    )
    setup = Setup(settings.framing, address=settings.address)
    return PeopleCounter(config.name, config.port, report, setup=setup, gate=gate, poll_s=settings.poll_s)


FEIG_READER: Final = Model(
    name="feig-iscan",
    title="FEIG OBID i-scan HF readers (ISO 15693), mid and long range",
    interface=Interface.SERIAL_OR_TCP,
    capabilities=frozenset({Capability.ITEMS, Capability.SECURITY, Capability.SIGNALS}),
    make=_make_reader,
    settings=FeigSettings,
    evidence=frozenset({Evidence.GOLDEN_FRAMES, Evidence.SIMULATOR}),
    unverified=(
        "Never run against a real reader: radio, antenna tuning, firmware versions, which output drives what, and the "
        "EAS bit are untried."
    ),
)

FEIG_PEOPLE_COUNTER: Final = Model(
    name="feig-people-counter",
    title="FEIG gate people counter ID ISC.ANT.GPC behind a reader",
    interface=Interface.SERIAL_OR_TCP,
    capabilities=frozenset({Capability.PEOPLE}),
    make=_make_people_counter,
    settings=PeopleCounterSettings,
    evidence=frozenset({Evidence.SIMULATOR}),
    unverified="Never run with a real counter; its frames are built from the maker's documents, none was recorded.",
)
