"""The configuration files of the demo's programs: what an administrator would write, on loopback."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from central.config import BrokerConfig, CentralConfig, WebConfig
from central.config import TerminalConfig as KnownTerminal
from drivers.simulators.config import (
    CardConfig,
    CardReaderConfig,
    ScannerConfig,
    SimulationConfig,
    TagConfig,
)
from drivers.simulators.hf_pads import FeigPadConfig
from drivers.simulators.pcscd import READERS
from drivers.simulators.virtual_tag import library_tag
from firmware_msgs.config import AfiPair, Broker, DeviceConfig, Rules, TerminalConfig, TerminalKeys
from firmware_msgs.tags.content import TagContent, Usage
from firmware_msgs.tags.iso28560_3 import DSFID, FORMAT
from scripts.demo_network.folder import RunFolder
from scripts.demo_network.places import HELP_LINE, NETWORK, OWNER, PLACES, Place
from scripts.demo_network.ports import LOOPBACK
from scripts.demo_network.stock import CARDS, Card, Condition, Tag, books
from scripts.demo_network.toml import to_toml

AFI: Final = AfiPair()
RULES: Final = Rules(owners=(OWNER,), settling_s=2)
"""The defaults, but that a demo on an empty pad need not look long for what an earlier run left there."""

BROKER_FILE: Final = "mosquitto.conf"
CENTRAL_FILE: Final = "central.toml"
CENTRAL_DATABASE: Final = "central.db"
TERMINAL_FILE: Final = "kiosk.toml"
JOURNAL: Final = "journal.db"
SCREEN_SOCKET: Final = "screen.sock"
DEVICES_FILE: Final = "simulate.toml"
CONTROL_SOCKET: Final = "control.sock"
KEYS: Final = "keys"


@dataclass(frozen=True, slots=True)
class Ports:
    """Where things listen, all on loopback."""

    broker: int
    monitor: int


def write_broker(folder: RunFolder, port: int) -> Path:
    """mosquitto: for this machine only, remembering nothing, in nobody's way (docs/adr/0003 and 0004)."""
    lines = [
        f"listener {port} {LOOPBACK}",
        "allow_anonymous true",
        "persistence false",
        "set_tcp_nodelay true",
        "max_inflight_messages 1000",
        "max_queued_messages 0",
        "log_dest stderr",
        *(["user root"] if os.geteuid() == 0 else []),
    ]
    return _written(folder.broker / BROKER_FILE, "\n".join(lines) + "\n")


def write_central(folder: RunFolder, ports: Ports) -> Path:
    """The main library, which knows both terminals by their public keys."""
    terminals = tuple(
        KnownTerminal(id=place.terminal, site=place.site, public_key=str(_public_key(folder, place)))
        for place in PLACES
    )
    config = CentralConfig(
        network=NETWORK,
        database=CENTRAL_DATABASE,
        keys=KEYS,
        broker=BrokerConfig(host=LOOPBACK, port=ports.broker),
        web=WebConfig(host=LOOPBACK, port=ports.monitor),
        terminals=terminals,
    )
    return _write(folder.central / CENTRAL_FILE, config)


def write_terminal(folder: RunFolder, place: Place, ports: Ports) -> Path:
    """An ordinary terminal. Its serial ports are links to ptys; a real one's are in /dev/serial/by-id."""
    library = folder.central / KEYS
    config = TerminalConfig(
        network=NETWORK,
        terminal=place.terminal,
        site=place.site,
        site_name=place.site_name.zh,
        journal=JOURNAL,
        screen_socket=SCREEN_SOCKET,
        broker=Broker(host=LOOPBACK, port=ports.broker),
        keys=TerminalKeys(
            signing=f"{KEYS}/terminal-signing.key",
            library_sealing=str(library / "library-sealing.pub"),
            library_signing=str(library / "library-signing.pub"),
        ),
        rules=RULES,
        hours=place.hours,
        help_line=HELP_LINE,
        notices=place.notices,
        afi=AFI,
        devices=(
            DeviceConfig(name="pad", model="feig-iscan", port=str(folder.devices / place.pad)),
            DeviceConfig(name="scanner", model="serial-scanner", port=str(folder.devices / place.scanner)),
            DeviceConfig(name="cards", model="pcsc", port=READERS[0]),
        ),
    )
    return _write(folder.terminal(place.terminal) / TERMINAL_FILE, config)


def write_devices(folder: RunFolder) -> Path:
    """The devices of all terminals, every tag and every card."""
    devices = [device for place in PLACES for device in _devices(place)]
    config = SimulationConfig(
        command_socket=CONTROL_SOCKET,
        devices=tuple(devices),
        tags=tuple(_tag(book.tag) for book in books()),
        cards=tuple(_card(card) for card in CARDS),
        afi=AFI,
    )
    return _write(folder.devices / DEVICES_FILE, config)


def _devices(place: Place) -> list[FeigPadConfig | ScannerConfig | CardReaderConfig]:
    return [
        FeigPadConfig(name=place.pad, link=place.pad),
        ScannerConfig(name=place.scanner, link=place.scanner),
        CardReaderConfig(name=place.cards),
    ]


def _tag(tag: Tag) -> TagConfig:
    afi = AFI.on_loan if tag.on_loan else AFI.secured
    if tag.condition is Condition.DAMAGED:
        return TagConfig(uid=tag.uid, memory=_damaged(tag).hex(), dsfid=DSFID, afi=afi)
    return TagConfig(
        uid=tag.uid,
        item_id=tag.item,
        owner_isil=tag.owner,
        parts=tag.parts,
        part=tag.part,
        afi=afi,
        readable=tag.condition is not Condition.MUTE,
    )


def _damaged(tag: Tag) -> bytes:
    """A good tag's memory with one bit of its item id turned over."""
    content = TagContent(FORMAT, tag.item, tag.owner, tag.parts, tag.part, Usage.CIRCULATING)
    memory = bytearray(library_tag(tag.uid, content, AFI.secured).memory)
    memory[4] ^= 1
    return bytes(memory)


def _card(card: Card) -> CardConfig:
    return msgspec.convert({"uid": card.uid, "fault": card.fault}, CardConfig)


def _public_key(folder: RunFolder, place: Place) -> Path:
    return folder.terminal(place.terminal) / KEYS / "terminal-signing.pub"


def _write(path: Path, config: msgspec.Struct) -> Path:
    table: dict[str, Any] = msgspec.to_builtins(config)
    return _written(path, to_toml(table))


def _written(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
