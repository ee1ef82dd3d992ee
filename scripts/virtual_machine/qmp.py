"""The QEMU Machine Protocol (QEMU's docs/interop/qmp-spec.txt): JSON lines by which a running machine is changed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final, TypeAlias

import msgspec

from scripts.virtual_machine.errors import MachineError

EVENT_S: Final = 20.0
"""A guest on an emulated processor lets go of a device it is busy with in a second or two."""


@dataclass(frozen=True, slots=True)
class Greeting:
    """QEMU's first line."""


@dataclass(frozen=True, slots=True)
class Returned:
    """The command `number` was carried out."""

    number: int
    value: Any


@dataclass(frozen=True, slots=True)
class Refused:
    """The command `number` was not."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened to the machine."""

    name: str
    data: dict[str, Any] = field(default_factory=dict)


Message: TypeAlias = Greeting | Returned | Refused | Event


def encode_command(number: int, name: str, arguments: dict[str, Any]) -> bytes:
    """A command's line; `number` comes back with its answer."""
    return msgspec.json.encode({"execute": name, "arguments": arguments, "id": number}) + b"\n"


def decode_message(line: bytes) -> Message:
    """What one line from QEMU says. Raises MachineError."""
    try:
        said = msgspec.json.decode(line)
    except msgspec.DecodeError:
        said = None
    match said:
        case {"QMP": _}:
            return Greeting()
        case {"return": value, "id": int(number)}:
            return Returned(number, value)
        case {"error": {"desc": str(reason)}, "id": int(number)}:
            return Refused(number, reason)
        case {"event": str(name), "data": dict(data)}:
            return Event(name, data)
        case {"event": str(name)}:
            return Event(name)
        case _:
            raise MachineError(f"QEMU said something that is no QMP: {line[:200]!r}.")


class Qmp:
    """Talks to QEMU; `listen` runs beside it, and `qmp_capabilities` must be the first command."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._numbers: Iterator[int] = count(1)
        self._asked: dict[int, asyncio.Future[Any]] = {}
        self._events: list[Event] = []
        self._changed = asyncio.Event()

    async def execute(self, name: str, /, **arguments: Any) -> Any:  # noqa: ANN401 - each command has its own
        """Carry out a command; keywords have _ where QMP has -. Raises MachineError when QEMU refuses."""
        number = next(self._numbers)
        answer = self._asked[number] = asyncio.get_running_loop().create_future()
        wire = {key.replace("_", "-"): value for key, value in arguments.items()}
        self._writer.write(encode_command(number, name, wire))
        try:
            return await answer
        finally:
            del self._asked[number]

    async def saw(self, name: str, **data: Any) -> None:  # noqa: ANN401 - as above
        """Return once such an event has come, be it earlier; `data` must be among its own."""
        try:
            async with asyncio.timeout(EVENT_S):
                while not any(each.name == name and data.items() <= each.data.items() for each in self._events):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError as error:
            raise MachineError(f"QEMU did not say {name} {data} within {EVENT_S:.0f} s.") from error

    async def listen(self) -> None:
        """Take in what QEMU says, until it ends."""
        while line := await self._reader.readline():
            self._take(decode_message(line))

    def _take(self, message: Message) -> None:
        match message:
            case Returned(number, value):
                self._asked[number].set_result(value)
            case Refused(number, reason):
                self._asked[number].set_exception(MachineError(f"QEMU refused: {reason}."))
            case Event():
                self._events.append(message)
                self._changed.set()
            case Greeting():
                pass
