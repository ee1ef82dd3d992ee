"""FEIG OBID frames. A frame does not say whether it is question or answer; only a host's wildcard address tells, and it
not surely: some readers answer under it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Final

from firmware_msgs.errors import DecodeError
from firmware_msgs.feig.answers import Answer, decode_answer, encode_answer
from firmware_msgs.feig.buffered_mode import ClearBuffer, GetBufferInformation, ReadBuffer, StartBuffer
from firmware_msgs.feig.commands import Command
from firmware_msgs.feig.configuration import (
    ReadConfiguration,
    ResetConfiguration,
    SaveConfiguration,
    WriteConfiguration,
)
from firmware_msgs.feig.frames import ANY_ADDRESS, Frame, Framing, parse_whole
from firmware_msgs.feig.nxp import SenseEas
from firmware_msgs.feig.peripherals import GetPeople, SetPeople
from firmware_msgs.feig.reader_answers import InformationMode
from firmware_msgs.feig.reader_requests import (
    DetectBaudRate,
    GetInputs,
    GetNoiseLevel,
    GetReaderInformation,
    GetSoftwareVersion,
    ResetCpu,
    ResetRf,
    ResetSystem,
    SetNoiseLevel,
    SetOutputRecords,
    SetOutputs,
    SwitchRf,
)
from firmware_msgs.feig.requests import Request, decode_request
from firmware_msgs.feig.tag_answers import decode_system_information
from firmware_msgs.feig.tag_requests import (
    GetBlockSecurity,
    GetSystemInformation,
    ReadBlocks,
    Select,
    TakeInventory,
)
from firmware_msgs.feig.targets import Unaddressed
from provisioning.decoding.feig_words import answer_words, request_words, system_information_words
from provisioning.decoding.reading import Json, Reading, either

_ANY: Final = Unaddressed.ANY
_ASKED: Final[Mapping[int, tuple[Request, ...]]] = {
    Command.READ_BUFFER: (ReadBuffer(0, large=False),),
    Command.READ_LARGE_BUFFER: (ReadBuffer(0),),
    Command.BUFFER_INFORMATION: (GetBufferInformation(),),
    Command.CLEAR_BUFFER: (ClearBuffer(),),
    Command.START_BUFFER: (StartBuffer(),),
    Command.DETECT_BAUD_RATE: (DetectBaudRate(),),
    Command.RESET_CPU: (ResetCpu(),),
    Command.RESET_SYSTEM: (ResetSystem(),),
    Command.SOFTWARE_VERSION: (GetSoftwareVersion(),),
    Command.READER_INFORMATION: tuple(
        GetReaderInformation(mode)
        for mode in (
            InformationMode.FIRMWARE,
            InformationMode.DEVICE_ID,
            InformationMode.ALL,
            InformationMode.READABLE_CONFIGURATION,
        )
    ),
    Command.RESET_RF: (ResetRf(),),
    Command.SWITCH_RF: (SwitchRf(on=True),),
    Command.SET_NOISE_LEVEL: (SetNoiseLevel(0, 0, 0),),
    Command.GET_NOISE_LEVEL: (GetNoiseLevel(),),
    Command.SET_OUTPUTS: (SetOutputs(0),),
    Command.SET_OUTPUT_RECORDS: (SetOutputRecords(()),),
    Command.GET_INPUTS: (GetInputs(),),
    Command.READ_CONFIGURATION: (ReadConfiguration(0),),
    Command.WRITE_CONFIGURATION: (WriteConfiguration(0, b""),),
    Command.SAVE_CONFIGURATION: (SaveConfiguration(),),
    Command.RESET_CONFIGURATION: (ResetConfiguration(),),
    Command.PERIPHERAL: (GetPeople(), SetPeople((0, 0, 0, 0))),
    Command.CUSTOM: (SenseEas(_ANY),),
}
"""What an answer with this command byte may answer, the likeliest first."""


def _questions_of(frame: Frame) -> Iterator[Request]:
    if frame.command != Command.ISO_15693:
        yield from _ASKED.get(frame.command, ())
        return
    yield Select(_ANY)
    yield TakeInventory()
    yield GetSystemInformation(_ANY)
    if len(frame.data) > 1:
        yield ReadBlocks(_ANY, 0, frame.data[1])
        yield GetBlockSecurity(_ANY, 0, frame.data[1])


def _answer_in(frame: Frame) -> Answer | None:
    """The first reading that tells every byte."""
    for question in _questions_of(frame):
        with suppress(DecodeError):
            answer = decode_answer(question, frame)
            if encode_answer(question, answer).data == frame.data:
                return answer
    return None


def _question_in(frame: Frame) -> Request | None:
    with suppress(DecodeError):
        return decode_request(frame)
    return None


def read_frame(frame: Frame) -> dict[str, Json]:
    """What the frame says, as question, answer, or either."""
    question = _question_in(frame)
    is_hosts = question is not None and frame.address == ANY_ADDRESS
    answer = None if is_hosts else _answer_in(frame)
    head: dict[str, Json] = {
        "framing": frame.framing.value,
        "address": f"{frame.address:02x}",
        "cmd": f"{frame.command:02x}",
    }
    said = either(
        None if question is None else request_words(question),
        None if answer is None else answer_words(answer, frame),
    )
    if said is None:
        return {"kind": "other", **head, "data": frame.data.hex()}
    return {**said, **head, **_direction(question, answer)}


def _direction(question: Request | None, answer: Answer | None) -> dict[str, Json]:
    """Where only one side can have sent it."""
    if question is None:
        return {"direction": "answer"}
    return {"direction": "question"} if answer is None else {}


def _reading(framing: Framing) -> Reading:
    def read(data: bytes) -> dict[str, Json]:
        frame = parse_whole(data)
        if frame.framing is not framing:
            raise DecodeError("framing", f"this is a frame in {frame.framing.value} form", 0)
        return read_frame(frame)

    return read


def _read_system_information(data: bytes) -> dict[str, Json]:
    return system_information_words(decode_system_information(data))


READINGS: Final[Mapping[str, Reading]] = MappingProxyType(
    {
        "feig-standard": _reading(Framing.STANDARD),
        "feig-advanced": _reading(Framing.ADVANCED),
        "feig-sysinfo-data": _read_system_information,
    }
)
