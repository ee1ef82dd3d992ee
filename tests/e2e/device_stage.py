"""A county whose patrons have cards of every kind, and what tests of devices do with a terminal."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiomqtt
import msgspec

from firmware_msgs.uplink.health import Health
from tests.broker import Mosquitto
from tests.e2e.county import SAMPLE, MainLibrary, table, wait_for
from tests.e2e.terminal import Part, Screen, SimTag, Terminal

KEY: Final = "A0A1A2A3A4A5"
ALLIANCE: Final = SimTag("E28011602000000000DD0002", "TSG000000001", "10248", 'format = "gaoxiao"', "uhf_tags")
"""A book of a university, whose tag is in the alliance's format."""

HELD: Final = {row["id"] for row in table("holds")}


@dataclass(frozen=True)
class Patron:
    """`card`: as the county's tables name it; `uid`: what is laid on the card reader."""

    card: str
    number: str
    uid: str

    @property
    def tail(self) -> str:
        return self.number[-4:]


BY_UID: Final = Patron("04A1B2C3D4E5F6", "20428000009018", "04A1B2C3D4E5F6")
BY_BLOCK: Final = Patron("block:DLFX000042", "20428000009026", "04A1B2C4")
BY_SOCIAL: Final = Patron("social:S00000042", "20428000009034", "04A1B2C5")
BY_TAG: Final = Patron("tag:DLFX000077", "20428000009042", "E004010000000077")
PATRONS: Final = (BY_UID, BY_BLOCK, BY_SOCIAL, BY_TAG)
STRANGER: Final = "04A1B2C6"
"""A card whose block holds what is another patron's social security number."""

CARDS: Final = f"""
[[cards]]
uid = "{BY_UID.uid}"
[[cards]]
uid = "{BY_BLOCK.uid}"
kind = "mifare"
number = "DLFX000042"
key = "{KEY}"
[[cards]]
uid = "{BY_SOCIAL.uid}"
kind = "social"
number = "S00000042"
[[cards]]
uid = "{STRANGER}"
kind = "mifare"
number = "S00000042"
key = "{KEY}"
[[tags]]
uid = "{BY_TAG.uid}"
item_id = "DLFX000077"
usage = 8
"""
"""For `simulate`."""

CARD_READER: Final = Part(
    "cards",
    "pcsc",
    {"kind": "card", "tag_commands": "omnikey"},
    {"read": "social block tag uid", "block_key": KEY, "tag_commands": "omnikey"},
)


@contextmanager
def county_of_all_cards(folder: Path, terminals: int) -> Iterator[MainLibrary]:
    """Broker and main library, running."""
    sample = folder / "county"
    shutil.copytree(SAMPLE, sample)
    with (sample / "patrons.csv").open("a", encoding="utf-8") as patrons:
        patrons.writelines(f"{patron.card},{patron.number},岩温,adult,no,no\n" for patron in PATRONS)
    with (sample / "items.csv").open("a", encoding="utf-8") as items:
        items.write(f"{ALLIANCE.owner},{ALLIANCE.item_id},T0001,YJ-01,1,yes\n")
    library = MainLibrary(folder, terminals, sample)
    library.start()
    try:
        yield library
    finally:
        library.stop()


def free_items(library: MainLibrary) -> list[str]:
    """What anybody may borrow now."""
    rows = library.rows(
        "SELECT id FROM items WHERE lendable AND parts = 1 AND state = 'available' AND owner = 'CN-530428' ORDER BY id"
    )
    return [row[0] for row in rows if row[0] not in HELD]


@contextmanager
def serving(terminal: Terminal) -> Iterator[Screen]:
    """The terminal's screen while it serves, from when it has the main library."""
    try:
        terminal.start_devices()
        terminal.start()
        screen = terminal.screen()
        shows(screen, "idle", online=True)
        yield screen
    finally:
        terminal.stop()


def shows(screen: Screen, kind: str, **facts: object) -> None:
    screen.wait(
        lambda view: view["type"] == kind and all(view[key] == value for key, value in facts.items()),
        f"{kind} {facts}",
    )


def knows(screen: Screen, patron: Patron) -> None:
    """The visit is this patron's."""
    screen.wait(
        lambda view: view["type"] == "visit" and view["patron"] and view["patron"]["tail"] == patron.tail,
        f"a visit of the patron of {patron.card}",
    )


def stages(screen: Screen, *stages: str) -> None:
    """How far the books on the pad are."""
    screen.wait(lambda view: [line["stage"] for line in view.get("items", ())] == list(stages), f"{stages}")


def leave(screen: Screen) -> None:
    """Somebody goes; the notice board is there again."""
    screen.choose("finish")
    shows(screen, "idle")


def health(library: MainLibrary, terminal: Terminal) -> Health:
    """What the terminal last told the network of itself."""
    return asyncio.run(_retained_health(library.broker, terminal.name))


async def _retained_health(broker: Mosquitto, terminal: str) -> Health:
    async with aiomqtt.Client(broker.host, broker.port) as client:
        await client.subscribe(f"shufang/1/test/state/{terminal}/health")
        message = await anext(aiter(client.messages))
    assert isinstance(message.payload, bytes)
    return msgspec.json.decode(message.payload, type=Health)


def are_down(library: MainLibrary, terminal: Terminal, *names: str) -> None:
    """The health report names these devices and no other, each with its reason."""
    wait_for(lambda: _down(health(library, terminal)) == set(names), f"{names} are down and no other device")


def _down(report: Health) -> set[str]:
    return {device.name for device in report.devices if not device.up and device.reason}
