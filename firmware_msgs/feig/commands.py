"""The command byte of a FEIG frame."""

from __future__ import annotations

from enum import IntEnum


class Command(IntEnum):
    """What a frame asks for, or answers."""

    READ_BUFFER = 0x21
    READ_LARGE_BUFFER = 0x22
    BUFFER_INFORMATION = 0x31
    CLEAR_BUFFER = 0x32
    START_BUFFER = 0x33
    DETECT_BAUD_RATE = 0x52
    RESET_CPU = 0x63
    RESET_SYSTEM = 0x64
    SOFTWARE_VERSION = 0x65
    READER_INFORMATION = 0x66
    RESET_RF = 0x69
    SWITCH_RF = 0x6A
    SET_NOISE_LEVEL = 0x6C
    GET_NOISE_LEVEL = 0x6D
    SET_OUTPUTS = 0x71
    SET_OUTPUT_RECORDS = 0x72
    GET_INPUTS = 0x74
    GET_PEOPLE = 0x77  # to a people counter
    SET_PEOPLE = 0x78  # to a people counter
    READ_CONFIGURATION = 0x80
    WRITE_CONFIGURATION = 0x81
    SAVE_CONFIGURATION = 0x82
    RESET_CONFIGURATION = 0x83
    PERIPHERAL = 0x9F
    ISO_15693 = 0xB0
    CUSTOM = 0xB1
