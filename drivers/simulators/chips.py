"""What answers a card reader's commands: chips, and the readers' own part in answering for memory cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from firmware_msgs.apdu import SUCCESS, Command, Response
from firmware_msgs.atr import encode_memory_card_atr
from firmware_msgs.cards import social_security
from firmware_msgs.cards.social_security import CARD_FILE, HOLDER_FILE, Field
from firmware_msgs.cards.storage import (
    MIFARE_BLOCK_BYTES,
    Authenticate,
    GetUid,
    KeyType,
    LoadKey,
    ReadBinary,
    StorageCommand,
    UpdateBinary,
    decode_storage,
)
from firmware_msgs.errors import DecodeError

UNKNOWN_COMMAND, NOT_SUPPORTED, FAILED = 0x6D00, 0x6A81, 0x6300
NOT_PERMITTED, NO_RECORD = 0x6982, 0x6A83

_ISO14443A, _CLASSIC_1K = 0x03, 0x0001
SECTOR_BLOCKS = 4
_PROCESSOR_ATR: Final = bytes.fromhex("3B8180018080")  # as contactless readers make it up, without historical bytes


class Chip(Protocol):
    """One kind of card."""

    atr: bytes
    """Its answer to reset."""

    def reset(self) -> None:
        """Forget what was opened: it lost its power, or was told to."""

    def respond(self, command: Command) -> Response:
        """Carry out a command."""


class UidChip:
    """Tells its number and nothing else."""

    def __init__(self, uid: str) -> None:
        self._uid = bytes.fromhex(uid)
        self.atr = encode_memory_card_atr(_ISO14443A, _CLASSIC_1K)

    def reset(self) -> None:
        """See `Chip`."""

    def respond(self, command: Command) -> Response:
        """See `Chip`."""
        try:
            return self.carry_out(decode_storage(command))
        except DecodeError:
            return Response(b"", UNKNOWN_COMMAND)

    def carry_out(self, command: StorageCommand) -> Response:
        """What the reader does with the card; a key it takes for itself."""
        match command:
            case GetUid():
                return Response(self._uid, SUCCESS)
            case LoadKey():
                return Response(b"", SUCCESS)
            case _:
                return Response(b"", NOT_SUPPORTED)


class MifareChip(UidChip):
    """A MIFARE Classic 1K. `keys`: of the sectors that can be opened; every other has secret ones."""

    def __init__(self, uid: str, blocks: Mapping[int, bytes], keys: Mapping[tuple[int, KeyType], bytes]) -> None:
        super().__init__(uid)
        self._blocks = {number: data.ljust(MIFARE_BLOCK_BYTES, b"\0") for number, data in blocks.items()}
        self._keys = dict(keys)
        self._loaded: dict[int, bytes] = {}
        self._open_sector: int | None = None

    def reset(self) -> None:
        """See `Chip`."""
        self._open_sector = None

    def carry_out(self, command: StorageCommand) -> Response:
        """See `UidChip`."""
        match command:
            case GetUid():
                return super().carry_out(command)
            case LoadKey(key, slot):
                self._loaded[slot] = key
                return Response(b"", SUCCESS)
            case Authenticate(block, key_type, slot):
                return self._authenticate(block // SECTOR_BLOCKS, key_type, self._loaded.get(slot))
            case ReadBinary(block) | UpdateBinary(block):
                if block // SECTOR_BLOCKS != self._open_sector:
                    return Response(b"", NOT_PERMITTED)
                return self._access(command)

    def _authenticate(self, sector: int, key_type: KeyType, key: bytes | None) -> Response:
        is_right = key is not None and self._keys.get((sector, key_type)) == key
        self._open_sector = sector if is_right else None
        return Response(b"", SUCCESS if is_right else FAILED)

    def _access(self, command: ReadBinary | UpdateBinary) -> Response:
        held = self._blocks.get(command.block, bytes(MIFARE_BLOCK_BYTES))
        if isinstance(command, ReadBinary):
            return Response(held[: command.count], SUCCESS)
        self._blocks[command.block] = command.data
        return Response(b"", SUCCESS)


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose social security card it is: nobody's, for all is invented."""

    card_id: bytes
    number: str


class SocialSecurityChip:
    """A social security card. Its second file, with name and identity number, opens only to a PIN, which we never had:
    whoever reads it is refused.
    """

    def __init__(self, uid: str, holder: Holder) -> None:
        self.atr = _PROCESSOR_ATR
        self._uid = UidChip(uid)
        self._records = {
            Field.CARD_ID: social_security.encode_record(Field.CARD_ID, holder.card_id),
            Field.CARD_NUMBER: social_security.encode_record(Field.CARD_NUMBER, holder.number.encode()),
        }
        self._is_selected = False
        self._open_file: int | None = None

    def reset(self) -> None:
        """See `Chip`."""
        self._is_selected, self._open_file = False, None

    def respond(self, command: Command) -> Response:
        """See `Chip`."""
        if command == social_security.SELECT_APPLICATION:
            self._is_selected = True
            return Response(b"", SUCCESS)
        for file in (CARD_FILE, HOLDER_FILE):
            if self._is_selected and command == social_security.select_file(file):
                self._open_file = file
                return Response(b"", SUCCESS)
        return self._read_record(command) if self._is_selected else self._uid.respond(command)

    def _read_record(self, command: Command) -> Response:
        try:
            field = social_security.decode_read_record(command, self._open_file)
        except DecodeError:
            return Response(b"", NO_RECORD)
        record = self._records.get(field)
        return Response(b"", NOT_PERMITTED) if record is None else Response(record, SUCCESS)
