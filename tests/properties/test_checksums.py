from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from firmware_msgs.checksums import crc16_ccitt_false, crc16_mcrf4xx


def test_published_check_values() -> None:
    """Of the ASCII digits 1 to 9, from the catalogue of CRC parameters."""
    assert crc16_ccitt_false(b"123456789") == 0x29B1
    assert crc16_mcrf4xx(b"123456789") == 0x6F91


@given(st.binary())
def test_mcrf4xx_is_ccitt_false_with_all_bits_turned_round(data: bytes) -> None:
    reflected = bytes(int(f"{byte:08b}"[::-1], 2) for byte in data)
    assert crc16_mcrf4xx(data) == int(f"{crc16_ccitt_false(reflected):016b}"[::-1], 2)


@given(st.binary(), st.data())
def test_a_changed_bit_is_always_noticed(data: bytes, choice: st.DataObject) -> None:
    sealed = bytearray(data + crc16_mcrf4xx(data).to_bytes(2, "little"))
    assert crc16_mcrf4xx(bytes(sealed)) == 0
    bit = choice.draw(st.integers(0, 8 * len(sealed) - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    assert crc16_mcrf4xx(bytes(sealed)) != 0
