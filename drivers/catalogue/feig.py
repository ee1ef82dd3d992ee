"""FEIG OBID i-scan."""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from drivers.catalogue.model import Capability, Evidence, Interface, Model
from drivers.catalogue.settings import Seconds, settings_of
from drivers.feig.dialect import Setup
from drivers.feig.people_counter import POLL_S, Gate, PeopleCounter
from drivers.feig.reader import FeigReader
from drivers.feig.signals import Output, Outputs
from drivers.ports import Device, Report
from drivers.redaction.feig import FEIG
from firmware_msgs.config import AfiPair, DeviceConfig
from firmware_msgs.feig.blocks import BlockOrder
from firmware_msgs.feig.frames import ANY_ADDRESS, Framing

_Address: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=255)]
_Output: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^(([0-7]/)?[1-8])?\Z")]
_Counts: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[1-4](,[1-4])*\Z")]


class FeigSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings of a FEIG reader; a serial line is always 38,400 8E1, on the network it listens at port 10001 unless set
    otherwise. Old firmware knows only standard frames. `eas` sets NXP's EAS bit beside the AFI.

    The reader's own lamps and beeper give cues once they are named: by their number among the outputs, or by kind and
    number (`2/1`) for readers that want command 72. On most desk readers green is 1, red 2 and the beeper 3.
    """

    framing: Framing = Framing.ADVANCED
    address: _Address = ANY_ADDRESS
    block_order: BlockOrder = BlockOrder.MSB_FIRST
    eas: bool = False
    output_command: Literal["71", "72"] = "71"
    green: _Output = ""
    red: _Output = ""
    beeper: _Output = ""


class PeopleCounterSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings of the people counter in a gate: those of its reader, its own address behind it, and which of its four
    counts are people going in and going out.
    """

    framing: Framing = Framing.ADVANCED
    address: _Address = ANY_ADDRESS
    counter_address: _Address = ANY_ADDRESS
    entering: _Counts = "1,3"
    leaving: _Counts = "2,4"
    poll_s: Seconds = POLL_S


def _make_reader(config: DeviceConfig, afi: AfiPair, report: Report) -> Device:
    settings = settings_of(config, FeigSettings)
    setup = Setup(
        settings.framing,
        address=settings.address,
        order=settings.block_order,
        with_eas=settings.eas,
        outputs=_outputs(settings),
    )
    return FeigReader(config.name, config.port, afi, report, setup=setup)


def _outputs(settings: FeigSettings) -> Outputs:
    green, red, beeper = map(_output, (settings.green, settings.red, settings.beeper))
    return Outputs(green, red, beeper, by_records=settings.output_command == "72")


def _output(text: str) -> Output | None:
    kind, _, number = text.rpartition("/")
    return Output(int(number), int(kind or 0)) if number else None


def _make_people_counter(config: DeviceConfig, _afi: AfiPair, report: Report) -> Device:
    settings = settings_of(config, PeopleCounterSettings)
    gate = Gate(
        settings.counter_address,
        _indices(settings.entering),
        _indices(settings.leaving),
    )
    setup = Setup(settings.framing, address=settings.address)
    return PeopleCounter(config.name, config.port, report, setup=setup, gate=gate, poll_s=settings.poll_s)


def _indices(counts: str) -> frozenset[int]:
    return frozenset(int(count) - 1 for count in counts.split(","))


FEIG_READER: Final = Model(
    name="feig-iscan",
    title="FEIG OBID i-scan HF readers (ISO 15693), mid and long range",
    interface=Interface.SERIAL_OR_TCP,
    capabilities=frozenset({Capability.ITEMS, Capability.SECURITY, Capability.SIGNALS}),
    make=_make_reader,
    redact=FEIG,
    settings=FeigSettings,
    evidence=frozenset({Evidence.GOLDEN_FRAMES, Evidence.SIMULATOR, Evidence.VIRTUAL_MACHINE}),
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
    redact=FEIG,
    settings=PeopleCounterSettings,
    evidence=frozenset({Evidence.SIMULATOR}),
    unverified="Never run with a real counter; its frames are built from the maker's documents, none was recorded.",
)
