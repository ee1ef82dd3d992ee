from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scripts.benchmarks.wire import packet_at, publish


@given(st.text(min_size=1, max_size=50), st.binary(max_size=40_000), st.none() | st.integers(1, 65_535))
def test_a_publish_is_read_as_it_was_written(topic: str, payload: bytes, number: int | None) -> None:
    sent = publish(topic, payload, number)
    found = packet_at(bytearray(b"\0" + sent + b"\0"), 1)
    assert found is not None
    packet, end = found
    assert packet.is_publish
    assert packet.opened() == (topic, number, payload)
    assert end == 1 + len(sent)


@given(st.binary(max_size=300), st.data())
def test_half_a_packet_is_none(payload: bytes, data: st.DataObject) -> None:
    sent = publish("topic", payload, 1)
    cut = data.draw(st.integers(0, len(sent) - 1))
    assert packet_at(bytearray(sent[:cut]), 0) is None
