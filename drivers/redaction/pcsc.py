"""What a card reader and a card say to each other by PC/SC: commands and answers (APDUs), one connection a card.

A piece of traffic is a whole APDU here; the first to a card, `ASK_ATR`, asks for its answer to reset.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from drivers.capture import ASK_ATR, Happening
from drivers.redaction.dialogue import redact_dialogue
from drivers.redaction.tags import TagLedger
from drivers.redaction.traffic import Driven, Redaction, Traffic
from firmware_msgs import apdu
from firmware_msgs.apdu import Command, Response, decode_command, decode_response, encode_command, encode_response
from firmware_msgs.atr import ATR_BYTES_MAX, decode_atr
from firmware_msgs.cards import iso15693_air as air
from firmware_msgs.cards import social_security
from firmware_msgs.cards.omnikey import GetObject, TagObject, WriteObject, decode_omnikey
from firmware_msgs.cards.storage import (
    KEY_BYTES,
    Authenticate,
    GetUid,
    LoadKey,
    ReadBinary,
    UpdateBinary,
    decode_storage,
    encode_storage,
)
from firmware_msgs.cards.transparent import (
    Manage,
    SwitchProtocol,
    Transceive,
    card_data_of,
    decode_transparent,
    encode_transparent,
    encode_transparent_answer,
)
from firmware_msgs.errors import DecodeError
from firmware_msgs.pseudonyms import Pseudonyms

_PROCESSOR_CARD_ATR: Final = bytes.fromhex("3B8180018080")
"""Says no more than that. What real ones add may be the card's own number."""

_NO_ANSWER = 0x6401
_GET_RESPONSE: Final = 0xC0


@dataclass(frozen=True, slots=True)
class AskAtr:
    """See `ASK_ATR`."""


@dataclass(frozen=True, slots=True)
class SelectFile:
    """A social security card's application or file."""


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """One of its records."""


@dataclass(frozen=True, slots=True)
class Continue:
    """The rest of an answer."""


_Air: TypeAlias = air.ReadBlocks | air.WriteAfi | air.GetSystemInformation
_Meaning: TypeAlias = (
    AskAtr
    | GetUid
    | LoadKey
    | Authenticate
    | ReadBinary
    | UpdateBinary
    | GetObject
    | WriteObject
    | Manage
    | SwitchProtocol
    | _Air
    | SelectFile
    | ReadRecord
    | Continue
)


class _WholePieces:
    """A `StreamDecoder` for what comes in whole pieces."""

    buffered = 0

    def feed(self, data: bytes, /) -> list[bytes]:
        return [data]

    def reset(self) -> None:
        """Nothing is ever begun."""


class _Pcsc:
    """See `Family`. A card is nobody's only if it is a tag and an item."""

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self._pseudonyms = pseudonyms
        self._tags = TagLedger(pseudonyms)
        self._uid: str | None = None

    def decoders(self) -> tuple[_WholePieces, _WholePieces]:
        return _WholePieces(), _WholePieces()

    def encode(self, frame: bytes) -> bytes:
        return frame

    def question(self, frame: bytes) -> _Meaning:
        return AskAtr() if frame == ASK_ATR else _meaning(decode_command(frame))

    def answer(self, question: _Meaning, frame: bytes) -> bytes:
        if isinstance(question, AskAtr):
            if len(frame) > ATR_BYTES_MAX:
                raise DecodeError("length", "this is no answer to reset")
        else:
            decode_response(frame)
        return frame

    def learn(self, question: _Meaning, answer: bytes) -> None:
        if isinstance(question, AskAtr):
            self._uid = None
            return
        response = decode_response(answer)
        with suppress(DecodeError):
            match question:
                case GetUid() if response.ok:
                    self._uid = air.uid_text(response.data)
                case ReadBinary(block, count) if self._uid and response.ok and len(response.data) == count:
                    self._tags.holds(self._uid, block, (response.data,))
                case GetObject(TagObject.DSFID) if self._uid and response.ok and response.data:
                    self._tags.knows(self._uid, dsfid=response.data[0])
                case air.ReadBlocks() | air.GetSystemInformation():
                    self._learn_air(question, air.decode_response(card_data_of(response)))
                case _:
                    pass

    def _learn_air(self, question: air.ReadBlocks | air.GetSystemInformation, data: bytes) -> None:
        if isinstance(question, air.GetSystemInformation):
            tag = air.decode_system_information(data)
            self._tags.knows(tag.uid, dsfid=tag.dsfid)
            return
        size = len(data) // question.count
        blocks = tuple(data[at * size : (at + 1) * size] for at in range(question.count))
        self._tags.holds(question.uid, question.first, blocks)

    def asked(self, frame: bytes, question: _Meaning) -> bytes:
        match question:
            case AskAtr():
                self._uid = None
                return frame
            case LoadKey():
                return encode_command(encode_storage(replace(question, key=bytes(KEY_BYTES))))
            case UpdateBinary(_, data):
                return encode_command(encode_storage(replace(question, data=self._data(data))))
            case air.ReadBlocks() | air.WriteAfi() | air.GetSystemInformation():
                told = replace(question, uid=self._tags.uid(question.uid))
                return encode_command(encode_transparent(Transceive(air.encode_request(told))))
            case _:
                return frame

    def told(self, _frame: bytes, question: _Meaning, answer: bytes) -> bytes:
        if isinstance(question, AskAtr):
            return _told_atr(answer)
        return encode_response(self._redacted(question, decode_response(answer)))

    def _redacted(self, question: _Meaning, response: Response) -> Response:
        match question:
            case air.ReadBlocks() | air.WriteAfi() | air.GetSystemInformation():
                return self._told_air(question, response)
            case _ if not response.ok:
                return replace(response, data=bytes(len(response.data)))
            case GetUid():
                return replace(response, data=self._told_uid(response.data))
            case ReadBinary():
                return replace(response, data=self._data(response.data))
            case GetObject() | Manage() | SwitchProtocol():
                return response
            case _:
                return replace(response, data=_blanked(question, response.data))

    def _told_uid(self, data: bytes) -> bytes:
        try:
            self._uid = air.uid_text(data)
        except DecodeError:
            return bytes.fromhex(self._pseudonyms.uid(data.hex(), kept=0))
        told = bytes.fromhex(self._tags.uid(self._uid))
        return told if data[0] == air.FIRST_BYTE else told[::-1]

    def _told_air(self, question: _Air, response: Response) -> Response:
        if not response.ok:
            return Response(b"", response.status)
        try:
            said = card_data_of(response)
        except DecodeError:
            return encode_transparent_answer(None, _NO_ANSWER)
        try:
            data = air.decode_response(said)
        except DecodeError:
            return encode_transparent_answer(said[:2])  # that it refuses, and why
        return encode_transparent_answer(air.encode_response(self._told_air_data(question, data)))

    def _told_air_data(self, question: _Air, data: bytes) -> bytes:
        match question:
            case air.GetSystemInformation():
                tag = air.decode_system_information(data)
                return air.encode_system_information(replace(tag, uid=self._tags.uid(tag.uid)))
            case air.ReadBlocks(uid):
                return self._tags.data(uid, data)
            case _:
                return b""

    def _data(self, data: bytes) -> bytes:
        return bytes(len(data)) if self._uid is None else self._tags.data(self._uid, data)


def _told_atr(atr: bytes) -> bytes:
    """A memory card's is made up by its reader and says what kind it is."""
    try:
        return _PROCESSOR_CARD_ATR if decode_atr(atr) is None else atr
    except DecodeError:
        return _PROCESSOR_CARD_ATR


def _blanked(question: _Meaning, data: bytes) -> bytes:
    """A record keeps its number and length."""
    kept = 2 if isinstance(question, ReadRecord) else 0
    return data[:kept] + bytes(len(data[kept:]))


def _meaning(command: Command) -> _Meaning:
    """What a command is for, or DecodeError for one that nobody here sends."""
    if replace(command, expected=apdu.SHORT_LE_MAX) == apdu.GET_UID:
        return GetUid()
    if (command.cla, command.ins, command.data) == (0x00, _GET_RESPONSE, b""):
        return Continue()
    for decode in _DECODERS:
        with suppress(DecodeError):
            return decode(command)
    raise DecodeError("command", "this may not be told")


def _transparent(command: Command) -> _Meaning:
    meaning = decode_transparent(command)
    return air.decode_request(meaning.data) if isinstance(meaning, Transceive) else meaning


def _social_security(command: Command) -> _Meaning:
    files = (social_security.CARD_FILE, social_security.HOLDER_FILE)
    if command in (social_security.SELECT_APPLICATION, *map(social_security.select_file, files)):
        return SelectFile()
    for file in files:
        with suppress(DecodeError):
            social_security.decode_read_record(command, file)
            return ReadRecord()
    raise DecodeError("command", "this reads no record known")


_DECODERS: Final[tuple[Callable[[Command], _Meaning], ...]] = (
    decode_storage,
    decode_omnikey,
    _transparent,
    _social_security,
)


def _redact(traffic: Sequence[Traffic], _driven: Driven, pseudonyms: Pseudonyms) -> Iterator[Happening]:
    return redact_dialogue(traffic, _Pcsc(pseudonyms))


PCSC: Final = Redaction(_redact, secrets=frozenset({"block_key"}))
