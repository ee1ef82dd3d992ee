"""The firmware side of a FEIG OBID i-scan reader: requests in, answers and their times out. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from drivers.simulators.faults import LineFaults
from drivers.simulators.feig.air import Air
from drivers.simulators.feig.gathering import Gathering
from drivers.simulators.feig.identity import VERSION, information
from drivers.simulators.feig.outputs import Outputs
from drivers.simulators.feig.people import PeopleCounter
from drivers.simulators.feig.settings import Settings
from drivers.simulators.firmware import Reply
from drivers.simulators.timing import air_s, serial_s
from drivers.simulators.virtual_tag import Field
from firmware_msgs.errors import DecodeError
from firmware_msgs.feig.answers import Answer, Done, Refused, encode_answer
from firmware_msgs.feig.blocks import BlockOrder
from firmware_msgs.feig.buffered_mode import ClearBuffer, GetBufferInformation, ReadBuffer, StartBuffer
from firmware_msgs.feig.configuration import (
    ReadConfiguration,
    ResetConfiguration,
    SaveConfiguration,
    WriteConfiguration,
)
from firmware_msgs.feig.decoder import FrameDecoder
from firmware_msgs.feig.frames import ANY_ADDRESS, READER_ADDRESS, Frame, encode_frame
from firmware_msgs.feig.peripherals import GetPeople, SetPeople
from firmware_msgs.feig.reader_answers import Inputs, NoiseLevel
from firmware_msgs.feig.reader_requests import (
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
from firmware_msgs.feig.status import Status
from firmware_msgs.feig.tag_requests import TakeInventory, WriteAfi
from firmware_msgs.feig.targets import OnTag

_STATUS_OF_FAULT: Final = {"command": Status.UNKNOWN_COMMAND, "value": Status.PARAMETER_RANGE}


@dataclass(slots=True)
class Build:
    """How a reader is built and set. `line_s` is the time of so many bytes on the way to the host; `gathers`: it is in
    buffered read mode, where it obeys no command to a tag.
    """

    address: int = READER_ADDRESS
    order: BlockOrder = BlockOrder.MSB_FIRST
    gathers: bool = False
    line_s: Callable[[int], float] = serial_s
    people: PeopleCounter = field(default_factory=PeopleCounter)


class FeigFirmware:
    """One reader over one field. `pace` scales all times; 0 answers at once."""

    def __init__(self, field: Field, *, pace: float = 1.0, build: Build | None = None) -> None:
        self.field = field
        self.faults = LineFaults()
        self.build = Build() if build is None else build
        self.outputs = Outputs()
        self.inputs = 0
        self._pace = pace
        self._decoder = FrameDecoder()
        self._air = Air(field)
        self._gathering = Gathering(field)
        self._settings = Settings()
        self._noise = NoiseLevel(0, 0, 0)

    def feed(self, data: bytes) -> list[Reply]:
        """The replies to the requests that these bytes complete, in order."""
        replies = (self._reply(frame) for frame in self._decoder.feed(data))
        return [reply for reply in replies if reply is not None]

    def _reply(self, frame: Frame) -> Reply | None:
        if frame.address not in (ANY_ADDRESS, self.build.address) or self.faults.takes_frame():
            return None
        try:
            request = decode_request(frame, self.build.order)
        except DecodeError as error:
            status = _STATUS_OF_FAULT.get(error.kind, Status.LENGTH_ERROR)
            refusal = Frame(frame.command, bytes((status,)), self.build.address, frame.framing)
            return self._timed(frame, encode_frame(refusal), 0)
        answer = self._answer(request)
        if answer is None or self.faults.takes_frame():
            return None
        sent = encode_frame(encode_answer(request, answer, frame.framing, self.build.address, self.build.order))
        return self._timed(frame, sent, air_s(request, answer, [tag.uid for tag in self.field]))

    def _timed(self, asked: Frame, sent: bytes, on_air_s: float) -> Reply:
        delay_s = self.build.line_s(len(encode_frame(asked))) + on_air_s + self.build.line_s(len(sent))
        return Reply(self.faults.damage(sent), delay_s * self._pace + self.faults.lateness_s())

    def _answer(self, request: Request) -> Answer | None:
        match request:
            case TakeInventory() | OnTag():
                return Refused(Status.NOT_AVAILABLE) if self.build.gathers else self._ask_tags(request)
            case ReadBuffer() | GetBufferInformation() | ClearBuffer() | StartBuffer():
                return self._gathering.answer(request) if self.build.gathers else Refused(Status.NOT_AVAILABLE)
            case ReadConfiguration() | WriteConfiguration() | SaveConfiguration() | ResetConfiguration():
                return self._settings.answer(request)
            case GetPeople() | SetPeople():
                return self.build.people.answer(request)
            case GetSoftwareVersion() | GetReaderInformation() | GetInputs() | GetNoiseLevel():
                return self._tell(request)
            case _:
                self._obey(request)
                return Done()

    def _ask_tags(self, request: TakeInventory | OnTag) -> Answer | None:
        if isinstance(request, TakeInventory):
            return self._air.take_inventory(more=request.more)
        torn = self.faults.tears_write() if isinstance(request, WriteAfi) else None
        if torn is False:
            return None
        answer = self._air.ask(request)
        return None if torn else answer

    def _tell(self, request: GetSoftwareVersion | GetReaderInformation | GetInputs | GetNoiseLevel) -> Answer:
        match request:
            case GetSoftwareVersion():
                return VERSION
            case GetReaderInformation(mode):
                return information(mode)
            case GetInputs():
                return Inputs(self.inputs)
            case GetNoiseLevel():
                return self._noise

    def _obey(self, request: Request) -> None:
        match request:
            case ResetCpu() | ResetSystem():
                self._settings.restart()
                self._gathering.restart()
                self._air.switch(on=True)
            case ResetRf():
                self._air.reset()
            case SwitchRf(on):
                self._air.switch(on=on)
            case SetNoiseLevel(minimum, average, maximum):
                self._noise = NoiseLevel(minimum, average, maximum)
            case SetOutputs() | SetOutputRecords():
                self.outputs.obey(request)
            case _:
                pass
