"""What can be wrong in a terminal's configuration: one sentence with the file and the key, and nothing started."""

from __future__ import annotations

import subprocess
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from firmware_msgs.config import AfiPair, Broker, DeviceConfig, Rules, TerminalConfig, TerminalKeys
from kiosk.configuration import load_configuration
from kiosk.main import app
from tests.e2e.county import ROOT, script
from tests.kiosk_configuration import GOOD, write_configuration

PAGE = ROOT / "docs" / "configuration.md"
DEVICE = GOOD[GOOD.index("[[devices]]") :]
RULES = "[rules]\n"


def of_rules(line: str) -> str:
    return GOOD.replace(RULES, f"{RULES}{line}\n")


WRONG: dict[str, tuple[str | bytes, str]] = {
    "not TOML": (GOOD + "[[", "not TOML"),
    "not UTF-8": (b"\xff\xfe" + GOOD.encode(), "UTF-8"),
    "unknown key": ("colour = 3\n" + GOOD, "colour"),
    "missing key": (GOOD.replace('network = "test"\n', ""), "network"),
    "port of another type": (GOOD.replace("port = 1 ", 'port = "1" '), "broker.port"),
    "port 0": (GOOD.replace("port = 1 ", "port = 0 "), "broker.port"),
    "port 65536": (GOOD.replace("port = 1 ", "port = 65536 "), "broker.port"),
    "no host": (GOOD.replace("127.0.0.1", ""), "broker.host"),
    "long label": (GOOD.replace("127.0.0.1", "a" * 64 + ".x"), "broker.host"),
    "long host": (GOOD.replace("127.0.0.1", "a." * 127), "broker.host"),
    "empty label": (GOOD.replace("127.0.0.1", "a..b"), "broker.host"),
    "terminal as a wildcard": (GOOD.replace("T-01", "T/#"), "terminal"),
    "terminal with a line end": (GOOD.replace("T-01", r"T-01\n"), "terminal"),
    "no terminal": (GOOD.replace("T-01", ""), "terminal"),
    "long terminal": (GOOD.replace("T-01", "T" * 64), "terminal"),
    "network": (GOOD.replace('"test"', '"a/b"'), "network"),
    "site": (GOOD.replace("YJ-01", "+"), "site"),
    "no journal": (GOOD.replace("journal.db", ""), "journal"),
    "journal is the folder": (GOOD.replace("journal.db", "."), "journal"),
    "journal is a folder": (GOOD.replace("journal.db", "library"), "journal"),
    "journal is the root": (GOOD.replace("journal.db", "/"), "journal"),
    "journal's folder": (GOOD.replace("journal.db", "no/journal.db"), "journal"),
    "journal is the log": (GOOD.replace("journal.db", "journal.log"), "journal"),
    "journal is the socket": (GOOD.replace("screen.sock", "./journal.db"), "screen_socket"),
    "journal's own log is the socket": (GOOD.replace("screen.sock", "journal.db-wal"), "screen_socket"),
    "log is the socket": (GOOD.replace("screen.sock", "journal.log"), "screen_socket"),
    "long socket": (GOOD.replace("screen.sock", "s" * 108), "screen_socket"),
    "socket's folder": (GOOD.replace("screen.sock", "no/s.sock"), "screen_socket"),
    "socket is a folder": (GOOD.replace("screen.sock", "library"), "screen_socket"),
    "socket is a file": (GOOD.replace("screen.sock", "kiosk.toml"), "screen_socket"),
    "one AFI": ("afi = { secured = 7, on_loan = 7 }\n" + GOOD, "afi.on_loan"),
    "AFI 256": ("afi = { secured = 256 }\n" + GOOD, "afi.secured"),
    "AFI -1": ("afi = { on_loan = -1 }\n" + GOOD, "afi.on_loan"),
    "no owners": (GOOD.replace('["CN-530428"]', "[]"), "rules.owners"),
    "loan of no days": (of_rules("loan_days = 0"), "rules.loan_days"),
    "loan beyond the calendar": (of_rules("loan_days = 1000000000"), "rules.loan_days"),
    "offset": (of_rules("utc_offset_h = 15"), "rules.utc_offset_h"),
    "offset beyond 64 bits": (of_rules(f"utc_offset_h = {1 << 70}"), "rules.utc_offset_h"),
    "offline limit": (of_rules("offline_limit = 101"), "rules.offline_limit"),
    "release attempts": (of_rules("release_attempts = 0"), "rules.release_attempts"),
    **{key: (of_rules(f"{key} = 0"), f"rules.{key}") for key in ("warn_s", "done_s", "notice_s", "settling_s")},
    "battery time": (of_rules("battery_s = 0"), "rules.battery_s"),
    "a command of one text": (of_rules('power_off = "poweroff"'), "rules.power_off"),
    "a day and a second": (of_rules("idle_s = 86401"), "rules.idle_s"),
    "warning after the end": (of_rules("warn_s = 60"), "rules.warn_s"),
    "no devices": (GOOD.replace(DEVICE, ""), "[[devices]]"),
    "no item reader": (GOOD.replace("feig-iscan", "serial-scanner"), "[[devices]]"),
    "an item reader that secures nothing": (GOOD.replace("feig-iscan", "pcsc-iso15693"), "cannot secure"),
    "two item readers": (GOOD + DEVICE.replace('"pad"', '"pad2"').replace("pad.tty", "pad2.tty"), "item readers"),
    "two of one name": (GOOD + DEVICE.replace("pad.tty", "other.tty"), "'pad'"),
    "two on one port": (
        GOOD
        + DEVICE.replace('"pad"', '"scanner"').replace("feig-iscan", "serial-scanner").replace("pad.tty", "./pad.tty"),
        "port",
    ),
    "unknown model": (GOOD.replace("feig-iscan", "feig"), "model"),
    "unknown option": (GOOD + "options = { speed = 3 }\n", "options.speed"),
    "device without a name": (GOOD.replace('"pad"', '""'), "devices[0].name"),
    "device without a port": (GOOD.replace('"pad.tty"', '""'), "devices[0].port"),
    "NUL in a port": (GOOD.replace("pad.tty", r"a\u0000b"), "devices[0].port"),
}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_right_one_is_good(tmp_path: Path) -> None:
    path = write_configuration(tmp_path)
    done = CliRunner().invoke(app, ["check-config", str(path)])
    assert (done.exit_code, done.stderr) == (0, "")
    assert "T-01" in done.stdout


@pytest.mark.parametrize(("text", "named"), WRONG.values(), ids=WRONG)
def test_check_config_says_what_is_wrong(tmp_path: Path, text: str | bytes, named: str) -> None:
    path = write_configuration(tmp_path, text)
    done = CliRunner().invoke(app, ["check-config", str(path)])
    assert done.exit_code == 1
    (sentence,) = done.stderr.splitlines()
    assert sentence.startswith(f"kiosk: {path}: ")
    assert named in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize("case", ["journal is the socket", "socket is a folder", "one AFI", "unknown option"])
def test_run_starts_nothing(tmp_path: Path, case: str) -> None:
    path = write_configuration(tmp_path, WRONG[case][0])
    before = {file.name for file in tmp_path.iterdir()}
    done = subprocess.run(
        [script("kiosk"), "run", "--config", str(path)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"kiosk: {path}: ")
    assert len(done.stderr.splitlines()) == 1
    assert {file.name for file in tmp_path.iterdir()} == before


def test_a_missing_key_file_is_named(tmp_path: Path) -> None:
    path = write_configuration(tmp_path, GOOD.replace("terminal-signing.key", "other.key"))
    done = CliRunner().invoke(app, ["check-config", str(path)])
    assert done.exit_code == 1
    assert f"{tmp_path}/terminal/other.key" in done.stderr
    assert "provision keys terminal" in done.stderr


def test_the_example_of_the_page_can_be_loaded(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    (example,) = [part.partition("```")[0] for part in PAGE.read_text(encoding="utf-8").split("```toml\n")[1:]]
    path.write_text(example, encoding="utf-8")
    assert load_configuration(path).devices


@pytest.mark.parametrize("table", [TerminalConfig, Broker, TerminalKeys, Rules, AfiPair, DeviceConfig])
def test_the_page_has_every_key_with_its_default(table: type[msgspec.Struct]) -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    for field in msgspec.structs.fields(table):
        (row,) = [row for row in rows if row.split("`")[1].split(".")[-1] == field.name and _is_of(table, row)]
        if isinstance(field.default, int):
            assert str(field.default).lower() in row.split("|")[-2].replace("`", ""), row


def _is_of(table: type[msgspec.Struct], row: str) -> bool:
    prefix = {Broker: "broker.", TerminalKeys: "keys.", Rules: "rules.", AfiPair: "afi.", DeviceConfig: "devices."}
    key = row.split("`")[1]
    return key.startswith(prefix[table]) if table in prefix else "." not in key
