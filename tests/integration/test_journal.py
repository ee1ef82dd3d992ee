from __future__ import annotations

import asyncio
import shutil
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from firmware_msgs.uplink.records import (
    GENESIS,
    ContentKeyWrapped,
    LoanAsked,
    PatronPart,
    StreamOpened,
    content_key_purpose,
    decode_body,
)
from firmware_msgs.uplink.sealing import open_sealed, open_sealed_to
from firmware_msgs.uplink.values import ClockQuality, ItemRef
from kiosk.errors import JournalError
from kiosk.journal.store import Journal, Settling
from kiosk.session.effects import Entry
from kiosk.uplink.outbox import Outbox
from tests.terminal_stage import (
    CARD,
    ITEM,
    OTHER_CARD,
    Stage,
    asked,
    assert_whole,
    at,
    confirmed,
    events_of,
    loan_of,
    new_id,
    opened,
    receipt_at,
    receipt_of,
    return_opened,
    returned,
)

pytestmark = pytest.mark.usefixtures("no_leaks")
FULL = 2
OTHER_ITEM = ItemRef(owner="CN-999001", id="Y0002")


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage()


async def test_a_new_journal_begins_with_its_stream_and_its_content_key(stage: Stage, tmp_path: Path) -> None:
    journal = await stage.open(tmp_path)
    events = await events_of(journal)
    assert_whole(events, journal.head.hash)
    assert [type(decode_body(event)) for event in events] == [StreamOpened, ContentKeyWrapped]
    assert decode_body(events[0]) == StreamOpened()
    assert (journal.depth, journal.high_water) == (2, 0)
    assert stat.S_IMODE((tmp_path / "journal").stat().st_mode) == 0o600
    await journal.close()


async def test_a_reopened_journal_goes_on_where_it_stood(stage: Stage, tmp_path: Path) -> None:
    first = await stage.open(tmp_path)
    await first.append(loan_of(), at(5))
    await first.settle(await receipt_at(first, 3))
    await first.close()
    again = await stage.open(tmp_path, at(10))
    events = await events_of(again)
    assert_whole(events, again.head.hash)
    assert (again.stream, again.high_water, again.head.sequence) == (first.stream, 3, first.head.sequence + 1)
    assert isinstance(decode_body(events[-1]), ContentKeyWrapped)
    await again.close()


async def test_the_patron_part_opens_with_the_journaled_key_for_its_own_record_only(
    stage: Stage, tmp_path: Path
) -> None:
    journal = await stage.open(tmp_path)
    await journal.append([asked(new_id()), asked(new_id())], at(0))
    _, wrapped, *asks = await events_of(journal)
    key = decode_body(wrapped)
    assert isinstance(key, ContentKeyWrapped)
    purpose = content_key_purpose(stage.terminal, key.key)
    content_key = open_sealed_to(stage.library_sealing, key.wrapped, purpose)
    bodies = [decode_body(event) for event in asks]
    boxes = [body.patron for body in bodies if isinstance(body, LoanAsked) and body.patron]
    assert [box.key for box in boxes] == [key.key, key.key]
    plain = open_sealed(content_key, boxes[0], asks[0].id)
    assert msgspec.json.decode(plain, type=PatronPart) == PatronPart(card=CARD)
    assert boxes[0].box[:12] != boxes[1].box[:12]
    await journal.close()


async def test_each_start_has_a_content_key_of_its_own(stage: Stage, tmp_path: Path) -> None:
    keys = set()
    for _ in range(2):
        journal = await stage.open(tmp_path)
        body = decode_body((await events_of(journal))[-1])
        assert isinstance(body, ContentKeyWrapped)
        keys.add(open_sealed_to(stage.library_sealing, body.wrapped, content_key_purpose(stage.terminal, body.key)))
        await journal.close()
    assert len(keys) == 2


async def test_a_body_without_a_place_for_a_patron_is_the_callers_fault(stage: Stage, tmp_path: Path) -> None:
    journal = await stage.open(tmp_path)
    head = journal.head
    with pytest.raises(TypeError):
        await journal.append([Entry(confirmed(new_id()).body, PatronPart(card=CARD))], at(0))
    assert journal.head == head
    await journal.close()


async def test_concurrent_appends_all_arrive_each_in_one_piece(stage: Stage, tmp_path: Path) -> None:
    journal = await stage.open(tmp_path)
    loans = [loan_of() for _ in range(40)]
    await asyncio.gather(*(journal.append(loan, at(0)) for loan in loans))
    events = await events_of(journal)
    assert_whole(events, journal.head.hash)
    assert [decode_body(event) for event in events[3::3]] == [loan[1].body for loan in loans]
    await journal.close()


async def test_a_cancelled_append_leaves_the_journal_whole(stage: Stage, tmp_path: Path) -> None:
    journal = await stage.open(tmp_path)
    for _ in range(20):
        task = asyncio.create_task(journal.append(loan_of(), at(0)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        await journal.append(loan_of(), at(0))
        assert task.cancelled()
    assert_whole(await events_of(journal), journal.head.hash)
    await journal.close()


async def test_more_entries_than_one_statement_takes_are_one_transaction(stage: Stage, tmp_path: Path) -> None:
    journal = await stage.open(tmp_path)
    await journal.append([entry for _ in range(500) for entry in loan_of()], at(0))
    assert_whole(await events_of(journal), journal.head.hash)
    await journal.close()


async def test_time_never_runs_back(stage: Stage, tmp_path: Path) -> None:
    journal = await stage.open(tmp_path, at(1_000))
    await journal.append([opened(new_id())], at(-50_000))
    await journal.append([opened(new_id())], at(2_000))
    *_, before, behind, after = await events_of(journal)
    assert (behind.time, behind.clockquality) == (before.time, ClockQuality.FLOOR)
    assert behind.monotonic == str(at(-50_000).monotonic_ms)
    assert (after.time > behind.time, after.clockquality) == (True, ClockQuality.SYNCHRONISED)
    await journal.close()
    again = await stage.open(tmp_path, at(-90_000))
    last = (await events_of(again))[-1]
    assert (last.time, last.clockquality) == (after.time, ClockQuality.FLOOR)
    await again.close()


async def test_what_has_no_end_is_unfinished_also_after_its_receipt_and_a_restart(stage: Stage, tmp_path: Path) -> None:
    journal = await stage.open(tmp_path)
    loan, giveback = new_id(), new_id()
    await journal.append([*loan_of(), asked(loan), opened(loan), return_opened(giveback), *loan_of()], at(0))
    await journal.settle(await receipt_at(journal, journal.head.sequence))
    await journal.close()
    again = await stage.open(tmp_path)
    unfinished = await again.unfinished()
    assert [type(body).__name__ for body in unfinished] == ["LoanAsked", "LoanOpened", "ReturnOpened"]
    assert unfinished[1] == opened(loan).body
    await again.append([confirmed(loan), returned(giveback)], at(1))
    assert await again.unfinished() == ()
    await again.close()


async def test_unreceipted_are_this_patrons_and_this_items_only(stage: Stage, tmp_path: Path) -> None:
    journal = await stage.open(tmp_path)
    mine, theirs = loan_of(ITEM, CARD), loan_of(OTHER_ITEM, OTHER_CARD)
    for entry in (*mine[:2], *theirs, mine[2]):
        await journal.append([entry], at(0))

    async def found(card: str | None, item: ItemRef | None) -> list[int]:
        events = await journal.unreceipted(card, item)
        return [msgspec.json.decode(event)["sequence"] for event in events]

    assert await found(CARD, None) == [3, 4, 8]
    assert await found(None, OTHER_ITEM) == [5, 6, 7]
    assert await found(CARD, OTHER_ITEM) == [3, 4, 5, 6, 7, 8]
    assert await found(None, None) == []
    await journal.settle(await receipt_at(journal, 6))
    assert await found(CARD, OTHER_ITEM) == [7, 8]
    await journal.close()


async def test_a_settled_card_is_readable_nowhere_on_the_disk(stage: Stage, tmp_path: Path) -> None:
    journal = await stage.open(tmp_path)
    unfinished = new_id()
    cards = [f"uid:04{number:012X}" for number in range(200)]
    for card in cards:
        await journal.append(loan_of(ITEM, card), at(0))
    await journal.append([asked(unfinished, ITEM, OTHER_CARD)], at(0))
    assert readable(tmp_path, cards)
    await journal.settle(await receipt_at(journal, journal.head.sequence))
    await journal.scrub()
    assert readable(tmp_path, cards) == []
    assert readable(tmp_path, [OTHER_CARD]) == [OTHER_CARD]
    await journal.append([confirmed(unfinished)], at(0))
    await journal.settle(await receipt_at(journal, journal.head.sequence))
    await journal.close()
    assert readable(tmp_path, [OTHER_CARD]) == []


def readable(folder: Path, cards: list[str]) -> list[str]:
    content = b"".join(file.read_bytes() for file in folder.iterdir())
    return [card for card in cards if card.encode() in content]


async def test_a_receipt_moves_the_mark_and_a_repeated_one_does_not(stage: Stage, tmp_path: Path) -> None:
    journal = await stage.open(tmp_path)
    await journal.append(loan_of(), at(60_000))
    assert journal.oldest_unreceipted_s(at(90_000)) == 90
    assert await journal.settle(await receipt_at(journal, 0)) is Settling.UNCHANGED
    assert await journal.settle(await receipt_at(journal, 3)) is Settling.SETTLED
    assert await journal.settle(await receipt_at(journal, 3)) is Settling.UNCHANGED
    assert (journal.depth, journal.oldest_unreceipted_s(at(90_000))) == (2, 30)
    assert await journal.settle(await receipt_at(journal, 5)) is Settling.SETTLED
    assert (journal.depth, journal.oldest_unreceipted_s(at(90_000))) == (0, 0)
    await journal.append(loan_of(), at(91_000))
    assert journal.oldest_unreceipted_s(at(93_000)) == 2
    assert await journal.settle(await receipt_at(journal, 2, epoch="e2")) is Settling.REWOUND
    assert (journal.depth, journal.high_water) == (6, 2)
    await journal.close()


async def test_only_a_new_epoch_takes_the_mark_back(stage: Stage, tmp_path: Path) -> None:
    journal = await stage.open(tmp_path)
    await journal.append(loan_of(), at(0))
    late = await receipt_at(journal, 2)
    assert await journal.settle(await receipt_at(journal, 5)) is Settling.SETTLED
    assert await journal.settle(late) is Settling.UNCHANGED
    assert journal.depth == 0
    other_stream = msgspec.structs.replace(late, stream="another", epoch="e2")
    assert await journal.settle(other_stream) is Settling.OTHER_STREAM
    assert await journal.settle(receipt_of(journal, 99, "f" * 64, epoch="e2")) is Settling.FOREIGN
    assert await journal.settle(await receipt_at(journal, 4, epoch="e2")) is Settling.REWOUND
    assert await journal.settle(await receipt_at(journal, 3, epoch="e2")) is Settling.UNCHANGED
    assert journal.high_water == 4
    await journal.close()


async def test_a_receipt_that_is_not_about_this_chain_settles_nothing(stage: Stage, tmp_path: Path) -> None:
    journal = await stage.open(tmp_path)
    await journal.append(loan_of(), at(0))
    right = await receipt_at(journal, 3)
    replace = msgspec.structs.replace
    assert await journal.settle(replace(right, hash="0" * 64)) is Settling.FOREIGN
    assert await journal.settle(replace(right, high_water=4)) is Settling.FOREIGN
    assert await journal.settle(replace(right, high_water=6)) is Settling.FOREIGN
    assert await journal.settle(replace(right, high_water=10**15)) is Settling.FOREIGN
    assert await journal.settle(replace(right, high_water=-1)) is Settling.FOREIGN
    assert await journal.settle(replace(right, high_water=0)) is Settling.FOREIGN
    assert await journal.settle(replace(right, stream="another")) is Settling.OTHER_STREAM
    assert journal.high_water == 0
    await journal.close()


async def test_a_restored_disk_goes_on_in_a_new_stream_with_all_that_has_no_receipt(
    stage: Stage, tmp_path: Path
) -> None:
    journal = await stage.open(tmp_path)
    loan = new_id()
    await journal.append([*loan_of(), asked(loan)], at(0))
    await journal.settle(await receipt_at(journal, 4))
    await journal.append([opened(loan)], at(5_000))
    old, old_stream = await events_of(journal), journal.stream
    beyond = receipt_of(journal, 99, "f" * 64)
    assert await journal.settle(beyond) is Settling.FOREIGN
    head = journal.head
    await journal.renew(at(9_000))
    for _ in range(2):  # now, and after a restart
        new = await events_of(journal)
        assert_whole(new[:4], (await journal.read(3, 1))[1])
        assert decode_body(new[0]) == StreamOpened(replaces=old_stream, last_sequence=head.sequence, hash=head.hash)
        carried = [(event.id, event.time, event.monotonic, bytes(event.data)) for event in new[1:4]]
        assert carried == [(event.id, event.time, event.monotonic, bytes(event.data)) for event in old[4:]]
        assert journal.stream not in {old_stream, ""}
        assert [type(body).__name__ for body in await journal.unfinished()] == ["LoanAsked", "LoanOpened"]
        assert len(await journal.unreceipted(CARD, None)) == 3
        assert await journal.settle(beyond) is Settling.OTHER_STREAM
        await journal.close()
        journal = await stage.open(tmp_path, at(10_000))
    await journal.append([confirmed(loan)], at(11_000))
    assert await journal.settle(await receipt_at(journal, journal.head.sequence)) is Settling.SETTLED
    assert await journal.unreceipted(CARD, ITEM) == []
    await journal.close()


async def test_what_had_ended_before_a_rewind_has_ended_in_a_new_stream_too(stage: Stage, tmp_path: Path) -> None:
    journal = await stage.open(tmp_path)
    giveback = new_id()
    for entry in (*loan_of(), return_opened(giveback), returned(giveback)):
        await journal.append([entry], at(0))
    await journal.settle(await receipt_at(journal, journal.head.sequence))
    assert await journal.settle(await receipt_at(journal, 2, epoch="e2")) is Settling.REWOUND
    await journal.renew(at(1))
    assert journal.depth == 6
    assert await journal.unfinished() == ()
    await journal.settle(await receipt_at(journal, journal.head.sequence))
    assert await journal.unreceipted(None, ITEM) == []
    await journal.close()


async def test_a_renewal_that_fails_is_tried_again(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.journal.file.BUSY_TIMEOUT_S", 0.0)
    journal = await stage.open(tmp_path)
    outbox, foreign = Outbox(journal, stage.identity, lambda: at(0)), receipt_of(journal, 99, "f" * 64)
    other = sqlite3.connect(tmp_path / "journal", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(JournalError, match="another program holds it"):
        await outbox.receive(foreign)
    other.close()
    assert journal.stream == foreign.stream
    await outbox.receive(foreign)
    assert journal.stream != foreign.stream
    await journal.close()


async def test_it_can_be_looked_into_while_a_kiosk_runs_on_it(stage: Stage, tmp_path: Path) -> None:
    journal = await stage.open(tmp_path)
    await journal.append(loan_of(), at(0))
    await journal.settle(await receipt_at(journal, 4))
    standing = Journal.inspect(tmp_path / "journal")
    assert (standing.stream, standing.records, standing.unreceipted) == (journal.stream, 5, 1)
    await journal.close()
    assert Journal.inspect(tmp_path / "journal") == standing
    with pytest.raises(JournalError, match="no journal"):
        Journal.inspect(tmp_path / "absent")


def test_a_look_into_an_empty_file_says_that_it_is_empty(tmp_path: Path) -> None:
    (tmp_path / "journal").touch()
    with pytest.raises(JournalError, match=r"^The journal \S+ holds no record yet; the terminal has not run on it\.$"):
        Journal.inspect(tmp_path / "journal")


@pytest.mark.parametrize("table", ["notes (text)", "stream (id)"])
async def test_another_programs_database_is_no_journal(stage: Stage, tmp_path: Path, table: str) -> None:
    other = sqlite3.connect(tmp_path / "journal")
    other.execute(f"CREATE TABLE {table}")
    other.execute("PRAGMA user_version = 1")
    other.close()
    sentence = r"^The journal \S+ cannot be used: it is not a journal; the configuration may name the wrong file\.$"
    with pytest.raises(JournalError, match=sentence):
        Journal.inspect(tmp_path / "journal")
    with pytest.raises(JournalError, match=sentence):
        await stage.open(tmp_path)


async def test_another_terminals_journal_is_refused(stage: Stage, tmp_path: Path) -> None:
    await (await stage.open(tmp_path)).close()
    with pytest.raises(JournalError, match="belongs to /shufang/invented/t-17"):
        await Stage(terminal="t-18").open(tmp_path)


async def test_a_file_that_is_no_journal_is_refused(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "journal").write_bytes(b"these are somebody's notes, not a journal" * 100)
    with pytest.raises(JournalError, match="not a journal"):
        await stage.open(tmp_path)


async def test_a_missing_folder_is_named(stage: Stage, tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="absent/journal cannot be opened"):
        await stage.open(tmp_path / "absent")


async def test_a_changed_last_record_is_seen_at_the_start(stage: Stage, tmp_path: Path) -> None:
    journal = await stage.open(tmp_path)
    await journal.append([opened(new_id())], at(0))
    await journal.close()
    content = bytearray((tmp_path / "journal").read_bytes())
    place = content.rindex(b"2026-12-01")
    content[place : place + 10] = b"2036-12-01"
    (tmp_path / "journal").write_bytes(content)
    with pytest.raises(JournalError, match="damaged"):
        await stage.open(tmp_path)


async def test_a_second_kiosk_is_refused_and_the_first_goes_on(stage: Stage, tmp_path: Path) -> None:
    first = await stage.open(tmp_path)
    (tmp_path / "alias").symlink_to(tmp_path / "journal")
    for name in ("journal", "alias"):
        with pytest.raises(JournalError, match="a kiosk already runs on this journal; end that one first"):
            await Journal.open(tmp_path / name, stage.identity, at(0))
    await first.append(loan_of(), at(0))
    assert_whole(await events_of(first), first.head.hash)
    assert first.head.sequence == 5
    assert stat.S_IMODE((tmp_path / "journal.lock").stat().st_mode) == 0o600
    await first.close()
    second = await stage.open(tmp_path)
    assert second.head.sequence == 6
    await second.close()


async def test_a_kiosk_in_another_process_is_refused_too(stage: Stage, tmp_path: Path) -> None:
    journal = await stage.open(tmp_path)
    command = [sys.executable, "-m", "tests.integration.journal_writer", str(tmp_path)]
    second = subprocess.run(  # noqa: ASYNC221 - nothing else runs here
        command, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=20, check=False
    )
    assert second.stdout == ""
    assert "a kiosk already runs on this journal" in second.stderr
    await journal.append(loan_of(), at(0))
    await journal.close()


async def test_a_copy_of_the_folder_is_the_same_journal(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    journal = await stage.open(tmp_path / "a")
    await journal.append(loan_of(), at(0))
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    copy = await stage.open(tmp_path / "b")
    assert (copy.stream, copy.head.sequence) == (journal.stream, journal.head.sequence + 1)
    assert (await events_of(copy))[:-1] == await events_of(journal)
    await journal.close()
    await copy.close()


async def test_every_append_is_synced_also_after_a_receipt_that_was_not_waited_for(
    stage: Stage, tmp_path: Path
) -> None:
    journal = await stage.open(tmp_path)
    await journal.append(loan_of(), at(0))
    for mark in (1, 2, 3, 4):
        settling = asyncio.create_task(journal.settle(await receipt_at(journal, mark)))
        for _ in range(mark):
            await asyncio.sleep(0.0002)
        settling.cancel()
        await journal.append(loan_of(), at(0))
        assert await journal._file.fetch("PRAGMA synchronous") == [(FULL,)]  # noqa: SLF001 - a power cut is no test
    await journal.close()


async def test_an_empty_read_says_so(stage: Stage, tmp_path: Path) -> None:
    journal = await stage.open(tmp_path)
    assert await journal.read(journal.head.sequence, 10) == ([], GENESIS)
    await journal.append([], at(0))
    assert journal.head.sequence == 2
    await journal.close()
