"""Scanners on a serial line, with and without orders."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Final, Literal, TypeVar

import msgspec

from drivers.catalogue.model import Capability, Evidence, Interface, Model
from drivers.catalogue.settings import Baudrate, Seconds, settings_of
from drivers.errors import ConfigFault
from drivers.ports import Device, Report
from drivers.redaction.lines import GM65, HONEYWELL, NEWLAND, PLAIN_SCANNER
from drivers.redaction.ssi import ZEBRA
from drivers.redaction.traffic import Redaction
from drivers.scanners.commanded import CommandedScanner
from drivers.scanners.conversation import Converse
from drivers.scanners.gm65 import gm65_speech
from drivers.scanners.habits import QUIET_GAP_S, Habits
from drivers.scanners.honeywell import honeywell_speech
from drivers.scanners.newland import newland_speech
from drivers.scanners.serial_scanner import SerialScanner
from drivers.scanners.speech import Speech, SpeechConversation
from drivers.scanners.zebra import SessionTrigger, ZebraConversation
from drivers.serial_port import SerialLine
from firmware_msgs.barcodes import LENGTH_MAX
from firmware_msgs.code_rules import Check, CodeRules
from firmware_msgs.config import AfiPair, DeviceConfig
from firmware_msgs.errors import EncodeError
from firmware_msgs.scanners.gm65 import Mode

_Command = TypeVar("_Command")
_Answer = TypeVar("_Answer")


class LineSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The line is as the manual's factory setting. `check`: the check character on the site's labels. `codabar` has 14
    digits by Luhn; that of `code39` (modulo 43) is not reported; an `isbn` is reported as 13 digits. Codes of another
    form pass, so that patrons' QR codes may be read by the same scanner.
    """

    baudrate: Baudrate = 9600
    parity: Literal["N", "E", "O"] = "N"
    stopbits: Literal[1, 2] = 1
    length_max: Annotated[int, msgspec.Meta(ge=8, le=4096)] = LENGTH_MAX
    check: Check = Check.NONE


class ScannerSettings(LineSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`prefix`, `suffix` and `aim` (an AIM identifier such as `]F0` behind the prefix) are what the scanner was told to
    send with every code; one without them is reported as damaged. `end` is how it ends one: a `line` ends with CR, LF
    or Tab, and half a code is dropped after `quiet_gap_s`; a `gap` of so long ends it otherwise.
    """

    prefix: str = ""
    suffix: str = ""
    aim: bool = False
    end: Literal["line", "gap"] = "line"
    quiet_gap_s: Seconds = QUIET_GAP_S


class CommandedSettings(ScannerSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`setup`: commands of the family that last until power is lost, separated by `;`, sent at each start."""

    setup: Annotated[str, msgspec.Meta(pattern=r"^[ -~]*\Z")] = ""


class HoneywellSettings(CommandedSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`setup` are menu commands, such as `TRGMOD0;SUFBK2990D`."""

    baudrate: Baudrate = 115_200


class Gm65Settings(CommandedSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`setup` are registers in hex, such as `0060=01`; `mode` is how it reads while scanning is wanted."""

    setup: Annotated[str, msgspec.Meta(pattern=r"^([0-9A-Fa-f]{4}=[0-9A-Fa-f]{2}(;|\Z))*\Z")] = ""
    mode: Literal["continuous", "sensing"] = "continuous"


class ZebraSettings(LineSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`trigger`: whether the scanner is allowed to scan, or told to by sessions (for engines without a trigger)."""

    trigger: SessionTrigger = SessionTrigger.ENABLE


def _line(settings: LineSettings) -> SerialLine:
    return SerialLine(settings.baudrate, settings.parity, settings.stopbits)


def _habits(settings: ScannerSettings) -> Habits:
    rules = CodeRules(settings.prefix, settings.suffix, settings.aim, settings.check)
    return Habits(rules, settings.length_max, settings.quiet_gap_s, settings.end == "gap")


def _words(setup: str) -> tuple[str, ...]:
    return tuple(word for word in setup.split(";") if word)


def _registers(setup: str) -> tuple[tuple[int, int], ...]:
    return tuple((int(word[:4], 16), int(word[5:], 16)) for word in _words(setup))


def _make_plain(config: DeviceConfig, _afi: AfiPair, report: Report) -> Device:
    settings = settings_of(config, ScannerSettings)
    return SerialScanner(config.name, config.port, _line(settings), report, habits=_habits(settings))


def _make_honeywell(config: DeviceConfig, _afi: AfiPair, report: Report) -> Device:
    settings = settings_of(config, HoneywellSettings)
    return _spoken_to(config, settings, honeywell_speech(_words(settings.setup)), report)


def _make_newland(config: DeviceConfig, _afi: AfiPair, report: Report) -> Device:
    settings = settings_of(config, CommandedSettings)
    return _spoken_to(config, settings, newland_speech(_words(settings.setup)), report)


def _make_gm65(config: DeviceConfig, _afi: AfiPair, report: Report) -> Device:
    settings = settings_of(config, Gm65Settings)
    mode = Mode.CONTINUOUS if settings.mode == "continuous" else Mode.SENSING
    return _spoken_to(config, settings, gm65_speech(_registers(settings.setup), mode), report)


def _spoken_to(
    config: DeviceConfig, settings: CommandedSettings, speech: Speech[_Command, _Answer], report: Report
) -> Device:
    try:
        for command in speech.setup:
            speech.encode(command)
    except EncodeError as error:
        raise ConfigFault(config.name, "options.setup", f"{error}.") from error
    converse: Converse = partial(SpeechConversation, speech, _habits(settings))
    return CommandedScanner(config.name, config.port, _line(settings), converse, report)


def _make_zebra(config: DeviceConfig, _afi: AfiPair, report: Report) -> Device:
    settings = settings_of(config, ZebraSettings)
    habits = Habits(CodeRules(check=settings.check), settings.length_max)
    converse: Converse = partial(ZebraConversation, settings.trigger, habits)
    return CommandedScanner(config.name, config.port, _line(settings), converse, report)


def _row(
    name: str,
    title: str,
    make: Callable[[DeviceConfig, AfiPair, Report], Device],
    settings: type[msgspec.Struct],
    redact: Redaction,
    unverified: str,
) -> Model:
    return Model(
        name=name,
        title=title,
        interface=Interface.SERIAL_OR_TCP,
        capabilities=frozenset({Capability.CODES, Capability.TRIGGER}),
        make=make,
        settings=settings,
        redact=redact,
        evidence=frozenset({Evidence.GOLDEN_FRAMES, Evidence.SIMULATOR}),
        unverified=unverified,
    )


SERIAL_SCANNERS: Final = (
    Model(
        name="serial-scanner",
        title="Any scanner on a serial line or as USB CDC that ends each code with CR, LF, Tab or a gap",
        interface=Interface.SERIAL_OR_TCP,
        capabilities=frozenset({Capability.CODES}),
        make=_make_plain,
        redact=PLAIN_SCANNER,
        settings=ScannerSettings,
        evidence=frozenset({Evidence.SIMULATOR}),
        unverified="Never run with a real scanner.",
    ),
    _row(
        "zebra-ssi",
        "Zebra (Symbol, Motorola) scanners and scan engines set to SSI",
        _make_zebra,
        ZebraSettings,
        ZEBRA,
        "Never run with a real scanner; codes in several packets follow one public driver and the manual's status bit.",
    ),
    _row(
        "honeywell-serial",
        "Honeywell scanners set to RS-232 or USB serial (Voyager, Xenon, N-series engines); Mindeo's kin",
        _make_honeywell,
        HoneywellSettings,
        HONEYWELL,
        "Never run with a real scanner; how long a triggered reading lasts is the manuals' default, not measured.",
    ),
    _row(
        "newland-serial",
        "Newland scanners and engines set to RS-232 or USB CDC (NLS-…)",
        _make_newland,
        CommandedSettings,
        NEWLAND,
        "Never run with a real scanner; the two questions that show that it is there are untried across models.",
    ),
    _row(
        "gm65",
        "Hangzhou Grow GM65, GM805, GM812 and kin, Newland NLS-EM3095",
        _make_gm65,
        Gm65Settings,
        GM65,
        "Never run with a real module; registers beyond the working mode differ between models and are the site's.",
    ),
)
