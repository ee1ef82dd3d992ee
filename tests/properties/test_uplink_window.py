from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from firmware_msgs.uplink.records import MAX_BATCH
from kiosk.uplink.window import MAX_SILENCE_S, SILENCE_S, WINDOW, Window

steps = st.lists(st.tuples(st.sampled_from(["grow", "publish", "receipt", "wait", "rewind"]), st.integers(0, 9_000)))


@given(steps, st.integers(0, 10_000))
def test_what_is_published_has_no_gap_and_never_more_under_way_than_the_window(
    story: list[tuple[str, int]], start: int
) -> None:
    window, head, now_s = Window(start, start), start, 0.0
    for what, number in story:
        match what:
            case "grow":
                head += number
            case "publish":
                batch = window.next_batch(head)
                if batch is not None:
                    assert batch.after == window.sent
                    assert 1 <= batch.limit <= MAX_BATCH
                    window = window.published(batch.after + batch.limit, now_s)
            case "receipt":
                window = window.receipted(min(window.mark + number, window.sent), now_s)
            case "wait":
                now_s += number / 100
                window = window.silent(now_s)
            case _:
                window = window.rewound(max(0, window.mark - number))
        assert window.mark <= window.sent <= max(head, window.mark)
        assert window.sent - window.mark <= WINDOW
        assert (window.silent_at_s is not None) == (window.sent > window.mark)


@given(st.integers(0, 50_000))
def test_everything_arrives_when_receipts_come(head: int) -> None:
    window = Window(0, 0)
    while window.mark < head:
        while batch := window.next_batch(head):
            window = window.published(batch.after + batch.limit, 0.0)
        window = window.receipted(window.sent, 0.0)
    assert window.next_batch(head) is None


def test_silence_sends_again_from_the_mark_and_waits_longer_each_time() -> None:
    window, now_s, waits = Window(7, 7), 0.0, []
    for _ in range(8):
        window = window.published(9, now_s)
        assert window.silent_at_s is not None
        waits.append(window.silent_at_s - now_s)
        assert window.silent(window.silent_at_s - 0.1) == window
        now_s = window.silent_at_s
        window = window.silent(now_s)
        assert (window.mark, window.sent) == (7, 7)
    assert waits == [SILENCE_S, 20, 40, 80, 160, MAX_SILENCE_S, MAX_SILENCE_S, MAX_SILENCE_S]


def test_progress_begins_the_wait_anew_and_a_receipt_without_progress_does_not() -> None:
    window = Window(0, 0, silence_s=160.0).published(10, 0.0)
    assert window.receipted(0, 5.0).silent_at_s == 160.0
    assert window.receipted(4, 5.0).silent_at_s == 5.0 + SILENCE_S
    assert window.receipted(10, 5.0).silent_at_s is None


def test_a_receipt_may_cover_what_was_about_to_be_sent_again() -> None:
    rewound = Window(5, 90).rewound(5)
    assert rewound.receipted(90, 0.0).next_batch(91) == Window(90, 90).next_batch(91)
