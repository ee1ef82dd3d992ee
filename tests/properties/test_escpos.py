from __future__ import annotations

from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from drivers.simulators.printer import PrinterFirmware
from firmware_msgs.escpos.commands import MAX_COMMAND_BYTES, Command, Order, OrderDecoder, Text

COMMANDS = st.one_of(
    st.sampled_from([Command(b"\x1b@"), Command(b"\x1c&"), Command(b"\n"), Command(b"\r"), Command(b"\x1b2")]),
    st.builds(
        Command,
        st.sampled_from([b"\x10\x04", b"\x1bE", b"\x1ba", b"\x1d!", b"\x1dr", b"\x1bd"]),
        st.binary(min_size=1, max_size=1),
    ),
    st.sampled_from([Command(b"\x1dV", b"\x00"), Command(b"\x1dV", b"\x42\x03")]),
    st.binary(max_size=40).map(lambda data: Command(b"\x1d(k", len(data).to_bytes(2, "little") + data)),
    st.binary(max_size=40).map(
        lambda data: Command(b"\x1dv0", b"\0" + len(data).to_bytes(2, "little") + b"\1\0" + data)
    ),
)
TEXTS = st.binary(min_size=1, max_size=20).map(lambda data: Text(bytes(byte | 0x20 for byte in data)))


def on_wire(order: Order) -> bytes:
    return order.data if isinstance(order, Text) else order.code + order.data


def decode(pieces: list[bytes]) -> list[Order]:
    decoder = OrderDecoder()
    return [order for piece in pieces for order in decoder.feed(piece)]


@given(st.lists(st.tuples(TEXTS, COMMANDS), max_size=6))
def test_orders_survive_the_wire(pairs: list[tuple[Text, Command]]) -> None:
    orders = [order for pair in pairs for order in pair]
    assert decode([b"".join(map(on_wire, orders))]) == orders


@given(st.lists(st.one_of(TEXTS.map(on_wire), COMMANDS.map(on_wire), st.binary(max_size=20))), st.lists(st.integers(0)))
def test_orders_do_not_depend_on_how_the_bytes_were_split(parts: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(parts)
    whole = decode([stream])
    edges = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    assert decode([stream[start:end] for start, end in pairwise(edges)]) == whole
    assert decode([bytes((byte,)) for byte in stream]) == whole


def test_100_kb_of_noise_leave_at_most_one_order_buffered() -> None:
    noise = Random(42).randbytes(100_000)  # noqa: S311 - repeatable, nothing secret
    decoder = OrderDecoder()
    for start in range(0, len(noise), 997):
        decoder.feed(noise[start : start + 997])
        assert decoder.buffered <= MAX_COMMAND_BYTES
    decoder.reset()
    assert decoder.feed(b"\x1b@") == [Command(b"\x1b@")]


@given(st.binary(max_size=200))
def test_a_simulated_printer_stands_any_bytes(data: bytes) -> None:
    list(PrinterFirmware().feed(data))
