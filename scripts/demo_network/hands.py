"""Hands at the simulated devices: orders to `simulate` on its command socket."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.demo_network.errors import DemoError


class OrderRefused(DemoError):  # noqa: N818 - what has happened
    """The simulated devices did not do it; the text is theirs."""


@dataclass(frozen=True, slots=True)
class TagSeen:
    """A tag as it is now: where it lies, and whether its security is set (None: neither of the two values)."""

    uid: str
    item: str
    secured: bool | None
    on: str | None


@dataclass(frozen=True, slots=True)
class DeviceSeen:
    """A device as it is now. `card` lies on it; `card_service` is the socket of its pcscd."""

    name: str
    plugged: bool
    card: str | None
    card_service: str | None


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything at one moment."""

    tags: tuple[TagSeen, ...]
    devices: dict[str, DeviceSeen]


class Hands:
    """Lays down, takes away, taps, scans, pulls cables. Each call is one order, done when it returns."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket

    async def place(self, pad: str, uid: str) -> None:
        """Lay a tagged book on a pad; it leaves where it was."""
        await self._order(command="place", device=pad, uid=uid)

    async def remove(self, pad: str, uid: str) -> None:
        """Take it away."""
        await self._order(command="remove", device=pad, uid=uid)

    async def tap(self, reader: str, card: str) -> None:
        """Hold a card to a reader."""
        await self._order(command="tap", device=reader, uid=card)

    async def untap(self, reader: str) -> None:
        """Take it away."""
        await self._order(command="untap", device=reader)

    async def scan(self, scanner: str, text: str) -> None:
        """Scan a code."""
        await self._order(command="scan", device=scanner, text=text)

    async def unplug(self, device: str) -> None:
        """Pull its cable."""
        await self._order(command="unplug", device=device)

    async def replug(self, device: str) -> None:
        """Put it back."""
        await self._order(command="replug", device=device)

    async def look(self) -> Seen:
        """What lies where, and how it is."""
        state = await self._order(command="state")
        tags = (TagSeen(each["uid"], each["item_id"], each["secured"], each["on"]) for each in state["tags"])
        devices = (
            DeviceSeen(each["name"], each["plugged"], each.get("card"), each.get("pcscd_socket"))
            for each in state["devices"]
        )
        return Seen(tuple(tags), {device.name: device for device in devices})

    async def _order(self, **order: str) -> dict[str, Any]:
        try:
            reader, writer = await asyncio.open_unix_connection(self._socket, limit=2**20)
        except OSError as error:
            raise OrderRefused("The simulated devices are gone; end the demo and start it again.") from error
        try:
            writer.write(json.dumps(order).encode() + b"\n")
            answer: dict[str, Any] = json.loads(await reader.readline() or b'{"ok": false, "error": "They hung up."}')
        finally:
            writer.close()
        if not answer["ok"]:
            raise OrderRefused(answer["error"])
        return answer
