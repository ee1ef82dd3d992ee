"""The error codes of the A0 readers, in plain words; the codes as several public programs list them [S]."""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class Status(IntEnum):
    """What became of a request."""

    SUCCESS = 0x10
    FAIL = 0x11
    MCU_RESET_ERROR = 0x20
    CW_ON_ERROR = 0x21
    ANTENNA_MISSING = 0x22
    WRITE_FLASH_ERROR = 0x23
    READ_FLASH_ERROR = 0x24
    SET_POWER_ERROR = 0x25
    INVENTORY_ERROR = 0x31
    READ_ERROR = 0x32
    WRITE_ERROR = 0x33
    LOCK_ERROR = 0x34
    KILL_ERROR = 0x35
    NO_TAG = 0x36
    ACCESS_FAILED = 0x37
    BUFFER_EMPTY = 0x38
    NXP_COMMAND_FAILED = 0x3C
    PASSWORD_ERROR = 0x40
    PARAMETER_INVALID = 0x41
    TOO_MANY_WORDS = 0x42
    BANK_OUT_OF_RANGE = 0x43
    LOCK_AREA_OUT_OF_RANGE = 0x44
    LOCK_ACTION_OUT_OF_RANGE = 0x45
    ADDRESS_INVALID = 0x46
    ANTENNA_OUT_OF_RANGE = 0x47
    POWER_OUT_OF_RANGE = 0x48
    REGION_OUT_OF_RANGE = 0x49
    BAUD_RATE_OUT_OF_RANGE = 0x4A
    BEEPER_OUT_OF_RANGE = 0x4B
    MATCH_TOO_LONG = 0x4C
    MATCH_LENGTH_WRONG = 0x4D
    MATCH_MODE_INVALID = 0x4E
    FREQUENCY_RANGE_INVALID = 0x4F
    NO_RN16 = 0x50
    DRM_MODE_INVALID = 0x51
    PLL_NOT_LOCKED = 0x52
    RF_CHIP_SILENT = 0x53
    POWER_NOT_REACHED = 0x54
    COPYRIGHT_CHECK_FAILED = 0x55
    SPECTRUM_WRONG = 0x56
    POWER_TOO_LOW = 0x57
    RETURN_LOSS_ERROR = 0xEE


_WORDS: Final = {
    Status.SUCCESS: "done",
    Status.FAIL: "the reader failed without saying why",
    Status.MCU_RESET_ERROR: "the reader could not restart",
    Status.CW_ON_ERROR: "the reader could not switch its field on",
    Status.ANTENNA_MISSING: "no antenna is connected there",
    Status.WRITE_FLASH_ERROR: "the reader's own memory cannot be written",
    Status.READ_FLASH_ERROR: "the reader's own memory cannot be read",
    Status.SET_POWER_ERROR: "the reader could not set its power",
    Status.INVENTORY_ERROR: "the inventory failed",
    Status.READ_ERROR: "the tag could not be read",
    Status.WRITE_ERROR: "the tag could not be written",
    Status.LOCK_ERROR: "the tag could not be locked",
    Status.KILL_ERROR: "the tag could not be disabled",
    Status.NO_TAG: "no tag answered",
    Status.ACCESS_FAILED: "the tag was seen but did not let itself be accessed",
    Status.BUFFER_EMPTY: "the reader's buffer is empty",
    Status.NXP_COMMAND_FAILED: "a command of NXP's own failed",
    Status.PASSWORD_ERROR: "the tag's password is wrong or access failed",
    Status.PARAMETER_INVALID: "a value is outside what the reader allows",
    Status.TOO_MANY_WORDS: "more words were asked for than the reader allows",
    Status.BANK_OUT_OF_RANGE: "the tag has no such memory",
    Status.LOCK_AREA_OUT_OF_RANGE: "there is no such area to lock",
    Status.LOCK_ACTION_OUT_OF_RANGE: "there is no such way to lock",
    Status.ADDRESS_INVALID: "the reader's address is impossible",
    Status.ANTENNA_OUT_OF_RANGE: "the reader has no such antenna",
    Status.POWER_OUT_OF_RANGE: "the reader cannot send with this power",
    Status.REGION_OUT_OF_RANGE: "the reader knows no such region",
    Status.BAUD_RATE_OUT_OF_RANGE: "the reader knows no such baud rate",
    Status.BEEPER_OUT_OF_RANGE: "the beeper has no such mode",
    Status.MATCH_TOO_LONG: "the EPC to select by is too long",
    Status.MATCH_LENGTH_WRONG: "the EPC to select by has a wrong length",
    Status.MATCH_MODE_INVALID: "there is no such way to select",
    Status.FREQUENCY_RANGE_INVALID: "the frequency range is impossible",
    Status.NO_RN16: "the tag did not hand out a number to speak under",
    Status.DRM_MODE_INVALID: "there is no such dense reader mode",
    Status.PLL_NOT_LOCKED: "the reader could not find its frequency",
    Status.RF_CHIP_SILENT: "the reader's radio chip does not answer",
    Status.POWER_NOT_REACHED: "the reader could not reach its power",
    Status.COPYRIGHT_CHECK_FAILED: "the reader's firmware does not belong to it",
    Status.SPECTRUM_WRONG: "the frequency is outside the region",
    Status.POWER_TOO_LOW: "the reader's power is too low",
    Status.RETURN_LOSS_ERROR: "the antenna could not be measured",
}


def status_words(status: int) -> str:
    """The status as a clause for a technician; unknown ones by number."""
    try:
        return _WORDS[Status(status)]
    except ValueError:
        return f"the reader gave the unknown code {status:02X}"
