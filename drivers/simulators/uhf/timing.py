"""How long the air takes between a UHF reader and its tags (EPC Gen2 V2), and the serial line to the host.

Computed for the link most readers of this kind start with: Tari 25 µs, a data-1 of two Tari, tags answering in Miller 4
at 250 kHz (profile D1 of the A0 readers). A round is taken to have no collision and as many slots as the next power of
two; a word takes the 20 ms that a tag may take at most to write. Real readers add computing time of their own, which is
not known.
"""

from __future__ import annotations

from collections.abc import Collection

_TARI_S = 25e-6
_FORWARD_BIT_S = 1.5 * _TARI_S  # zeros and ones in equal number
_RTCAL_S = 3 * _TARI_S
_TRCAL_S = 64 / 3 / 250e3
_DELIMITER_S = 12.5e-6
_FRAME_SYNC_S = _DELIMITER_S + _TARI_S + _RTCAL_S
_PREAMBLE_S = _FRAME_SYNC_S + _TRCAL_S
_BACKWARD_BIT_S = 4 / 250e3
_BACKWARD_EXTRA_BITS = 10 + 1  # preamble and the dummy at the end
_T1_S = _RTCAL_S  # the longer of RTcal and ten cycles
_T2_S = 10 / 250e3
_T3_S = 10 / 250e3
_WRITE_S = 20e-3

_SELECT_BITS, _QUERY_BITS, _QUERY_REP_BITS, _ACK_BITS, _REQ_RN_BITS = 45, 22, 4, 18, 40
_READ_BITS, _WRITE_BITS = 58, 66
_RN16_BITS, _HANDLE_BITS, _WRITTEN_BITS = 16, 32, 33
_PC_AND_CRC_BITS, _READ_FRAME_BITS = 32, 33
_WORD_BITS = 16
_BITS_PER_BYTE = 10  # start, eight data, stop


def serial_s(byte_count: int, baudrate: int) -> float:
    """Time of so many bytes on the host's line."""
    return byte_count * _BITS_PER_BYTE / baudrate


def inventory_s(epc_words: Collection[int]) -> float:
    """One round over tags with EPCs so long."""
    slots = 1 << max(len(epc_words) - 1, 0).bit_length()
    empty = slots - len(epc_words)
    reps = (slots - 1) * (_FRAME_SYNC_S + _QUERY_REP_BITS * _FORWARD_BIT_S)
    query = _PREAMBLE_S + _QUERY_BITS * _FORWARD_BIT_S
    return query + reps + sum(map(_singulation_s, epc_words)) + empty * (_T1_S + _T3_S)


def _singulation_s(epc_words: int) -> float:
    epc = _answer_s(_PC_AND_CRC_BITS + epc_words * _WORD_BITS)
    return _answer_s(_RN16_BITS) + _command_s(_ACK_BITS) + epc


def read_s(epc_words: int, words: int) -> float:
    """Select one tag by its EPC and read so many words of it."""
    return _opened_s(epc_words) + _command_s(_READ_BITS) + _answer_s(_READ_FRAME_BITS + words * _WORD_BITS)


def write_s(epc_words: int, words: int) -> float:
    """Select one tag by its EPC and write so many words, each covered by a random number of the tag."""
    covered = _command_s(_REQ_RN_BITS) + _answer_s(_HANDLE_BITS)
    word = covered + _command_s(_WRITE_BITS) + _WRITE_S + _answer_s(_WRITTEN_BITS)
    return _opened_s(epc_words) + words * word


def _opened_s(epc_words: int) -> float:
    select = _command_s(_SELECT_BITS + epc_words * _WORD_BITS) + _RTCAL_S
    return select + inventory_s((epc_words,)) + _command_s(_REQ_RN_BITS) + _answer_s(_HANDLE_BITS)


def _command_s(bits: int) -> float:
    return _FRAME_SYNC_S + bits * _FORWARD_BIT_S


def _answer_s(bits: int) -> float:
    return _T1_S + (bits + _BACKWARD_EXTRA_BITS) * _BACKWARD_BIT_S + _T2_S
