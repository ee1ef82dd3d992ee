"""What `simulate` is to simulate: the TOML file as types."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import msgspec

from drivers.pcsc.tags import TagCommands
from drivers.simulators.card import CardFault, VirtualCard
from drivers.simulators.chips import SECTOR_BLOCKS, Chip, Holder, MifareChip, SocialSecurityChip
from drivers.simulators.errors import SimulationError
from drivers.simulators.hf_pads import FeigPadConfig, M3PadConfig
from drivers.simulators.pad import Hex
from drivers.simulators.scanners.voices import Speech
from drivers.simulators.uhf.config import UhfPadConfig, UhfTagConfig
from drivers.simulators.virtual_tag import ICODE_SLIX_BLOCKS, VirtualTag, library_tag
from firmware_msgs.cards.social_security import CARD_ID_BYTES
from firmware_msgs.cards.storage import KeyType
from firmware_msgs.config import AfiPair
from firmware_msgs.tags.content import TagContent, Usage

Byte: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=0xFF)]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class ScannerConfig(_Table, frozen=True, tag_field="kind", tag="scanner"):
    """A serial scanner on a pty, by default one that takes no orders."""

    name: str
    link: str
    speaks: Speech = Speech.PLAIN


class IdCardReaderConfig(_Table, frozen=True, tag_field="kind", tag="id_card"):
    """A reader of resident identity cards on a pty. `pace` scales its real times; 0 answers at once."""

    name: str
    link: str
    pace: Annotated[float, msgspec.Meta(ge=0, le=100)] = 1.0


class CardReaderConfig(_Table, frozen=True, tag_field="kind", tag="card"):
    """A card reader: slot of a running pcscd's vpcd at `vpcd_port`, or (without one) a pcscd of its own.
    `tag_commands`: what it knows of ISO 15693 tags.
    """

    name: str
    vpcd_port: Annotated[int, msgspec.Meta(ge=1, le=65535)] | None = None
    tag_commands: TagCommands = TagCommands.GENERIC


class RelayBoardConfig(_Table, frozen=True, tag_field="kind", tag="relay"):
    """A relay board on a pty. `unit` is for Modbus; `answers` for LCUS: a newer one, which tells its state."""

    name: str
    link: str
    speaks: Literal["lcus", "modbus"] = "modbus"
    relays: Annotated[int, msgspec.Meta(ge=1, le=32)] = 8
    unit: Annotated[int, msgspec.Meta(ge=1, le=247)] = 1
    answers: bool = False


class PrinterConfig(_Table, frozen=True, tag_field="kind", tag="printer"):
    """A receipt printer on a pty, with Chinese characters of its own."""

    name: str
    link: str


class ReplayConfig(_Table, frozen=True, tag_field="kind", tag="replay"):
    """A device that plays a `capture` (docs/captures.md), on a pty at `link` or on the network (`tcp`). `pace` scales
    its times.
    """

    name: str
    capture: str
    link: str = ""
    tcp: bool = False
    pace: Annotated[float, msgspec.Meta(ge=0, le=100)] = 1.0


DeviceTable: TypeAlias = (
    FeigPadConfig
    | M3PadConfig
    | UhfPadConfig
    | ScannerConfig
    | CardReaderConfig
    | IdCardReaderConfig
    | RelayBoardConfig
    | PrinterConfig
    | ReplayConfig
)


class TagConfig(_Table, frozen=True):
    """A tag: either what it says (`item_id` and the rest, written in `format`) or its raw `memory`."""

    uid: Annotated[str, msgspec.Meta(pattern="^[0-9A-Fa-f]{16}$")]
    item_id: str = ""
    owner_isil: str = ""
    parts: Byte = 1
    part: Byte = 1
    usage: Usage = Usage.CIRCULATING
    format: Literal["iso28560-3", "iso28560-2"] = "iso28560-3"
    afi: Byte | None = None
    dsfid: Byte | None = None
    blocks: Annotated[int, msgspec.Meta(ge=8, le=256)] = ICODE_SLIX_BLOCKS
    memory: Hex | None = None
    readable: bool = True


class CardConfig(_Table, frozen=True):
    """A patron's card; `fault` is what is wrong with it always. A `mifare` card holds `number` in its `block`, which
    opens with `key` (A); a `social` one tells `number` as its own. (A patron's ISO 15693 tag is one of the tags.)
    """

    uid: Hex
    fault: CardFault | None = None
    kind: Literal["uid", "mifare", "social"] = "uid"
    number: Annotated[str, msgspec.Meta(pattern="^[ -~]{0,16}$")] = ""
    block: Annotated[int, msgspec.Meta(ge=1, le=62)] = 4
    key: Annotated[str, msgspec.Meta(pattern="^[0-9A-Fa-f]{12}$")] = "FFFFFFFFFFFF"


class SimulationConfig(_Table, frozen=True):
    """The whole file. Relative paths start at its folder. A tag without an `afi` is secured."""

    command_socket: str
    devices: tuple[DeviceTable, ...]
    tags: tuple[TagConfig, ...] = ()
    uhf_tags: tuple[UhfTagConfig, ...] = ()
    cards: tuple[CardConfig, ...] = ()
    afi: AfiPair = AfiPair()


def load_config(path: Path) -> SimulationConfig:
    """Read the file. Raises `SimulationError` that names it and what is wrong in it."""
    try:
        config = msgspec.toml.decode(path.read_bytes(), type=SimulationConfig)
    except OSError as error:
        raise SimulationError(f"{path} cannot be read: {error.strerror}.") from error
    except msgspec.DecodeError as error:
        raise SimulationError(f"{path} is no description of a simulation: {error}.") from error
    names = [device.name for device in config.devices]
    if len(set(names)) != len(names):
        raise SimulationError(f"{path}: two devices have one name. Give each its own.")
    return config


def make_card(config: CardConfig) -> VirtualCard:
    """The card as its holder carries it."""
    uid = config.uid.upper()
    chip: Chip | None = None
    if config.kind == "mifare":
        sector, key = config.block // SECTOR_BLOCKS, bytes.fromhex(config.key)
        chip = MifareChip(uid, {config.block: config.number.encode()}, {(sector, KeyType.A): key})
    elif config.kind == "social":
        chip = SocialSecurityChip(uid, Holder(bytes.fromhex(uid).ljust(CARD_ID_BYTES, b"\xff"), config.number))
    return VirtualCard(uid, config.fault, chip)


def make_tag(config: TagConfig, afi: AfiPair) -> VirtualTag:
    """The tag as it lies on the shelf."""
    value = afi.secured if config.afi is None else config.afi
    if config.memory is None and config.item_id:
        content = TagContent(config.format, config.item_id, config.owner_isil, config.parts, config.part, config.usage)
        tag = library_tag(config.uid, content, value, config.blocks)
    else:
        memory = bytes.fromhex(config.memory or "")
        if len(memory) > config.blocks * 4:
            raise SimulationError(f"Tag {config.uid}: its memory is larger than {config.blocks} blocks of 4 bytes.")
        tag = VirtualTag(config.uid, memory, afi=value, block_count=config.blocks)
    tag.dsfid = tag.dsfid if config.dsfid is None else config.dsfid
    tag.is_readable = config.readable
    return tag
