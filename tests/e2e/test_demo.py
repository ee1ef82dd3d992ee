from __future__ import annotations

import json
import re
import signal
import urllib.error
import urllib.request
from typing import Any

from tests.e2e.demo_stage import WITHIN_S, house, left_of, window

HEADING = "元江县图书馆因远镇分馆"
OTHER_HEADING = "元江县图书馆   24 小时开放"
CARD, BOOKS = "04212E67EE3C89", ("E00401019221A37A", "E00401019221A3A3")
EXPECTED = {
    "journal_records": 32,  # two starts (2 each), eight loans (3), one refusal (2), one return (2)
    "ledger_records": 32,
    "loans_confirmed": 8,
    "returns": 1,
    "transfers": 1,
    "refused": 1,
    "unreceipted": 0,
    "lost": 0,
    "duplicated": 0,
    "tags_on_loan": 8,  # seven of the tour's loans, and one from before
    "tags_secured": 14,
}


def test_the_tour_ends_well_and_its_count_is_exact() -> None:
    with house() as home:
        done = home.run("--tour", "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout) == EXPECTED
        assert "the broker is killed" in done.stderr
        assert "the main library's program is killed" in done.stderr
        assert not home.folder.exists()
        assert home.left_outside() == []


def test_ctrl_c_ends_a_demo_and_leaves_nothing() -> None:
    with house() as home:
        with window(home) as demo:
            demo.read_until(HEADING)
            demo.read_until("Ctrl-C")
            family = demo.family()
            assert len(family) >= 6
            demo.type(b"\x03")
            assert demo.read_to_end() == 0
            assert left_of(family) == []
        assert b"demo: ended" in demo.said.rpartition(b"\x1b[?1049l")[2], "said on the screen that goes"
        assert not home.folder.exists()
        assert home.left_outside() == []


def test_a_killed_demo_leaves_no_process_behind() -> None:
    with house() as home:
        with window(home) as demo:
            demo.read_until(HEADING)
            family = demo.family()
            demo.process.kill()
            assert left_of(family) == []
        assert home.left_outside() == []


def test_what_is_done_at_the_desk_is_seen_in_the_window() -> None:
    with house() as home, window(home) as demo:
        demo.read_until("Ctrl-C")
        address = _desk(demo.said)
        demo.read_until("先刷读者证")
        assert _order(address, do="tap", terminal="YJ-014", card=CARD) == 204
        demo.read_until("把书放在台面上")
        assert _order(address, do="lay", terminal="YJ-014", books=BOOKS) == 204
        demo.read_until("借好了，结束")
        demo.read_until("机器看到 2 本")
        assert _order(address, do="stand", terminal="YJ-002") == 204
        demo.read_until(OTHER_HEADING)
        demo.process.send_signal(signal.SIGTERM)
        assert demo.read_to_end() == 0


def test_the_desk_listens_to_its_own_page_only() -> None:
    with house() as home, window(home) as demo:
        demo.read_until("Ctrl-C")
        address = _desk(demo.said)
        assert _order(address, kind="text/plain", do="cut") == 403
        assert _order(address, host="evil.example", do="cut") == 403
        assert _order(address, do="tap", terminal="YJ-999", card=CARD) == 409
        assert _order(address, do="open the till") == 400
        assert _order(address, do="cut") == 204


def test_a_start_that_fails_says_what_failed_and_what_to_do() -> None:
    with house() as home:
        broken = home.path / "bin" / "mosquitto"
        broken.parent.mkdir()
        broken.write_text("#!/bin/sh\necho no port for me\nexit 3\n")
        broken.chmod(0o755)
        done = home.run(search_first=broken.parent)
        assert done.returncode == 1
        assert "demo: broker did not start: it ended with exit code 3" in done.stderr
        assert "no port for me" in done.stderr
        assert "scripts/setup" in done.stderr
        assert (home.folder / "logs" / "broker.log").exists()
        assert "Traceback" not in done.stderr


def _desk(said: bytes) -> str:
    found = re.search(r"act\s+(http://127\.0\.0\.1:\d+/)", said.decode(errors="replace"))
    assert found, "the desk's address was not told"
    return found[1]


def _order(address: str, kind: str = "application/json", host: str | None = None, **order: Any) -> int:
    """The answer's status."""
    headers = {"Content-Type": kind} | ({"Host": host} if host else {})
    request = urllib.request.Request(f"{address}api/do", json.dumps(order).encode(), headers)  # noqa: S310 - http, ours
    try:
        with urllib.request.urlopen(request, timeout=WITHIN_S) as answer:  # noqa: S310 - as above
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
