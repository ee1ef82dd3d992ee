"""What hangs on PC/SC: card readers, and readers of single tags."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from drivers.catalogue.model import Capability, Evidence, Interface, Make, Model, NoSettings
from drivers.catalogue.settings import settings_of
from drivers.errors import ConfigFault
from drivers.events import CardKind
from drivers.pcsc.card_reader import CardReader
from drivers.pcsc.identifiers import BlockForm, KeyedBlock, Ways
from drivers.pcsc.item_reader import PlainTagReader, SecuringTagReader
from drivers.pcsc.tags import TagCommands
from drivers.ports import Device, Report
from drivers.redaction.pcsc import PCSC
from firmware_msgs.cards.storage import KeyType
from firmware_msgs.config import AfiPair, DeviceConfig

_EVIDENCE: Final = frozenset({Evidence.GOLDEN_FRAMES, Evidence.SIMULATOR, Evidence.REAL_SOFTWARE})


class CardReaderSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`read` names the ways to read a card, the first to try first, with spaces between: its `uid`, a keyed `block` of
    a MIFARE Classic card, a patron's `tag` (ISO 15693), a `social` security card. The rest says how.
    """

    read: str = CardKind.UID.value
    block: Annotated[int, msgspec.Meta(ge=0, le=255)] = 4
    block_key: Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Fa-f]{12}\Z")] | None = None
    block_key_type: Literal["A", "B"] = "A"
    block_form: BlockForm = BlockForm.TEXT
    block_bytes: Annotated[int, msgspec.Meta(ge=1, le=16)] = 16
    tag_commands: TagCommands = TagCommands.GENERIC


def _make_card_reader(config: DeviceConfig, _afi: AfiPair, report: Report) -> Device:
    settings = settings_of(config, CardReaderSettings)
    order = _order(config.name, settings.read)
    if CardKind.BLOCK in order and settings.block_key is None:
        raise ConfigFault(config.name, "options.block_key", "is missing. Name the key that opens the cards' block.")
    ways = Ways(order, _keyed_block(settings), settings.tag_commands)
    return CardReader(config.name, config.port, report, ways=ways)


def _order(device: str, read: str) -> tuple[CardKind, ...]:
    try:
        order = tuple(dict.fromkeys(CardKind(way) for way in read.split()))
    except ValueError:
        order = ()
    if not order:
        ways = ", ".join(kind.value for kind in CardKind)
        raise ConfigFault(device, "options.read", f"names the ways to try, with spaces between, out of: {ways}.")
    return order


def _keyed_block(settings: CardReaderSettings) -> KeyedBlock | None:
    if settings.block_key is None:
        return None
    key, key_type = bytes.fromhex(settings.block_key), KeyType[settings.block_key_type]
    return KeyedBlock(settings.block, key, key_type, settings.block_form, settings.block_bytes)


def _make_plain_tag_reader(config: DeviceConfig, afi: AfiPair, report: Report) -> Device:
    settings_of(config, NoSettings)
    return PlainTagReader(config.name, config.port, afi, report)


def _making_securing_tag_reader(commands: TagCommands) -> Make:
    def make(config: DeviceConfig, afi: AfiPair, report: Report) -> Device:
        settings_of(config, NoSettings)
        return SecuringTagReader(config.name, config.port, afi, report, commands=commands)

    return make


CARD_READER: Final = Model(
    name="pcsc",
    title=(
        "Any contactless card reader with a PC/SC driver: card numbers, MIFARE Classic, patrons' ISO 15693 tags, "
        "social security cards"
    ),
    interface=Interface.PCSC,
    capabilities=frozenset({Capability.CARDS}),
    make=_make_card_reader,
    redact=PCSC,
    settings=CardReaderSettings,
    evidence=_EVIDENCE | {Evidence.VIRTUAL_MACHINE},
    unverified=(
        "Never run with a real reader or card; pcscd was real, its reader and cards were virtual, and the files of the "
        "social security card are known from other programs only."
    ),
)

TAG_READERS: Final = (
    Model(
        name="pcsc-iso15693",
        title=(
            "Any PC/SC reader that shows ISO 15693 tags, one at a time. It can neither secure nor release items: PC/SC "
            "has no command for the AFI"
        ),
        interface=Interface.PCSC,
        capabilities=frozenset({Capability.ITEMS}),
        make=_make_plain_tag_reader,
        redact=PCSC,
        evidence=_EVIDENCE,
        unverified="Never run with a real reader; not every reader with a PC/SC driver shows such tags at all.",
    ),
    Model(
        name="omnikey-iso15693",
        title="HID OMNIKEY 5022, 5023, 5427 and kin with ISO 15693 tags, one at a time",
        interface=Interface.PCSC,
        capabilities=frozenset({Capability.ITEMS, Capability.SECURITY}),
        make=_making_securing_tag_reader(TagCommands.OMNIKEY),
        redact=PCSC,
        evidence=_EVIDENCE,
        unverified="Never run with a real reader; its commands for the AFI are read in one public program.",
    ),
    Model(
        name="acr1552-iso15693",
        title="ACS ACR1552U with ISO 15693 tags, one at a time, in transparent sessions of PC/SC part 3",
        interface=Interface.PCSC,
        capabilities=frozenset({Capability.ITEMS, Capability.SECURITY}),
        make=_making_securing_tag_reader(TagCommands.TRANSPARENT),
        redact=PCSC,
        evidence=_EVIDENCE,
        unverified="Never run with a real reader; two public programs drive such tags so, but neither writes an AFI.",
    ),
)
