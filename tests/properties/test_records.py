from __future__ import annotations

import contextlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_msgs.errors import DecodeError
from firmware_msgs.uplink.records import (
    BODIES,
    GENESIS,
    MAX_BATCH,
    MAX_PUBLISH_BYTES,
    Event,
    decode_body,
    decode_publish,
    encode_event,
    encode_publish,
    record_hash,
)
from firmware_msgs.uplink.values import ClockQuality

line = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=20)
hexes = st.text("0123456789abcdef", min_size=64, max_size=64)
bodies = st.dictionaries(line, line | st.integers(-(2**53), 2**53) | st.booleans(), max_size=4)


@st.composite
def events(draw: st.DrawFn) -> Event:
    return Event(
        id=str(draw(st.uuids())),
        source=draw(line),
        type=draw(st.sampled_from(sorted(BODIES)) | line),
        time=draw(line),
        stream=draw(line),
        sequence=draw(st.integers(1, 2**31 - 1)),
        prevhash=draw(hexes),
        bootid=draw(line),
        monotonic=draw(st.integers(0, 2**60).map(str)),
        clockquality=draw(st.sampled_from(ClockQuality)),
        keyid=draw(line),
        data=msgspec.Raw(msgspec.json.encode(draw(bodies))),
    )


def bytes_of(event: Event) -> dict[str, object]:
    return {**msgspec.structs.asdict(event), "data": bytes(event.data)}


def chained(some: list[Event]) -> list[Event]:
    """The same events as one stream."""
    chain, digest = [], GENESIS
    for sequence, event in enumerate(some, 1):
        chain.append(msgspec.structs.replace(event, stream="s", sequence=sequence, prevhash=digest))
        digest = record_hash(chain[-1])
    return chain


@given(st.lists(events(), min_size=1, max_size=5), st.binary(min_size=64, max_size=64))
def test_a_publish_comes_back_to_the_byte_and_only_its_last_event_is_signed(
    some: list[Event], signature: bytes
) -> None:
    decoded = decode_publish(encode_publish([encode_event(event) for event in some], signature))
    assert [event.signature for event in decoded] == [None] * (len(some) - 1) + [signature]
    unsigned = [msgspec.structs.replace(event, signature=None) for event in decoded]
    assert [bytes_of(event) for event in unsigned] == [bytes_of(event) for event in some]
    assert [record_hash(event) for event in decoded] == [record_hash(event) for event in some]


@given(events(), st.data())
def test_the_hash_is_another_when_any_field_is(event: Event, data: st.DataObject) -> None:
    fields = [field for field in event.__struct_fields__ if field not in {"specversion", "signature"}]
    field = data.draw(st.sampled_from(fields))
    other = getattr(data.draw(events()), field)
    changed = msgspec.structs.replace(event, **{field: other})
    assert (record_hash(changed) == record_hash(event)) == (bytes_of(changed) == bytes_of(event))


@given(events(), events())
def test_text_cannot_move_from_one_field_to_the_next_unseen(event: Event, other: Event) -> None:
    joined = msgspec.structs.replace(event, source=f"{event.source}{other.stream}", stream="x")
    split = msgspec.structs.replace(event, source=event.source, stream=f"{other.stream}x")
    assert (record_hash(joined) == record_hash(split)) == (bytes_of(joined) == bytes_of(split))


@given(events(), st.sampled_from(["source", "stream", "type", "time", "bootid", "keyid", "monotonic"]))
def test_a_line_break_in_a_field_is_refused(event: Event, field: str) -> None:
    changed = msgspec.structs.replace(event, **{field: f"{getattr(event, field)}\n"})
    with pytest.raises(DecodeError) as caught:
        record_hash(changed)
    assert caught.value.kind == "value"


@given(st.lists(events(), min_size=2, max_size=6), st.data())
def test_a_record_left_out_moved_or_changed_breaks_the_chain(some: list[Event], data: st.DataObject) -> None:
    chain = chained(some)
    head = record_hash(chain[-1])
    place = data.draw(st.integers(0, len(chain) - 1))
    forged = data.draw(
        st.sampled_from(
            [
                chain[:place] + chain[place + 1 :],
                [*chain[:place], msgspec.structs.replace(chain[place], keyid="another"), *chain[place + 1 :]],
                [*chain[:place], chain[place], *chain[place:]],
                list(reversed(chain)),
            ]
        )
    )
    assert not is_chain_to(head, forged)
    assert is_chain_to(head, chain)


def is_chain_to(head: str, some: list[Event]) -> bool:
    digest = GENESIS
    for sequence, event in enumerate(some, 1):
        if (event.sequence, event.prevhash) != (sequence, digest):
            return False
        digest = record_hash(event)
    return digest == head and bool(some)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_publish_or_a_decode_error(payload: bytes) -> None:
    with contextlib.suppress(DecodeError):
        assert decode_publish(payload)


@given(st.lists(events(), min_size=1, max_size=3), st.data())
def test_a_publish_cut_short_is_a_decode_error(some: list[Event], data: st.DataObject) -> None:
    payload = encode_publish([encode_event(event) for event in some], b"\0" * 64)
    with pytest.raises(DecodeError):
        decode_publish(payload[: data.draw(st.integers(0, len(payload) - 1))])


@given(events())
def test_a_batch_has_its_bounds(event: Event) -> None:
    encoded = encode_event(event)
    assert len(decode_publish(encode_publish([encoded] * MAX_BATCH, b""))) == MAX_BATCH
    for payload in (encode_publish([encoded] * (MAX_BATCH + 1), b""), b"[]", b" " * (MAX_PUBLISH_BYTES + 1)):
        with pytest.raises(DecodeError) as caught:
            decode_publish(payload)
        assert caught.value.kind == "length"


@given(events())
def test_a_body_that_does_not_fit_its_type_is_a_decode_error(event: Event) -> None:
    with pytest.raises(DecodeError) as caught:
        decode_body(msgspec.structs.replace(event, type="shufang.loan_asked.v1"))
    assert caught.value.kind == "body"
    with pytest.raises(DecodeError) as caught:
        decode_body(msgspec.structs.replace(event, type="shufang.loan_asked.v999"))
    assert caught.value.kind == "type"
