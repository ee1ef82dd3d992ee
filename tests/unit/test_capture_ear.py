from __future__ import annotations

from itertools import count

from drivers.redaction.traffic import LinkOpened, Piece
from provisioning.capturing.ear import MAX_BYTES, Ear


def test_all_is_heard_with_its_time() -> None:
    times = count(100.0, 0.5)
    ear = Ear(lambda: next(times), lambda: None)
    ear.opened("/dev/reader")
    ear.sent(b"\x01")
    ear.received(b"\x02")
    assert ear.has_heard_bytes
    assert ear.traffic == (
        LinkOpened(0.5),
        Piece(1.0, to_device=True, data=b"\x01"),
        Piece(1.5, to_device=False, data=b"\x02"),
    )


def test_an_open_link_alone_says_nothing() -> None:
    ear = Ear(lambda: 0.0, lambda: None)
    ear.opened("/dev/reader")
    assert not ear.has_heard_bytes


def test_no_text_shows_what_was_heard() -> None:
    ear = Ear(lambda: 0.0, lambda: None)
    ear.received(b"A20310042")
    assert "A20310042" not in repr(ear.traffic)


def test_it_ends_when_there_is_no_room_for_more() -> None:
    full: list[bool] = []
    ear = Ear(lambda: 0.0, lambda: full.append(True))
    block = bytes(1 << 20)
    for _ in range(MAX_BYTES // len(block) + 2):
        ear.received(block)
    assert full
    assert sum(len(each.data) for each in ear.traffic if isinstance(each, Piece)) <= MAX_BYTES
