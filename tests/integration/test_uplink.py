from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs

from firmware_msgs.uplink.health import Heartbeat, Life, Presence
from firmware_msgs.uplink.questions import Ask as WireAsk
from firmware_msgs.uplink.questions import (
    Authorise,
    Identify,
    NotAuthorised,
    NotIdentified,
    NotRouted,
    Query,
    Question,
    Reply,
    RouteReturn,
)
from firmware_msgs.uplink.records import MAX_BATCH, StreamOpened, decode_body, decode_publish
from firmware_msgs.uplink.values import ItemRef, Refusal
from kiosk.session.effects import Ask
from kiosk.session.events import Answered, AskFailed, LinkDown, LinkUp
from kiosk.uplink.asking import ASK_DEADLINE_S
from kiosk.uplink.outbox import Outbox
from kiosk.uplink.window import SILENCE_S, WINDOW
from tests.broker import Mosquitto, free_port
from tests.integration.uplink_library import Library, until
from tests.integration.uplink_terminal import Terminal, clock, terminal_on
from tests.terminal_stage import (
    CARD,
    ITEM,
    NETWORK,
    OTHER_CARD,
    SITE,
    Stage,
    assert_whole,
    events_of,
    loan_of,
    new_id,
    receipt_at,
)

pytestmark = pytest.mark.usefixtures("no_leaks")
REPLY = NotIdentified(reason=Refusal.UNKNOWN_CARD)
OTHER = ItemRef(owner="CN-999001", id="Y0002")


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage()


@pytest.fixture
async def library(stage: Stage, broker: Mosquitto) -> AsyncIterator[Library]:
    """At work before the terminal is, so that it hears all that the terminal says."""
    async with Library(stage, broker).open() as library:
        yield library


@pytest.fixture
async def terminal(stage: Stage, tmp_path: Path, broker: Mosquitto, library: Library) -> AsyncIterator[Terminal]:
    """It can ask, and its first two records are settled."""
    async with terminal_on(stage, tmp_path, broker.port) as terminal:
        await terminal.up()
        await terminal.settled()
        library.publishes.clear()
        yield terminal


@pytest.fixture
async def jump(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Makes the loop's clock jump ahead: what waits for a time waits no longer."""
    ahead = 0.0
    loop = asyncio.get_running_loop()
    real = loop.time
    monkeypatch.setattr(loop, "time", lambda: real() + ahead)

    def by(seconds: float) -> None:
        nonlocal ahead
        ahead += seconds

    return by


def forget(_ask: WireAsk, _question: Question) -> Reply | None:
    return None


async def test_records_arrive_in_order_and_are_settled_by_receipts(library: Library, terminal: Terminal) -> None:
    await terminal.lend(100)
    await terminal.settled()
    await terminal.lend()
    await terminal.settled()
    assert library.records() == await events_of(terminal.journal)
    assert max(map(len, library.publishes)) == MAX_BATCH
    assert terminal.links() == [LinkUp()]


async def test_receipts_that_are_forged_or_of_another_settle_nothing(
    stage: Stage, library: Library, terminal: Terminal
) -> None:
    library.silent = True
    await terminal.lend()
    right = await receipt_at(terminal.journal, 5)
    await library.send_receipt(right, by=Stage(signing=stage.signing))
    await library.send_receipt(right, to="t-18")
    await library.send_receipt(msgspec.structs.replace(right, stream="another"))
    await terminal.answered(terminal.ask())  # the answer comes after the receipts on the same connection
    assert (terminal.journal.high_water, terminal.journal.depth) == (2, 3)
    await library.send_receipt(right)
    await terminal.settled()


async def test_a_receipt_for_records_that_are_not_here_begins_a_new_stream_once(
    library: Library, terminal: Terminal
) -> None:
    journal, old = terminal.journal, terminal.journal.stream
    library.silent = True
    await terminal.lend()
    before = await events_of(journal, after=2)
    foreign = msgspec.structs.replace(await receipt_at(journal, 5), high_water=40, hash="f" * 64)
    await library.send_receipt(foreign)
    await until(lambda: journal.stream != old and len(library.inbox.get(journal.stream, [])) == 4)
    new = library.inbox[journal.stream]
    assert_whole(new, journal.head.hash)
    opened = decode_body(new[0])
    assert isinstance(opened, StreamOpened)
    assert (opened.replaces, opened.last_sequence) == (old, 5)
    assert [event.id for event in new[1:]] == [event.id for event in before]
    second = journal.stream
    await library.send_receipt(msgspec.structs.replace(foreign, stream=second))
    library.silent = False
    await terminal.lend()
    await terminal.settled()
    assert journal.stream == second


async def test_silence_makes_it_send_again_from_the_mark_with_more_and_more_patience(
    library: Library, terminal: Terminal, jump: Callable[[float], None]
) -> None:
    library.silent = True
    await terminal.lend()
    await until(lambda: len(library.publishes) == 1)
    jump(SILENCE_S)
    await until(lambda: len(library.publishes) == 2)
    jump(SILENCE_S)
    await terminal.answered(terminal.ask())
    assert len(library.publishes) == 2
    library.silent = False
    jump(SILENCE_S)
    await terminal.settled()
    assert library.publishes == [library.publishes[0]] * 3


async def test_a_library_that_comes_back_is_sent_at_once_what_it_has_given_no_receipt_for(
    stage: Stage, broker: Mosquitto, tmp_path: Path
) -> None:
    async with terminal_on(stage, tmp_path, broker.port) as terminal:
        async with Library(stage, broker, silent=True).open() as library:
            await terminal.lend(40)
            await until(lambda: len(library.records()) == 122)
        async with Library(stage, broker).open() as reborn:
            await terminal.settled()
            assert reborn.records() == await events_of(terminal.journal)
            assert terminal.links() == [LinkUp(), LinkDown(), LinkUp()]


async def test_a_restored_library_gets_what_it_lost_once_more(library: Library, terminal: Terminal) -> None:
    await terminal.lend(40)
    await terminal.settled()
    whole, stream = library.records(), terminal.journal.stream
    library.epoch = "e2"
    await library.send_receipt(library.receipt(stream, mark=50))
    await until(lambda: len(library.records()) == len(whole))
    await terminal.settled()
    assert library.records() == whole


async def test_a_restored_library_that_lost_only_what_was_under_way_gets_it_at_once(
    library: Library, terminal: Terminal
) -> None:
    await terminal.lend()
    await terminal.settled()
    library.silent = True
    await terminal.lend()
    await until(lambda: len(library.records()) == 8)
    library.epoch = "e2"
    await library.send_receipt(library.receipt(terminal.journal.stream, mark=5))
    library.silent = False
    await terminal.settled()


async def test_what_was_read_before_a_rewind_is_not_published_after_it(stage: Stage, tmp_path: Path) -> None:
    journal = await stage.open(tmp_path)
    for _ in range(150):
        await journal.append(loan_of(), clock())
    outbox = Outbox(journal, stage.identity, clock)
    firsts: list[int] = []

    def publish(payload: bytes) -> None:
        firsts.append(decode_publish(payload)[0].sequence)
        if len(firsts) == 2:
            asyncio.get_running_loop().call_later(0, outbox.rewind)

    running = asyncio.create_task(outbox.run(publish))
    await until(lambda: len(firsts) == 7)
    assert firsts == [1, 101, 1, 101, 201, 301, 401]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await journal.close()


async def test_no_more_than_the_window_is_under_way(library: Library, terminal: Terminal) -> None:
    library.silent = True
    await terminal.lend(WINDOW // 3 + 100)
    await until(lambda: len(library.records()) == WINDOW + 2)
    reports = len(library.states)
    terminal.uplink.wake()
    terminal.uplink.health_changed()
    await until(lambda: len(library.states) > reports)
    assert len(library.records()) == WINDOW + 2
    library.silent = False
    await library.send_receipt(library.receipt(terminal.journal.stream))
    await terminal.settled()
    assert library.records() == await events_of(terminal.journal)


async def test_everything_arrives_once_in_order_through_broker_deaths(
    broker: Mosquitto, library: Library, terminal: Terminal
) -> None:
    for _ in range(3):
        await terminal.lend(1_000)
        await until(lambda: 0 < terminal.journal.depth < 2_900)
        broker.kill()
        await terminal.lend(50)
        await until(lambda: terminal.links()[-1] == LinkDown())
        broker.start()
        await terminal.up()
    await terminal.settled()
    assert library.records() == await events_of(terminal.journal)
    assert terminal.links() == [LinkUp(), *[LinkDown(), LinkUp()] * 3]


async def test_a_question_carries_what_the_library_must_know_and_is_answered_once(
    library: Library, terminal: Terminal
) -> None:
    library.silent = True
    await terminal.lend()
    await terminal.journal.append(loan_of(card=OTHER_CARD, item=OTHER), clock())
    ask = terminal.ask()
    await terminal.answered(ask)
    await library.send_answer(ask, REPLY)
    await terminal.answered(terminal.ask())
    assert terminal.ends_of(ask) == [Answered(ask, REPLY)]
    wire, question = library.questions[0]
    assert (wire.id, wire.site, question.query) == (ask, SITE, Identify(card=CARD))
    carried = [msgspec.json.decode(event)["sequence"] for event in question.unreceipted]
    assert carried == [3, 4, 5]
    left_s = (datetime.fromisoformat(wire.deadline) - library.now()).total_seconds()
    assert 0 < left_s <= ASK_DEADLINE_S


LOAN, OTHER_LOAN = new_id(), new_id()
REFUSED = NotAuthorised(loan=LOAN, reason=Refusal.CARD_BLOCKED)
UNKNOWN = NotRouted(item=ITEM, reason=Refusal.UNKNOWN_ITEM)
AUTHORISE = Authorise(loan=LOAN, card=CARD, item=ITEM)


@pytest.mark.parametrize(
    ("query", "reply"),
    [
        (Identify(card=CARD), REFUSED),
        (AUTHORISE, UNKNOWN),
        (AUTHORISE, msgspec.structs.replace(REFUSED, loan=OTHER_LOAN)),
        (RouteReturn(item=ITEM), REPLY),
    ],
)
async def test_a_reply_to_another_query_is_none_and_is_logged_once_without_data(
    library: Library, terminal: Terminal, query: Query, reply: Reply
) -> None:
    library.reply = lambda _ask, _question: reply
    ask = new_id()
    with capture_logs() as logs:
        terminal.uplink.ask(Ask(ask=ask, query=query))
        await terminal.answered(ask)
    assert terminal.ends_of(ask) == [AskFailed(ask)]
    assert logs == [{"event": "ask.answered_amiss", "log_level": "warning", "ask": ask}]


@pytest.mark.parametrize(("query", "reply"), [(AUTHORISE, REFUSED), (RouteReturn(item=ITEM), UNKNOWN)])
async def test_a_reply_to_the_query_is_told(library: Library, terminal: Terminal, query: Query, reply: Reply) -> None:
    library.reply = lambda _ask, _question: reply
    ask = new_id()
    terminal.uplink.ask(Ask(ask=ask, query=query))
    await terminal.answered(ask)
    assert terminal.ends_of(ask) == [Answered(ask, reply)]


async def test_a_question_that_nobody_answers_rightly_fails_once_at_its_deadline(
    library: Library, terminal: Terminal, jump: Callable[[float], None]
) -> None:
    library.reply = forget
    ask = terminal.ask()
    await until(lambda: len(library.questions) == 1)
    await library.send_answer(ask, REPLY, by=Stage())
    await library.send_answer(new_id(), REPLY)
    await terminal.lend()
    await terminal.settled()  # by a receipt that came after those answers
    assert terminal.ends_of(ask) == []
    jump(ASK_DEADLINE_S)
    await terminal.answered(ask)
    await library.send_answer(ask, REPLY)
    await terminal.lend()
    await terminal.settled()
    assert terminal.ends_of(ask) == [AskFailed(ask)]


async def test_before_the_library_has_told_its_time_a_question_waits_for_it(
    stage: Stage, broker: Mosquitto, tmp_path: Path
) -> None:
    async with (
        Library(stage, broker, silent=True).open() as library,
        terminal_on(stage, tmp_path, broker.port) as terminal,
    ):
        await terminal.up()
        await until(lambda: len(library.publishes) == 1)
        ask = terminal.ask()
        assert library.questions == []
        await library.send_receipt(library.receipt(terminal.journal.stream))
        await terminal.answered(ask)
        assert terminal.ends_of(ask) == [Answered(ask, REPLY)]


@pytest.fixture
def no_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that what ends a question is not the deadline."""
    monkeypatch.setattr("kiosk.uplink.asking.ASK_DEADLINE_S", 3_600.0)


@pytest.mark.usefixtures("no_deadline")
async def test_without_the_library_a_question_fails_at_once(stage: Stage, broker: Mosquitto, tmp_path: Path) -> None:
    async with terminal_on(stage, tmp_path, broker.port) as terminal:
        early = terminal.ask()
        assert terminal.ends_of(early) == [AskFailed(early)]
        async with Library(stage, broker, reply=forget).open() as library:
            await terminal.up()
            await terminal.settled()
            asks = [terminal.ask() for _ in range(3)]
            await until(lambda: len(library.questions) == 3)
        await until(lambda: terminal.links()[-1] == LinkDown())
        await until(lambda: len(terminal.events) == 6)
        assert [terminal.ends_of(ask) for ask in asks] == [[AskFailed(ask)] for ask in asks]
        late = terminal.ask()
        assert terminal.ends_of(late) == [AskFailed(late)]


@pytest.mark.usefixtures("no_deadline")
async def test_a_broker_that_dies_ends_the_open_questions(
    broker: Mosquitto, library: Library, terminal: Terminal
) -> None:
    library.reply = forget
    ask = terminal.ask()
    await until(lambda: len(library.questions) == 1)
    broker.kill()
    await terminal.answered(ask)
    assert terminal.ends_of(ask) == [AskFailed(ask)]
    assert terminal.links() == [LinkUp(), LinkDown()]


async def test_many_unreceipted_records_do_not_make_a_question_too_long(library: Library, terminal: Terminal) -> None:
    library.silent = True
    await terminal.lend(300)
    await terminal.answered(terminal.ask())
    (_, question), *_ = library.questions
    sequences = [msgspec.json.decode(event)["sequence"] for event in question.unreceipted]
    assert sequences == list(range(sequences[0], 903))
    assert 49_000 < sum(map(len, question.unreceipted)) <= 50_000


async def test_birth_heartbeat_and_health_are_told_and_leaving_is_told_too(
    stage: Stage, broker: Mosquitto, tmp_path: Path
) -> None:
    async with Library(stage, broker).open() as library:
        async with terminal_on(stage, tmp_path, broker.port) as terminal:
            await until(lambda: len(library.states) == 3)
            assert [name for name, _ in library.states] == ["life", "heartbeat", "health"]
            heartbeat = msgspec.json.decode(library.states[1][1], type=Heartbeat)
            assert (heartbeat.boot, len(bytes.fromhex(heartbeat.nonce))) == (stage.identity.boot, 16)
            terminal.uplink.health_changed()
            await until(lambda: len(library.states) == 4)
            assert library.states[3][0] == "health"
        await until(lambda: len(library.states) == 5)
        lives = lives_of(library)
        assert [life.state for life in lives] == [Presence.BORN, Presence.GONE]
        assert lives[0].connection == lives[1].connection


def lives_of(library: Library) -> list[Life]:
    return [msgspec.json.decode(payload, type=Life) for name, payload in library.states if name == "life"]


@dataclass
class Cable:
    """A way to the broker that can be cut: both ends see the connection die without a word."""

    port: int
    broker_port: int
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    broken: bool = False

    def cut(self) -> None:
        for writer in self.writers:
            writer.transport.abort()
        self.writers.clear()

    async def join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.broken:
            writer.close()
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.broker_port)
        self.writers += [writer, far_writer]
        await asyncio.gather(self.carry(reader, far_writer), self.carry(far_reader, writer))

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65_536):
                writer.write(data)
        writer.close()


@contextlib.asynccontextmanager
async def cable_to(broker: Mosquitto) -> AsyncIterator[Cable]:
    cable = Cable(free_port(), broker.port)
    async with await asyncio.start_server(cable.join, "127.0.0.1", cable.port):
        yield cable
        cable.cut()
        await asyncio.sleep(0.05)


async def test_a_cut_cable_makes_the_broker_say_the_last_word_and_the_next_birth_is_later(
    stage: Stage, broker: Mosquitto, tmp_path: Path
) -> None:
    async with (
        Library(stage, broker).open() as library,
        cable_to(broker) as cable,
        terminal_on(stage, tmp_path, cable.port) as terminal,
    ):
        await terminal.up()
        cable.cut()
        await until(lambda: len(lives_of(library)) == 3)
        born, gone, again = lives_of(library)
        assert (born.state, gone.state, again.state) == (Presence.BORN, Presence.GONE, Presence.BORN)
        assert born.connection == gone.connection < again.connection
        await until(lambda: terminal.links() == [LinkUp(), LinkDown(), LinkUp()])
        cable.broken = True
        cable.cut()
        await until(lambda: len(lives_of(library)) == 4)
        late_comer = Library(stage, broker)
        async with late_comer.open():
            await until(lambda: lives_of(late_comer) == [lives_of(library)[3]])
        assert lives_of(library)[3].state is Presence.GONE


async def test_without_a_broker_it_waits_and_can_be_stopped(stage: Stage, tmp_path: Path) -> None:
    async with terminal_on(stage, tmp_path, free_port()) as terminal:
        await terminal.lend()
        await asyncio.sleep(0.1)
        assert (terminal.events, terminal.journal.depth) == ([], 5)


async def test_a_broker_that_takes_the_call_and_says_nothing_can_be_left(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.uplink.mqtt.BROKER_ANSWER_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        async with terminal_on(stage, tmp_path, deaf.getsockname()[1]):
            called, _ = await asyncio.get_running_loop().run_in_executor(None, deaf.accept)
        called.close()


async def test_nonsense_from_the_broker_is_refused_and_nothing_stops(library: Library, terminal: Terminal) -> None:
    for topic in ("receipt/t-17", f"answer/t-17/{new_id()}", "central/w9"):
        for payload in (b"", b"\xff\x00", b"{}", b"[1]", b'{"key":"k","payload":{},"signature":"AAAA"}'):
            await library.client.publish(f"shufang/1/{NETWORK}/{topic}", payload, qos=1)
    await terminal.lend()
    await terminal.settled()
    assert terminal.links() == [LinkUp()]
