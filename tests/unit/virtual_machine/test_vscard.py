from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.virtual_machine.errors import MachineError
from scripts.virtual_machine.vscard import ADD_READER, HELLO, PAYLOAD_BYTES_MAX, Kind, Message, MessageDecoder

messages = st.builds(Message, st.sampled_from(Kind), st.integers(0, 0xFFFF_FFFF), st.binary(max_size=300))


def test_frames_are_those_of_the_header_file() -> None:
    assert HELLO.encode().hex() == "00000001ffffffff0000000c" + b"VSCD".hex() + "0000000200000000"
    assert ADD_READER.encode().hex() == "00000003ffffffff00000000"
    assert Message(Kind.APDU, 0, b"\x90\x00").encode().hex() == "000000070000000000000002" + "9000"


@given(st.lists(messages, max_size=5), st.lists(st.integers(1, 40), max_size=50))
def test_messages_come_out_as_they_went_in_at_every_split(sent: list[Message], sizes: list[int]) -> None:
    wire = b"".join(message.encode() for message in sent)
    decoder, got = MessageDecoder(), []
    for size in sizes:
        got += decoder.feed(wire[:size])
        wire = wire[size:]
    assert got + decoder.feed(wire) == sent


@pytest.mark.parametrize(
    "header", [(99).to_bytes(4) + bytes(8), Kind.APDU.to_bytes(4) + bytes(4) + (PAYLOAD_BYTES_MAX + 1).to_bytes(4)]
)
def test_what_no_reader_sends_is_refused(header: bytes) -> None:
    with pytest.raises(MachineError, match="VSCard"):
        MessageDecoder().feed(header)
