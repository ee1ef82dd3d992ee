"""Devices, tags and cards of one simulation, and how each order changes them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar, assert_never

from drivers.simulators import commands
from drivers.simulators.card import VirtualCard
from drivers.simulators.config import (
    CardReaderConfig,
    DeviceTable,
    IdCardReaderConfig,
    PrinterConfig,
    RelayBoardConfig,
    ReplayConfig,
    ScannerConfig,
    SimulationConfig,
    make_card,
    make_tag,
)
from drivers.simulators.devices import CardReader, Scanner, SimulatedDevice
from drivers.simulators.errors import SimulationError
from drivers.simulators.hf_pads import FeigPad, FeigPadConfig, HfPad, M3Pad, M3PadConfig
from drivers.simulators.pad import PadTable
from drivers.simulators.printer_device import ReceiptPrinter
from drivers.simulators.relay_device import RelayBoard
from drivers.simulators.replayed import Replayed
from drivers.simulators.sdt_device import IdCardReader
from drivers.simulators.uhf.config import UhfPadConfig, UhfTagConfig, make_uhf_tag
from drivers.simulators.uhf.device import UhfPad
from drivers.simulators.uhf.virtual_tag import UhfTag
from drivers.simulators.virtual_tag import VirtualTag
from firmware_msgs.config import AfiPair
from firmware_msgs.errors import EncodeError
from firmware_msgs.tags.uhf.detect import meaning

_Device = TypeVar("_Device", HfPad, FeigPad, UhfPad, Scanner, CardReader, IdCardReader)


class Simulation:
    """What exists. Made by `running`."""

    def __init__(self, config: SimulationConfig, devices: tuple[SimulatedDevice, ...]) -> None:
        self._afi = config.afi
        self._devices = {device.name: device for device in devices}
        self._tags = {tag.uid: tag for tag in (make_tag(each, config.afi) for each in config.tags)}
        self._item_ids = {each.uid.upper(): each.item_id for each in config.tags}
        self._cards = {card.uid: card for card in map(make_card, config.cards)}
        self._uhf_tags = {tag.uid: tag for tag in (_uhf_tag(each, config.afi) for each in config.uhf_tags)}
        self._item_ids |= {each.uid.upper(): each.item_id for each in config.uhf_tags}
        for device in config.devices:
            for uid in device.tags if isinstance(device, PadTable) else ():
                self._place(device.name, uid)

    def facts(self) -> dict[str, Any]:
        """Every device and what lies there, every tag with its AFI and where it lies, every card."""
        return {
            "devices": [device.facts() for device in self._devices.values()],
            "tags": [*map(self._tag_facts, self._tags.values()), *map(self._tag_facts, self._uhf_tags.values())],
            "cards": [{"uid": card.uid} for card in self._cards.values()],
        }

    async def carry_out(self, command: commands.Command) -> dict[str, Any]:
        """Obey, and answer what there is to tell. Raises `SimulationError`."""
        match command:
            case commands.Unplug(device=name):
                await self._any(name).unplug()
            case commands.Replug(device=name):
                await self._any(name).plug()
            case commands.State():
                return self.facts()
            case _:
                self._obey(command)
        return {}

    def _obey(
        self,
        command: commands.Place
        | commands.Remove
        | commands.Tap
        | commands.Untap
        | commands.Lay
        | commands.Lift
        | commands.Scan
        | commands.Switch
        | commands.Walk
        | commands.Fault
        | commands.Clear,
    ) -> None:
        match command:
            case commands.Place(device=name, uid=uid):
                self._place(name, uid)
            case commands.Remove(device=name, uid=uid):
                self._remove(name, uid)
            case commands.Tap(device=name, uid=uid):
                self._tap(name, uid)
            case commands.Untap(device=name):
                self._one(name, CardReader).untap()
            case commands.Lay() | commands.Lift():
                self._move_identity_card(command)
            case commands.Scan(device=name):
                self._one(name, Scanner).scan(_scanned_bytes(command))
            case commands.Switch() | commands.Walk():
                self._move_at_pad(command)
            case commands.Fault(device=name):
                self._any(name).fail(command)
            case commands.Clear(device=name):
                self._any(name).clear()
            case _:
                assert_never(command)

    def _place(self, name: str, uid: str) -> None:
        uid = uid.upper()
        if uid in self._uhf_tags:
            uhf_pad = self._one(name, UhfPad)
            self._take_from_others(uhf_pad, uid)
            uhf_pad.field.place(self._uhf_tags[uid])
        else:
            pad, tag = self._one(name, HfPad), self._tag(uid)
            self._take_from_others(pad, uid)
            pad.field.place(tag)

    def _take_from_others(self, pad: HfPad | UhfPad, uid: str) -> None:
        for other in self._pads():
            if other is not pad:
                other.field.remove(uid)

    def _remove(self, name: str, uid: str) -> None:
        pad = self._one(name, UhfPad) if uid.upper() in self._uhf_tags else self._one(name, HfPad)
        if pad.field.remove(uid) is None:
            raise SimulationError(f"Tag {uid} does not lie on “{name}”. See where with state.")

    def _tap(self, name: str, uid: str) -> None:
        """A card, or a tag, which a card reader may know too; it leaves its pad."""
        reader = self._one(name, CardReader)
        if uid.upper() not in self._tags:
            reader.tap(self._card(uid))
            return
        reader.tap_tag(self._tag(uid))
        for pad in self._pads():
            pad.field.remove(uid)

    def _move_identity_card(self, command: commands.Lay | commands.Lift) -> None:
        reader = self._one(command.device, IdCardReader)
        if isinstance(command, commands.Lay):
            reader.lay(command.person)
        else:
            reader.lift()

    def _move_at_pad(self, command: commands.Switch | commands.Walk) -> None:
        pad = self._one(command.device, FeigPad)
        if isinstance(command, commands.Switch):
            pad.switch(command.number, on=command.on)
        else:
            pad.let_pass(command.counter, command.people)

    def _pads(self) -> list[HfPad | UhfPad]:
        return [device for device in self._devices.values() if isinstance(device, HfPad | UhfPad)]

    def _any(self, name: str) -> SimulatedDevice:
        if name not in self._devices:
            raise SimulationError(f"There is no device “{name}”. There are: {', '.join(self._devices)}.")
        return self._devices[name]

    def _one(self, name: str, kind: type[_Device]) -> _Device:
        device = self._any(name)
        if not isinstance(device, kind):
            fitting = ", ".join(each.name for each in self._devices.values() if isinstance(each, kind)) or "none"
            raise SimulationError(f"“{name}” cannot do this. Devices that can: {fitting}.")
        return device

    def _tag(self, uid: str) -> VirtualTag:
        tag = self._tags.get(uid.upper())
        if tag is None:
            raise SimulationError(f"There is no tag {uid}. List it under [[tags]] in the configuration.")
        return tag

    def _card(self, uid: str) -> VirtualCard:
        card = self._cards.get(uid.upper())
        if card is None:
            raise SimulationError(f"There is no card {uid}. List it under [[cards]] in the configuration.")
        return card

    def _tag_facts(self, tag: VirtualTag | UhfTag) -> dict[str, Any]:
        where = [pad.name for pad in self._pads() if pad.field.get(tag.uid) is not None]
        return {
            "uid": tag.uid,
            "item_id": self._item_ids[tag.uid],
            "afi": tag.afi,
            "secured": _secured(tag, self._afi),
            "on": where[0] if where else None,
        }


def _uhf_tag(config: UhfTagConfig, afi: AfiPair) -> UhfTag:
    try:
        return make_uhf_tag(config, afi)
    except EncodeError as error:
        raise SimulationError(f"Tag {config.uid} cannot be written: {error}.") from error


def _secured(tag: VirtualTag | UhfTag, pair: AfiPair) -> bool | None:
    return meaning(tag.bank, pair) if isinstance(tag, UhfTag) else pair.meaning(tag.afi)


def _scanned_bytes(scan: commands.Scan) -> bytes:
    if scan.text is not None and scan.hex is None:
        return f"{scan.text}\r".encode()
    if scan.hex is not None and scan.text is None:
        try:
            return bytes.fromhex(scan.hex)
        except ValueError as error:
            raise SimulationError(f"“hex” is no hexadecimal: {error}.") from error
    raise SimulationError("Give a scan either “text” or “hex”.")


@asynccontextmanager
async def running(config: SimulationConfig, folder: Path) -> AsyncIterator[Simulation]:
    """The simulation while its devices run; paths are relative to `folder`. Leaves nothing behind."""
    async with asyncio.TaskGroup() as group:
        with ExitStack() as leaving:
            devices = tuple(_make(each, folder, group, leaving) for each in config.devices)
            simulation = Simulation(config, devices)
            try:
                for device in devices:
                    await device.plug()
                yield simulation
            finally:
                for device in devices:
                    if not isinstance(device, CardReader):
                        await device.unplug()


def _make(config: DeviceTable, folder: Path, group: asyncio.TaskGroup, leaving: ExitStack) -> SimulatedDevice:
    if isinstance(config, PadTable):
        return _pad(config, folder)
    if not isinstance(config, CardReaderConfig):
        return _on_a_cable(config, folder)
    reader = CardReader(config, group)
    leaving.callback(reader.close)
    return reader


def _pad(config: FeigPadConfig | M3PadConfig | UhfPadConfig, folder: Path) -> SimulatedDevice:
    match config:
        case FeigPadConfig():
            return FeigPad(config, folder)
        case M3PadConfig():
            return M3Pad(config, folder)
        case UhfPadConfig():
            return UhfPad(config, folder)
        case _:
            assert_never(config)


def _on_a_cable(
    config: ScannerConfig | IdCardReaderConfig | RelayBoardConfig | PrinterConfig | ReplayConfig, folder: Path
) -> SimulatedDevice:
    match config:
        case ScannerConfig():
            return Scanner(config, folder / config.link)
        case IdCardReaderConfig():
            return IdCardReader(config, folder / config.link)
        case RelayBoardConfig():
            return RelayBoard(config, folder / config.link)
        case PrinterConfig():
            return ReceiptPrinter(config, folder / config.link)
        case ReplayConfig():
            return Replayed(config, folder)
        case _:
            assert_never(config)
