"""UHF pads and tags in the description of a simulation."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from drivers.simulators.pad import PadTable
from drivers.simulators.uhf.virtual_tag import STRONG, UhfTag, alliance_tag, library_tag
from firmware_msgs.config import AfiPair
from firmware_msgs.tags.content import TagContent, Usage


class UhfPadConfig(PadTable, frozen=True, tag="uhf"):
    """A UHF reader; on the network through a serial server."""

    speaks: Literal["a0", "uhfreader18", "uhfreader288"] = "a0"


class UhfTagConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A UHF tag by its TID, written in one of the two formats; `rssi_dbm` is how strongly it answers."""

    uid: Annotated[str, msgspec.Meta(pattern="^[0-9A-Fa-f]{24}$")]
    item_id: str
    owner_isil: str = ""
    parts: Annotated[int, msgspec.Meta(ge=0, le=255)] = 1
    part: Annotated[int, msgspec.Meta(ge=0, le=255)] = 1
    usage: Usage = Usage.CIRCULATING
    format: Literal["iso28560-4", "gaoxiao"] = "iso28560-4"
    secured: bool = True
    rssi_dbm: Annotated[int, msgspec.Meta(ge=-129, le=-1)] = STRONG
    readable: bool = True


def make_uhf_tag(config: UhfTagConfig, afi: AfiPair) -> UhfTag:
    """The tag as it lies on the shelf. Raises EncodeError when its format cannot carry what it is to say."""
    content = TagContent(config.format, config.item_id, config.owner_isil, config.parts, config.part, config.usage)
    if config.format == "gaoxiao":
        tag = alliance_tag(config.uid, content, on_loan=not config.secured)
    else:
        tag = library_tag(config.uid, content, afi.value(secured=config.secured))
    tag.rssi_dbm, tag.is_readable = config.rssi_dbm, config.readable
    return tag
