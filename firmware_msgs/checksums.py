"""The 16-bit CRCs of the wires spoken here."""

from __future__ import annotations

import binascii


def crc16_ccitt_false(data: bytes) -> int:
    """Poly 1021, preset FFFF, not reflected, no final XOR (ISO 28560-3, ISO 28560-4 before its own XOR)."""
    return binascii.crc_hqx(data, 0xFFFF)


def crc16_mcrf4xx(data: bytes) -> int:
    """Poly 8408 (1021 reflected), preset FFFF, no final XOR (FEIG OBID, Chafon); sent low byte first.

    Over a message with its own CRC appended the result is 0.
    """
    crc = 0xFFFF
    for byte in data:
        crc = crc >> 8 ^ _MCRF4XX_TABLE[(crc ^ byte) & 0xFF]
    return crc


def crc16_modbus(data: bytes) -> int:
    """Poly A001 (8005 reflected), preset FFFF, no final XOR (Modbus RTU); sent low byte first.

    Over a message with its own CRC appended the result is 0.
    """
    crc = 0xFFFF
    for byte in data:
        crc = crc >> 8 ^ _MODBUS_TABLE[(crc ^ byte) & 0xFF]
    return crc


def _table_entry(index: int, reflected_poly: int) -> int:
    for _ in range(8):
        index = index >> 1 ^ (reflected_poly if index & 1 else 0)
    return index


_MCRF4XX_TABLE = tuple(_table_entry(index, 0x8408) for index in range(256))
_MODBUS_TABLE = tuple(_table_entry(index, 0xA001) for index in range(256))
