"""An ISO 15693 tag as a PC/SC reader shows it, with what the reader's maker added for such tags."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final, TypeAlias

from drivers.pcsc.tags import TagCommands
from drivers.simulators.chips import FAILED, NOT_SUPPORTED, UNKNOWN_COMMAND
from drivers.simulators.virtual_tag import BLOCK_BYTES, IC_REFERENCE, VirtualTag
from firmware_msgs.apdu import SUCCESS, Command, Response
from firmware_msgs.atr import encode_memory_card_atr
from firmware_msgs.cards.iso15693_air import (
    GetSystemInformation,
    ReadBlocks,
    Request,
    SystemInformation,
    WriteAfi,
    decode_request,
    encode_error,
    encode_response,
    encode_system_information,
)
from firmware_msgs.cards.omnikey import (
    GetObject,
    OmnikeyCommand,
    TagMemory,
    TagObject,
    WriteObject,
    decode_omnikey,
    memory_bytes,
)
from firmware_msgs.cards.storage import GetUid, ReadBinary, StorageCommand, UpdateBinary, decode_storage
from firmware_msgs.cards.transparent import (
    SPEAK_ISO15693,
    Manage,
    Order,
    SwitchProtocol,
    Transceive,
    TransparentCommand,
    decode_transparent,
    encode_transparent_answer,
)
from firmware_msgs.errors import DecodeError
from firmware_msgs.iso15693 import TagError

_ISO15693, _ICODE_SLI = 0x0B, 0x0014
_NO_ANSWER, _WRONG_ADDRESS, _NOT_ALLOWED = 0x6401, 0x6B00, 0x6986

_Command: TypeAlias = StorageCommand | OmnikeyCommand | TransparentCommand

_ADDED: Final[Mapping[TagCommands, Callable[[Command], _Command]]] = {
    TagCommands.OMNIKEY: decode_omnikey,
    TagCommands.TRANSPARENT: decode_transparent,
}


class TagChip:
    """See `Chip`. A generic reader tells UIDs least significant byte first, as some do."""

    def __init__(self, tag: VirtualTag, commands: TagCommands) -> None:
        self.tag = tag
        self.atr = encode_memory_card_atr(_ISO15693, _ICODE_SLI)
        self._commands = commands
        self._session: set[Order | SwitchProtocol] = set()

    def reset(self) -> None:
        """See `Chip`."""
        self._session.clear()

    def respond(self, command: Command) -> Response:
        """See `Chip`."""
        try:
            understood = self._understand(command)
        except DecodeError:
            return Response(b"", UNKNOWN_COMMAND)
        if not self.tag.is_readable and not isinstance(understood, GetUid):
            return Response(b"", _NO_ANSWER)
        match understood:
            case GetObject() | WriteObject():
                return self._omnikey(understood)
            case Manage() | SwitchProtocol() | Transceive():
                return self._transparent(understood)
            case _:
                return self._storage(understood)

    def _understand(self, command: Command) -> _Command:
        added = _ADDED.get(self._commands)
        if added is not None:
            with suppress(DecodeError):
                return added(command)
        return decode_storage(command)

    def _storage(self, command: StorageCommand) -> Response:
        match command:
            case GetUid():
                uid = bytes.fromhex(self.tag.uid)
                return Response(uid[::-1] if self._commands is TagCommands.GENERIC else uid, SUCCESS)
            case ReadBinary(block, count):
                is_there = count == BLOCK_BYTES and self.tag.has_blocks(block, 1)
                return Response(self.tag.blocks(block, 1)[0], SUCCESS) if is_there else Response(b"", _WRONG_ADDRESS)
            case UpdateBinary(block, data):
                is_done = len(data) == BLOCK_BYTES and self.tag.write_block(block, data) is None
                return Response(b"", SUCCESS if is_done else _NOT_ALLOWED)
            case _:
                return Response(b"", NOT_SUPPORTED)

    def _omnikey(self, command: OmnikeyCommand) -> Response:
        match command:
            case GetObject(wanted):
                return Response(self._object(wanted), SUCCESS)
            case WriteObject(wanted, value):
                write = self.tag.write_afi if wanted is TagObject.AFI else self.tag.write_dsfid
                return Response(b"", SUCCESS if write(value) is None else _NOT_ALLOWED)

    def _object(self, wanted: TagObject) -> bytes:
        match wanted:
            case TagObject.AFI:
                return bytes((self.tag.afi,))
            case TagObject.DSFID:
                return bytes((self.tag.dsfid,))
            case TagObject.MEMORY:
                return memory_bytes(TagMemory(self.tag.block_count, BLOCK_BYTES))
            case TagObject.IC_REFERENCE:
                return bytes((IC_REFERENCE,))

    def _transparent(self, command: TransparentCommand) -> Response:
        match command:
            case Manage(order, then):
                for each in (order, *then):
                    self._manage(each)
            case SwitchProtocol():
                self._session.add(command)
            case Transceive(data):
                if self._session != {Order.START, SPEAK_ISO15693}:
                    return encode_transparent_answer(None, FAILED)
                return encode_transparent_answer(self._on_air(data))
        return encode_transparent_answer(None)

    def _manage(self, order: Order) -> None:
        self._session = {order} if order is Order.START else set()

    def _on_air(self, data: bytes) -> bytes:
        try:
            request = decode_request(data)
        except DecodeError:
            return encode_error(TagError.NOT_RECOGNISED)
        return self._answer(request)

    def _answer(self, request: Request) -> bytes:
        match request:
            case ReadBlocks(_, first, count):
                if not self.tag.has_blocks(first, count):
                    return encode_error(TagError.NO_SUCH_BLOCK)
                return encode_response(b"".join(self.tag.blocks(first, count)))
            case WriteAfi(_, afi):
                error = self.tag.write_afi(afi)
                return encode_response(b"") if error is None else encode_error(error)
            case GetSystemInformation():
                tag = self.tag
                told = SystemInformation(tag.uid, tag.dsfid, tag.afi, tag.block_count, BLOCK_BYTES, IC_REFERENCE)
                return encode_response(encode_system_information(told))
