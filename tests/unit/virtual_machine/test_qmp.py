from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import msgspec
import pytest
import pytest_asyncio

from scripts.virtual_machine.errors import MachineError
from scripts.virtual_machine.qmp import Event, Greeting, Qmp, Refused, Returned, decode_message, encode_command


def test_command_is_one_line_and_bears_its_number() -> None:
    line = encode_command(7, "device_add", {"id": "a\nb"})
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert msgspec.json.decode(line) == {"execute": "device_add", "arguments": {"id": "a\nb"}, "id": 7}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"QMP": {"version": {}, "capabilities": ["oob"]}}', Greeting()),
        (b'{"return": {}, "id": 1}', Returned(1, {})),
        (b'{"return": [1, 2], "id": 2}', Returned(2, [1, 2])),
        (b'{"error": {"class": "GenericError", "desc": "no such bus"}, "id": 3}', Refused(3, "no such bus")),
        (b'{"timestamp": {"seconds": 1}, "event": "STOP"}', Event("STOP")),
        (
            b'{"event": "DEVICE_DELETED", "data": {"device": "d", "path": "/p"}}',
            Event("DEVICE_DELETED", {"device": "d", "path": "/p"}),
        ),
    ],
)
def test_every_kind_of_message_is_read(line: bytes, message: object) -> None:
    assert decode_message(line) == message


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b'"QMP"', b'{"return": {}}', b'{"error": {}, "id": 1}', b"\xff"])
def test_what_is_no_message_is_named_as_such(line: bytes) -> None:
    with pytest.raises(MachineError, match="no QMP"):
        decode_message(line)


class Talk:
    """Both ends of a conversation; `tell` is QEMU's."""

    def __init__(self, qmp: Qmp, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.qmp = qmp
        self.reader = reader
        self._writer = writer

    def tell(self, line: bytes) -> None:
        self._writer.write(line + b"\n")


@pytest_asyncio.fixture
async def talk() -> AsyncIterator[Talk]:
    ours, theirs = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=ours)
    far_reader, far_writer = await asyncio.open_connection(sock=theirs)
    qmp = Qmp(reader, writer)
    listening = asyncio.create_task(qmp.listen())
    yield Talk(qmp, far_reader, far_writer)
    far_writer.close()
    await listening
    writer.close()
    await asyncio.gather(writer.wait_closed(), far_writer.wait_closed())


async def test_answers_reach_whoever_asked_in_whatever_order(talk: Talk) -> None:
    async with asyncio.TaskGroup() as group:
        first = group.create_task(talk.qmp.execute("query-status"))
        second = group.create_task(talk.qmp.execute("chardev-add", under_score=1))
        asked = [msgspec.json.decode(await talk.reader.readline()) for _ in range(2)]
        talk.tell(b'{"return": "second", "id": 2}')
        talk.tell(b'{"return": "first", "id": 1}')
    assert (first.result(), second.result()) == ("first", "second")
    assert asked[1]["arguments"] == {"under-score": 1}


async def test_refusal_is_an_error_that_quotes_it(talk: Talk) -> None:
    talk.tell(b'{"error": {"desc": "no such bus"}, "id": 1}')
    with pytest.raises(MachineError, match="no such bus"):
        await talk.qmp.execute("device_add")


async def test_an_event_is_seen_also_by_whoever_asks_later(talk: Talk) -> None:
    talk.tell(b'{"event": "DEVICE_DELETED", "data": {"device": "other"}}')
    talk.tell(b'{"event": "DEVICE_DELETED", "data": {"device": "mine", "path": "/p"}}')
    talk.tell(b'{"return": {}, "id": 1}')
    await talk.qmp.execute("query-status")
    await talk.qmp.saw("DEVICE_DELETED", device="mine")
