"""The firmware side of a 3M 210 or 810 reader: questions in, answers and their times out. No I/O, no clock."""

from __future__ import annotations

from drivers.simulators.faults import LineFaults
from drivers.simulators.firmware import Reply
from drivers.simulators.virtual_tag import Field, VirtualTag
from firmware_msgs.errors import DecodeError
from firmware_msgs.m3_810.answer_frames import encode_answer
from firmware_msgs.m3_810.answers import (
    NO_TAG,
    Afi,
    AfiWritten,
    Answer,
    Block,
    Blocks,
    BlocksWritten,
    Inventory,
    Parameters,
    Probed,
    Refused,
    SeenTag,
    TagCount,
    Version,
)
from firmware_msgs.m3_810.decoder import frame_decoder
from firmware_msgs.m3_810.frames import Frame, encode_frame
from firmware_msgs.m3_810.questions import (
    MAX_READ_BLOCKS,
    Command,
    GetAfi,
    GetVersion,
    NameParameters,
    ProbeReader,
    Question,
    ReadBlocks,
    TagQuestion,
    TakeInventory,
    Tell,
    WriteAfi,
    WriteBlocks,
    decode_question,
    encode_question,
)

BAUDRATE = 19200
BITS_PER_BYTE = 10  # start, eight data, stop

_VERSION = Version(0x0A, 5, 0, 2)  # of the reader that was recorded
_PARAMETERS = bytes.fromhex("0201010302020300")  # its answer to the four usual numbers
_NOT_DONE = 0x07  # invented: no recording shows what a reader answers about a block that does not exist or is locked
_TAGS_PER_ANSWER = 26  # what fits a frame with DSFIDs


class M3Firmware:
    """One reader over one field. `tells_dsfid` False: an older firmware that refuses to tell it. `pace` scales the
    time on the line; 0 answers at once.
    """

    def __init__(self, field: Field, *, tells_dsfid: bool = True, pace: float = 1.0) -> None:
        self.field = field
        self.faults = LineFaults()
        self._tells_dsfid = tells_dsfid
        self._pace = pace
        self._decoder = frame_decoder()

    def feed(self, data: bytes) -> list[Reply]:
        """The replies to the questions that these bytes complete, in order. What is no question gets none."""
        replies = (self._reply(frame) for frame in self._decoder.feed(data))
        return [reply for reply in replies if reply is not None]

    def _reply(self, frame: Frame) -> Reply | None:
        if self.faults.takes_frame():
            return None
        try:
            answer = self._tried(decode_question(frame))
        except DecodeError:
            return None
        if answer is None or self.faults.takes_frame():
            return None
        sent = encode_frame(encode_answer(answer))
        line_s = (len(encode_frame(frame)) + len(sent)) * BITS_PER_BYTE / BAUDRATE
        return Reply(self.faults.damage(sent), self._pace * line_s + self.faults.lateness_s())

    def _tried(self, question: Question) -> Answer | None:
        torn = self.faults.tears_write() if isinstance(question, WriteAfi) else None
        if torn is False:
            return None
        answer = self._answer(question)
        return None if torn else answer

    def _answer(self, question: Question) -> Answer:
        match question:
            case ProbeReader():
                return Probed(_VERSION)
            case GetVersion():
                return _VERSION
            case NameParameters():
                return Parameters(_PARAMETERS)
            case TakeInventory(tell, afi):
                return self._inventory(tell, afi)
            case _:
                return self._about_tag(question)

    def _inventory(self, tell: int, afi: int) -> Answer:
        if tell & Tell.DSFID and not self._tells_dsfid:
            return Refused(Command.INVENTORY, 1)
        tags = [tag for tag in self.field if afi in (0, tag.afi)][:_TAGS_PER_ANSWER]
        if not tell & Tell.UID:
            return TagCount(len(tags), tell, afi)
        seen = (SeenTag(tag.uid, tag.dsfid if tell & Tell.DSFID else None) for tag in tags)
        return Inventory(tuple(seen), tell, afi)

    def _about_tag(self, question: TagQuestion) -> Answer:
        tag = self.field.get(question.uid)
        if tag is None or not tag.is_readable:
            return Refused(_command_of(question), NO_TAG, question.uid)
        match question:
            case ReadBlocks(uid, first, count):
                if count > MAX_READ_BLOCKS or not tag.has_blocks(first, count):
                    return Refused(Command.READ_BLOCKS, _NOT_DONE, uid)
                return Blocks(uid, tuple(Block(first + at, data) for at, data in enumerate(tag.blocks(first, count))))
            case WriteBlocks(uid, first, blocks):
                return _write(tag, first, blocks)
            case GetAfi(uid):
                return Afi(uid, tag.afi)
            case WriteAfi(uid, afi):
                return AfiWritten(uid) if tag.write_afi(afi) is None else Refused(Command.WRITE_AFI, _NOT_DONE, uid)


def _command_of(question: TagQuestion) -> Command:
    return Command(encode_question(question).command)


def _write(tag: VirtualTag, first: int, blocks: tuple[bytes, ...]) -> Answer:
    for number, block in enumerate(blocks, first):
        if tag.write_block(number, block) is not None:
            return Refused(Command.WRITE_BLOCKS, _NOT_DONE, tag.uid)
    return BlocksWritten(tag.uid, first + len(blocks))
