"""The decoders of byte streams, and what is asked of each: bounded, and the same however the bytes are split."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol

from firmware_msgs.barcodes import LENGTH_MAX, CodeSplitter
from firmware_msgs.chafon import frames as chafon_frames
from firmware_msgs.escpos.commands import MAX_COMMAND_BYTES, OrderDecoder
from firmware_msgs.feig import frames as feig_frames
from firmware_msgs.feig.decoder import FrameDecoder as FeigDecoder
from firmware_msgs.hid.input_events import MAX_REPORT_BYTES, ReportDecoder
from firmware_msgs.m3_810 import frames as m3_frames
from firmware_msgs.m3_810.decoder import frame_decoder as m3_decoder
from firmware_msgs.relay import lcus, modbus_frames
from firmware_msgs.scanners import gm65, honeywell, newland
from firmware_msgs.scanners.interleaved import AnswerForm, Interleaved
from firmware_msgs.sdt import frames as sdt_frames
from firmware_msgs.sdt.frames import body_decoder
from firmware_msgs.sip2.lines import MAX_LINE_BYTES, LineSplitter
from firmware_msgs.ssi import packets
from firmware_msgs.ssi.packets import packet_decoder
from firmware_msgs.uhf_a0 import frames as uhf_a0_frames


class BrokenDecoderError(Exception):
    """A fault found."""


class StreamDecoder(Protocol):
    """Bytes in, messages out. Raises nothing."""

    def feed(self, data: bytes, /) -> Sequence[object]:
        """The messages that these bytes complete."""

    @property
    def buffered(self) -> int:
        """How many bytes wait for the rest of one."""


@dataclass(frozen=True, slots=True)
class Stream:
    """`cap` is the largest message the protocol's module accepts."""

    make: Callable[[], StreamDecoder]
    cap: int

    def check(self, data: bytes) -> None:
        """Whole, and cut at places that the data itself names."""
        whole = self._messages([data])
        cuts = sorted({byte % (len(data) + 1) for byte in data[:8]})
        pieces = [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]
        if self._messages(pieces) != whole:
            raise BrokenDecoderError("the messages depend on how the bytes were split")

    def _messages(self, pieces: Sequence[bytes]) -> list[object]:
        decoder = self.make()
        found: list[object] = []
        for piece in pieces:
            found.extend(decoder.feed(piece))
            if decoder.buffered > self.cap:
                raise BrokenDecoderError("more is buffered than the largest message")
        return sorted(found, key=lambda message: isinstance(message, bytes))  # kinds apart, each in its order


class _Both:
    """The codes and the answers of a scanner, each kind in its order."""

    def __init__(self, form: AnswerForm) -> None:
        self._interleaved = Interleaved(form, CodeSplitter())

    @property
    def buffered(self) -> int:
        return self._interleaved.buffered

    def feed(self, data: bytes) -> Sequence[object]:
        codes, answers = self._interleaved.feed(data)
        return [*codes, *answers]


STREAMS: Final[Mapping[str, Stream]] = MappingProxyType(
    {
        "3m-810": Stream(m3_decoder, m3_frames.MAX_FRAME_BYTES),
        "codes": Stream(CodeSplitter, LENGTH_MAX),
        "escpos": Stream(OrderDecoder, MAX_COMMAND_BYTES),
        "feig": Stream(FeigDecoder, feig_frames.MAX_FRAME_BYTES),
        "gm65": Stream(lambda: _Both(gm65.ANSWERS), LENGTH_MAX + gm65.MAX_REPLY_BYTES),
        "honeywell": Stream(lambda: _Both(honeywell.ANSWERS), LENGTH_MAX + honeywell.MAX_ANSWER_BYTES),
        "input-events": Stream(ReportDecoder, MAX_REPORT_BYTES),
        "lcus": Stream(lcus.FrameDecoder, lcus.FRAME_BYTES),
        "modbus-rtu": Stream(
            lambda: modbus_frames.FrameDecoder(modbus_frames.answer_length), modbus_frames.MAX_FRAME_BYTES
        ),
        "newland": Stream(lambda: _Both(newland.ANSWERS), LENGTH_MAX + newland.MAX_ANSWER_BYTES),
        "sdt": Stream(body_decoder, sdt_frames.MAX_FRAME_BYTES),
        "sip2": Stream(LineSplitter, MAX_LINE_BYTES),
        "ssi": Stream(packet_decoder, packets.MAX_PACKET_BYTES),
        "uhf-a0": Stream(uhf_a0_frames.FrameDecoder, uhf_a0_frames.MAX_FRAME_BYTES),
        "uhfreader18": Stream(chafon_frames.FrameDecoder, chafon_frames.MAX_FRAME_BYTES),
    }
)
