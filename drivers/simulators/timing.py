"""How long a FEIG reader takes: the air (ISO 15693 at its high data rate) and the serial line to the host.

The simulator keeps to these times, and a benchmark computes its limit from them. Carrier cycles are those of ISO
15693-2 and -3; a tag's EEPROM time is an ST LRI2K's (tW).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from firmware_msgs.feig.answers import Answer, Refused, encode_answer
from firmware_msgs.feig.frames import encode_frame
from firmware_msgs.feig.nxp import OnNxpTag, SenseEas
from firmware_msgs.feig.requests import Request, encode_request
from firmware_msgs.feig.tag_requests import (
    GetBlockSecurity,
    GetSystemInformation,
    LockBlocks,
    ReadBlocks,
    ResetToReady,
    Select,
    StayQuiet,
    TakeInventory,
    WriteAfi,
    WriteBlocks,
    WriteDsfid,
)
from firmware_msgs.feig.targets import OnTag

BAUDRATE = 38400
BITS_PER_BYTE = 11  # start, eight data, even parity, stop

_CYCLE_S = 1 / 13.56e6
_BYTE_S = 8 * 512 * _CYCLE_S  # 26.48 kbit/s, both ways
_REQUEST_EDGES_S = (1024 + 512) * _CYCLE_S  # start and end of a request
_END_MARK_S = 512 * _CYCLE_S
_RESPONSE_EDGES_S = 2 * 2048 * _CYCLE_S  # start and end of a response
_BEFORE_RESPONSE_S = 4352 * _CYCLE_S  # t1
_AFTER_RESPONSE_S = 4192 * _CYCLE_S  # t2
_EMPTY_SLOT_S = 4384 * _CYCLE_S  # t3, at 100 % modulation
_EEPROM_S = 18 * _BYTE_S

_SLOT_BITS = 4
_ADDRESSED_BYTES = 12  # flags, command, UID, CRC
_BARE_RESPONSE_BYTES = 3  # flags, CRC
_UID_BYTES = 8
_BLOCK_BYTES = 4
_SYSTEM_INFORMATION_BYTES = 14
_EAS_BYTES = 32
_FLEETING = (StayQuiet, Select, ResetToReady)  # what a tag does not write down
_INVENTORY_BYTES = 5
_INVENTORY_RESPONSE_BYTES = 12


def serial_s(byte_count: int) -> float:
    """Time of so many bytes on the host's line."""
    return byte_count * BITS_PER_BYTE / BAUDRATE


def exchange_s(request: Request, answer: Answer, uids: Collection[str] = ()) -> float:
    """From the first byte sent to the last received, in advanced frames; `uids` lie in the field."""
    frames = encode_request(request), encode_answer(request, answer)
    return sum(serial_s(len(encode_frame(frame))) for frame in frames) + air_s(request, answer, uids)


def air_s(request: Request, answer: Answer, uids: Collection[str] = ()) -> float:
    """Time on the air between question and answer; 0 for what concerns the reader alone."""
    match request:
        case TakeInventory(more):
            return 0 if more else inventory_s(uids)
        case ReadBlocks() | GetBlockSecurity() | GetSystemInformation() | SenseEas():
            return _tag_s(_question_bytes(request), _BARE_RESPONSE_BYTES + _told_bytes(request, answer), answer)
        case WriteBlocks(blocks=blocks):
            return len(blocks) * (_tag_s(_question_bytes(request), _BARE_RESPONSE_BYTES, answer) + _EEPROM_S)
        case LockBlocks(count=count):
            return count * (_tag_s(_question_bytes(request), _BARE_RESPONSE_BYTES, answer) + _EEPROM_S)
        case OnTag():
            once = _tag_s(_question_bytes(request), _BARE_RESPONSE_BYTES, answer)
            return once if isinstance(request, _FLEETING) else once + _EEPROM_S
        case _:
            return 0


def _question_bytes(request: OnTag) -> int:
    """Of one question: several blocks are written and locked one after the other."""
    head = _ADDRESSED_BYTES if isinstance(request.tag, str) else _ADDRESSED_BYTES - _UID_BYTES
    match request:
        case ReadBlocks() | GetBlockSecurity():
            return head + 2
        case WriteBlocks(blocks=blocks):
            return head + 1 + max(map(len, blocks), default=0)
        case WriteAfi() | WriteDsfid() | LockBlocks() | OnNxpTag():
            return head + 1
        case _:
            return head


def _told_bytes(request: OnTag, answer: Answer) -> int:
    match request:
        case _ if isinstance(answer, Refused):
            return 0
        case ReadBlocks(count=count, with_security=with_security):
            return count * (_BLOCK_BYTES + with_security)
        case GetBlockSecurity(count=count):
            return count
        case GetSystemInformation():
            return _SYSTEM_INFORMATION_BYTES
        case _:
            return _EAS_BYTES


def inventory_s(uids: Collection[str]) -> float:
    """A round of 16 slots by four bits of the UID, and one more for the tags of each slot that collided."""
    return _round_s([int(uid, 16) for uid in uids], 0)


def _round_s(uids: Iterable[int], mask_bits: int) -> float:
    slots: dict[int, list[int]] = defaultdict(list)
    for uid in uids:
        slots[uid >> mask_bits & 0xF].append(uid)
    empty = (1 << _SLOT_BITS) - len(slots)
    request_s = _request_s(_INVENTORY_BYTES + -(-mask_bits // 8))
    round_s = request_s + len(slots) * _response_s(_INVENTORY_RESPONSE_BYTES) + empty * _EMPTY_SLOT_S
    collided = (members for members in slots.values() if len(members) > 1)
    deeper_s = sum(_round_s(members, mask_bits + _SLOT_BITS) for members in collided)
    return round_s + ((1 << _SLOT_BITS) - 1) * _END_MARK_S + deeper_s


def _tag_s(request_bytes: int, response_bytes: int, answer: Answer) -> float:
    if isinstance(answer, Refused) and answer.tag_error is None:
        return _request_s(request_bytes) + _EMPTY_SLOT_S
    return _request_s(request_bytes) + _response_s(response_bytes)


def _request_s(byte_count: int) -> float:
    return _REQUEST_EDGES_S + byte_count * _BYTE_S


def _response_s(byte_count: int) -> float:
    return _BEFORE_RESPONSE_S + _RESPONSE_EDGES_S + byte_count * _BYTE_S + _AFTER_RESPONSE_S
