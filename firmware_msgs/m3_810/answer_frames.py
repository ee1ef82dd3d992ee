"""Answers of a 3M reader on the wire, decoded by the host and encoded by the simulated firmware.

After the command byte comes an error byte, 00 for done; then, for a command about a tag, its UID.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError
from firmware_msgs.m3_810.answers import (
    Afi,
    AfiWritten,
    Answer,
    Block,
    Blocks,
    BlocksWritten,
    Inventory,
    Parameters,
    Probed,
    Refused,
    SeenTag,
    TagAnswer,
    TagCount,
    Version,
)
from firmware_msgs.m3_810.frames import Frame, Start
from firmware_msgs.m3_810.questions import BLOCK_BYTES, PROBE, Command, Tell, take_uid, uid_bytes

_DONE = 0x00
_BLOCK_ENTRY_BYTES = 2 + BLOCK_BYTES  # number, lock, contents
_OF_BLOCKS: Final = frozenset({Command.READ_BLOCKS, Command.WRITE_BLOCKS})
_OF_TAGS: Final = _OF_BLOCKS | {Command.GET_AFI, Command.WRITE_AFI}


def encode_answer(answer: Answer) -> Frame:
    """The answer as a reader sends it."""
    match answer:
        case Probed(version):
            frame = Frame(PROBE.command, PROBE.data + _version_bytes(version), Start.READER)
        case Refused(command, error, uid):
            about = b"" if uid is None else uid_bytes(uid) + (b"\0" if command in _OF_BLOCKS else b"")
            frame = Frame(command, bytes((error,)) + about)
        case Version():
            frame = _done(Command.GET_VERSION, _version_bytes(answer))
        case Parameters(data):
            frame = _done(Command.PARAMETERS, data)
        case Inventory(tags, tell, afi):
            seen = (_seen_bytes(tag, tell) for tag in tags)
            frame = _done(Command.INVENTORY, bytes((afi, tell, len(tags))), *seen)
        case TagCount(count, tell, afi):
            frame = _done(Command.INVENTORY, bytes((afi, tell, count)))
        case _:
            frame = _encode_tag_answer(answer)
    return frame


def _encode_tag_answer(answer: TagAnswer) -> Frame:
    match answer:
        case Blocks(uid, blocks):
            entries = (bytes((block.number, block.lock)) + block.data for block in blocks)
            return _done(Command.READ_BLOCKS, uid_bytes(uid), bytes((len(blocks),)), *entries)
        case BlocksWritten(uid, block):
            return _done(Command.WRITE_BLOCKS, uid_bytes(uid), bytes((block,)))
        case Afi(uid, value):
            return _done(Command.GET_AFI, uid_bytes(uid), bytes((value,)))
        case AfiWritten(uid):
            return _done(Command.WRITE_AFI, uid_bytes(uid))


def _done(command: Command, *fields: bytes) -> Frame:
    return Frame(command, bytes((_DONE,)) + b"".join(fields))


def _version_bytes(version: Version) -> bytes:
    return bytes((version.vendor, version.major, version.minor, version.build))


def _seen_bytes(tag: SeenTag, tell: int) -> bytes:
    dsfid = bytes((tag.dsfid or 0,)) if tell & Tell.DSFID else b""
    return dsfid + uid_bytes(tag.uid)


def decode_answer(frame: Frame) -> Answer:
    """The answer in a frame, or DecodeError. Whose answer it is, `is_answer_to` tells."""
    cursor = Cursor(frame.data)
    answer = _probed(frame, cursor) if frame.start is Start.READER else _decode(frame.command, cursor)
    cursor.end()
    return answer


def _probed(frame: Frame, cursor: Cursor) -> Probed:
    if frame.command != PROBE.command or cursor.take(len(PROBE.data)) != PROBE.data:
        raise DecodeError("command", "This answer of the reader itself is not known")
    return Probed(_version(cursor))


def _decode(command: int, cursor: Cursor) -> Answer:
    if command not in set(Command):
        raise DecodeError("command", f"command {command:02X} is not known")
    error = cursor.byte()
    return _DECODERS[Command(command)](cursor) if error == _DONE else _refused(Command(command), error, cursor)


def _refused(command: Command, error: int, cursor: Cursor) -> Refused:
    uid = take_uid(cursor) if command in _OF_TAGS else None
    if command in _OF_BLOCKS:
        cursor.byte()
    return Refused(command, error, uid)


def _version(cursor: Cursor) -> Version:
    vendor, major, minor, build = cursor.take(4)
    return Version(vendor, major, minor, build)


def _parameters(cursor: Cursor) -> Parameters:
    return Parameters(cursor.rest())


def _inventory(cursor: Cursor) -> Inventory | TagCount:
    afi, tell, count = cursor.take(3)
    if not tell & Tell.UID:
        return TagCount(count, tell, afi)
    return Inventory(tuple(_seen_tag(cursor, tell) for _ in range(count)), tell, afi)


def _seen_tag(cursor: Cursor, tell: int) -> SeenTag:
    dsfid = cursor.byte() if tell & Tell.DSFID else None
    return SeenTag(take_uid(cursor), dsfid)


def _blocks(cursor: Cursor) -> Blocks:
    uid = take_uid(cursor)
    return Blocks(uid, tuple(_block(cursor.take(_BLOCK_ENTRY_BYTES)) for _ in range(cursor.byte())))


def _block(entry: bytes) -> Block:
    return Block(entry[0], entry[2:], entry[1])


def _blocks_written(cursor: Cursor) -> BlocksWritten:
    return BlocksWritten(take_uid(cursor), cursor.byte())


def _afi(cursor: Cursor) -> Afi:
    return Afi(take_uid(cursor), cursor.byte())


def _afi_written(cursor: Cursor) -> AfiWritten:
    return AfiWritten(take_uid(cursor))


_DECODERS: Final[dict[Command, Callable[[Cursor], Answer]]] = {
    Command.GET_VERSION: _version,
    Command.PARAMETERS: _parameters,
    Command.INVENTORY: _inventory,
    Command.READ_BLOCKS: _blocks,
    Command.WRITE_BLOCKS: _blocks_written,
    Command.GET_AFI: _afi,
    Command.WRITE_AFI: _afi_written,
}
