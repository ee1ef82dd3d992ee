from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from random import Random
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_msgs.errors import DecodeError
from firmware_msgs.sip2.codec import LAYOUTS, decode_message, encode_message
from firmware_msgs.sip2.forms import LOCAL_ZONE, UTC_ZONE, Fixed, Named, WireTime
from firmware_msgs.sip2.lines import MAX_LINE_BYTES, LineSplitter
from firmware_msgs.sip2.message import Field, Layout, Message
from firmware_msgs.sip2.profiles import PROFILES, STANDARD
from provisioning.decoding.sip2 import READINGS

TEXT = st.text(st.characters(codec="ascii", categories=("L", "N", "P", "Zs"), exclude_characters="|"), max_size=12)
CHINESE_TEXT = st.text(st.sampled_from("书房借阅机读者证一二三"), max_size=6)
TIMES = st.builds(
    WireTime,
    st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)).map(lambda time: time.replace(microsecond=0)),  # noqa: DTZ001
    st.sampled_from([LOCAL_ZONE, UTC_ZONE, " CST"]),
)


def values(hint: Any, form: object, text: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """Any value of an attribute that the wire can carry."""
    kind = get_args(hint)[0]
    if kind is str and isinstance(form, Fixed):
        return st.text("YN 019", min_size=form.width, max_size=form.width)
    if isinstance(form, Fixed) and kind == int | None:
        return st.none() | st.integers(0, 10**form.width - 1)
    return {
        str: text,
        tuple[str, ...]: st.lists(text, max_size=3).map(tuple),
        bool: st.booleans(),
        bool | None: st.none() | st.booleans(),
        WireTime | None: st.none() | TIMES,
    }[kind]


def messages(text: st.SearchStrategy[str]) -> st.SearchStrategy[Message]:
    return st.sampled_from(sorted(LAYOUTS)).flatmap(lambda code: messages_of(LAYOUTS[code], text))


def messages_of(layout: Layout, text: st.SearchStrategy[str]) -> st.SearchStrategy[Message]:
    hints = get_type_hints(layout.kind, include_extras=True)
    known = {name: values(hints[name], form, text) for name, form in (*layout.fixed, *layout.named)}
    extra = st.lists(st.builds(Field, st.sampled_from(["ZA", "ZB"]), text), max_size=2).map(tuple)
    return st.builds(layout.kind, **known, extra=extra)


@given(messages(TEXT), st.none() | st.integers(0, 9), st.sampled_from(sorted(PROFILES)))
def test_messages_survive_the_wire(message: Message, sequence: int | None, name: str) -> None:
    envelope = decode_message(encode_message(message, PROFILES[name], sequence), PROFILES[name])
    assert envelope.message == message
    assert envelope.sequence == sequence


@given(messages(CHINESE_TEXT), st.sampled_from(["koha", "chinese"]))
def test_chinese_messages_survive_the_wire(message: Message, name: str) -> None:
    line = encode_message(message, PROFILES[name], 1)
    assert decode_message(line, PROFILES[name]).message == message
    assert READINGS["sip2"](line)["code"] == message.code


@given(messages(TEXT))
def test_messages_without_checksum_survive_the_wire(message: Message) -> None:
    plain = replace(STANDARD, checksums=False, terminator=b"\r\n")
    envelope = decode_message(encode_message(message, plain), plain)
    assert (envelope.message, envelope.has_checksum) == (message, False)


@given(messages(TEXT), st.data())
def test_a_changed_byte_is_found_by_the_checksum(message: Message, choice: st.DataObject) -> None:
    line = encode_message(message, STANDARD, 1).rstrip(b"\r")
    at = choice.draw(st.integers(2, max(2, len(line) - 10)))
    changed = choice.draw(st.integers(0x20, 0x7E).filter(lambda byte: byte != line[at]))
    with pytest.raises(DecodeError):
        decode_message(line[:at] + bytes((changed,)) + line[at + 1 :])


LINES = st.lists(st.one_of(messages(TEXT).map(encode_message), st.binary(max_size=40)), max_size=5).map(b"".join)


@given(LINES, st.lists(st.integers(0)))
def test_lines_do_not_depend_on_how_the_bytes_were_split(stream: bytes, cuts: list[int]) -> None:
    whole = LineSplitter().feed(stream)
    edges = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    splitter, bytewise = LineSplitter(), LineSplitter()
    assert [line for start, end in pairwise(edges) for line in splitter.feed(stream[start:end])] == whole
    assert [line for byte in stream for line in bytewise.feed(bytes((byte,)))] == whole


def test_100_kb_of_noise_leave_at_most_one_line_buffered() -> None:
    noise = Random(42).randbytes(100_000).replace(b"\r", b"").replace(b"\n", b"")  # noqa: S311 - repeatable
    splitter = LineSplitter()
    for start in range(0, len(noise), 997):
        assert splitter.feed(noise[start : start + 997]) == []
        assert splitter.buffered <= MAX_LINE_BYTES
    assert splitter.feed(b"\r941\r") == [b"941"]


@given(st.one_of(st.binary(max_size=80), st.from_regex(rb"[0-9]{2}[ -~]{0,60}", fullmatch=True)))
def test_only_decode_errors_escape_for_any_bytes(data: bytes) -> None:
    for profile in PROFILES.values():
        with suppress(DecodeError):
            decode_message(data, profile)
    with suppress(DecodeError):
        READINGS["sip2"](data)


def test_every_message_has_a_place_for_each_of_its_fields() -> None:
    for code, layout in LAYOUTS.items():
        codes = [form.code for _, form in layout.named]
        assert len(set(codes)) == len(codes), code
        assert all(len(form.code) == 2 for _, form in layout.named if isinstance(form, Named))
