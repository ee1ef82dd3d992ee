"""The status byte of every FEIG answer, in plain words (FEIG H20800-16e and H60301-3e, annex of status bytes)."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """What became of a request."""

    OK = 0x00
    NO_TAG = 0x01
    FALSE_DATA = 0x02
    WRITE_ERROR = 0x03
    ADDRESS_ERROR = 0x04
    WRONG_TAG_TYPE = 0x05
    AUTHENTICATION_ERROR = 0x08
    COLLISION = 0x0B
    GENERAL_ERROR = 0x0E
    BUSY = 0x0F
    EEPROM_FAILURE = 0x10
    PARAMETER_RANGE = 0x11
    LOGIN_NEEDED = 0x13
    LOGIN_ERROR = 0x14
    READ_PROTECTED = 0x15
    WRITE_PROTECTED = 0x16
    ACTIVATION_NEEDED = 0x17
    WRONG_FIRMWARE = 0x18
    PERIPHERAL_SILENT = 0x20
    UNKNOWN_COMMAND = 0x80
    LENGTH_ERROR = 0x81
    NOT_AVAILABLE = 0x82
    RF_ERROR = 0x83
    RF_WARNING = 0x84
    NO_VALID_DATA = 0x92
    BUFFER_OVERFLOW = 0x93
    MORE_DATA = 0x94
    TAG_ERROR = 0x95
    HARDWARE_WARNING = 0xF1
    INITIALISATION_WARNING = 0xF2


_WORDS = {
    Status.OK: "done",
    Status.NO_TAG: "no tag answered",
    Status.FALSE_DATA: "a tag's answer was garbled",
    Status.WRITE_ERROR: "the tag did not keep what was written",
    Status.ADDRESS_ERROR: "the tag has no such block",
    Status.WRONG_TAG_TYPE: "the tag does not know this command",
    Status.AUTHENTICATION_ERROR: "the tag's password is needed",
    Status.COLLISION: "several tags answered at once",
    Status.GENERAL_ERROR: "the reader failed without saying why",
    Status.BUSY: "the reader is busy",
    Status.EEPROM_FAILURE: "the reader's own memory is broken",
    Status.PARAMETER_RANGE: "a value is outside what the reader allows",
    Status.LOGIN_NEEDED: "the reader wants its password first",
    Status.LOGIN_ERROR: "the reader's password was wrong",
    Status.READ_PROTECTED: "the tag or the reader does not allow this reading",
    Status.WRITE_PROTECTED: "the tag or the reader does not allow this writing",
    Status.ACTIVATION_NEEDED: "the reader's firmware must be activated by its maker",
    Status.WRONG_FIRMWARE: "the reader's firmware does not fit its hardware",
    Status.PERIPHERAL_SILENT: "what is connected to the reader does not answer",
    Status.UNKNOWN_COMMAND: "the reader does not know this command",
    Status.LENGTH_ERROR: "the reader found the command too long or too short",
    Status.NOT_AVAILABLE: "the reader cannot do this in its present mode",
    Status.RF_ERROR: "the radio link to the tag broke",
    Status.RF_WARNING: "the antenna is badly tuned or disturbed",
    Status.NO_VALID_DATA: "the reader's buffer is empty",
    Status.BUFFER_OVERFLOW: "the reader's buffer is full",
    Status.MORE_DATA: "there is more to fetch",
    Status.TAG_ERROR: "the tag refused",
    Status.HARDWARE_WARNING: "the reader's hardware is broken",
    Status.INITIALISATION_WARNING: "the reader lost its settings and runs with those of the factory",
}


def status_words(status: int) -> str:
    """The status as a clause for a technician; unknown ones by number."""
    try:
        return _WORDS[Status(status)]
    except ValueError:
        return f"the reader gave the unknown status {status:02X}"
