"""`provision capture` as a process, on simulated devices."""

from __future__ import annotations

import asyncio
import signal
import stat
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner, Result

from drivers.capture import Received, decode_capture
from drivers.serial_port import SerialLine, SerialPort
from drivers.simulators.commands import Scan
from drivers.simulators.config import ScannerConfig, SimulationConfig, TagConfig
from drivers.simulators.hf_pads import FeigPadConfig
from drivers.simulators.simulation import Simulation, running
from firmware_msgs.tags.content import Usage
from provisioning.main import app
from tests.capture_leaks import leaks
from tests.integration.recorder import PATIENCE_S
from tests.kiosk_configuration import GOOD, write_configuration

PATRON = TagConfig(uid="E0040100A1B2C3D4", item_id="P20310042", owner_isil="CN530428", usage=Usage.PATRON_CARD)
BOOK = TagConfig(uid="E004010012345678", item_id="TSG00000000001", owner_isil="CN530428")
SECRETS: dict[str, bytes | str] = {"uid": bytes.fromhex(PATRON.uid)[2:], "id": PATRON.item_id, "code": "A20310042"}
COMMAND = (sys.executable, "-c", "from provisioning.main import main; main()", "capture")


@asynccontextmanager
async def devices(folder: Path) -> AsyncIterator[Simulation]:
    config = SimulationConfig(
        command_socket="commands",
        devices=(
            FeigPadConfig(name="pad", link="pad", pace=0, tags=(PATRON.uid, BOOK.uid)),
            ScannerConfig(name="scanner", link="scanner"),
        ),
        tags=(PATRON, BOOK),
    )
    async with running(config, folder) as simulation:
        yield simulation


class Running:
    """`provision capture` while it runs."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.said = ""

    async def until(self, words: str) -> None:
        """It has said so."""
        assert self.process.stderr is not None
        async with asyncio.timeout(PATIENCE_S):
            while words not in self.said:
                line = await self.process.stderr.readline()
                assert line, self.said
                self.said += line.decode()

    async def end(self, how: int = signal.SIGINT) -> tuple[int, str]:
        self.process.send_signal(how)
        async with asyncio.timeout(PATIENCE_S):
            out, errors = await self.process.communicate()
        self.said += errors.decode()
        assert self.process.returncode is not None
        return self.process.returncode, out.decode()


async def begin(folder: Path, model: str, port: str, *more: str) -> Running:
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        "--model",
        model,
        "--port",
        str(folder / port),
        "--out",
        str(folder / "capture"),
        *more,
        stdout=PIPE,
        stderr=PIPE,
    )
    return Running(process)


async def test_a_pad_is_captured_until_ctrl_c(tmp_path: Path) -> None:
    async with devices(tmp_path):
        capturing = await begin(tmp_path, "feig-iscan", "pad")
        await capturing.until("a patron's card")
        await capturing.until("an item") if "an item" not in capturing.said else None
        code, out = await capturing.end()
    assert code == 0, capturing.said
    assert "pseudonyms" in out
    file = tmp_path / "capture"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert leaks(file.read_bytes(), SECRETS) == []
    assert PATRON.item_id not in capturing.said + out
    assert PATRON.uid not in capturing.said + out
    assert decode_capture(file.read_bytes()).head.model == "feig-iscan"


async def test_a_scanner_s_options_are_given_by_hand(tmp_path: Path) -> None:
    async with devices(tmp_path) as simulation:
        capturing = await begin(
            tmp_path, "serial-scanner", "scanner", "--option", "baudrate=115200", "--option", "prefix=12"
        )
        await capturing.until("answers")
        await simulation.carry_out(Scan(device="scanner", text="12A20310042"))
        await capturing.until("A code was scanned")
        code, _ = await capturing.end(signal.SIGTERM)
    assert code == 0, capturing.said
    capture = decode_capture((tmp_path / "capture").read_bytes())
    assert capture.head.options == {"baudrate": 115200, "prefix": "12"}
    assert leaks((tmp_path / "capture").read_bytes(), SECRETS) == []
    [heard] = [bytes.fromhex(each.hex) for each in capture.happenings if isinstance(each, Received)]
    assert heard.startswith(b"12")
    assert heard.endswith(b"\r")


def files_in(folder: Path) -> set[Path]:
    return set(folder.iterdir())


async def test_nothing_is_left_of_one_that_was_killed(tmp_path: Path) -> None:
    async with devices(tmp_path):
        before = files_in(tmp_path)
        capturing = await begin(tmp_path, "feig-iscan", "pad")
        await capturing.until("a patron's card")
        code, _ = await capturing.end(signal.SIGKILL)
        assert files_in(tmp_path) == before
    assert code == -signal.SIGKILL


async def test_a_device_of_the_configuration_is_found_by_name(tmp_path: Path) -> None:
    file = write_configuration(tmp_path, GOOD.replace("pad.tty", str(tmp_path / "pad")))
    out = tmp_path / "capture"
    async with devices(tmp_path):
        process = await asyncio.create_subprocess_exec(
            *COMMAND, "--config", file, "--device", "pad", "--out", out, "--seconds", "1.5", stdout=PIPE, stderr=PIPE
        )
        await process.communicate()
    assert process.returncode == 0
    assert decode_capture(out.read_bytes()).head.model == "feig-iscan"


async def test_a_device_that_the_kiosk_holds_is_refused(tmp_path: Path) -> None:
    async with devices(tmp_path):
        with SerialPort(str(tmp_path / "pad"), SerialLine(38400)):
            capturing = await begin(tmp_path, "feig-iscan", "pad")
            await capturing.until("If that is the kiosk, stop it")
            assert await capturing.process.wait() == 1
    assert "Another program" in capturing.said
    assert not (tmp_path / "capture").exists()


@pytest.fixture
def _as_before() -> Iterator[None]:
    """The command sets up its process's log."""
    yield
    structlog.reset_defaults()


def capture(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["capture", *map(str, arguments)])


@pytest.mark.usefixtures("_as_before")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--model", "feig-iscan", "--port", "{}/pad"), "There is no device at"),
        (("--model", "feig", "--port", "{}/pad"), "not known. Known models"),
        (("--model", "nut-ups", "--port", "ups@localhost"), "Models that can: "),
        (("--model", "feig-iscan", "--port", "{}/pad", "--option", "framing"), "key=value"),
        (("--model", "feig-iscan", "--port", "{}/pad", "--option", "framing=old"), "Invalid enum value"),
        (("--model", "feig-iscan", "--port", "{}/pad", "--option", "speed=1"), "is not known to"),
        (("--config", "{}/none.toml", "--device", "pad"), "cannot be read"),
        (("--config", "{}/bad.toml", "--device", "pad"), "is no terminal's configuration"),
        (("--config", "{}/kiosk.toml", "--device", "desk"), "it has: “pad”"),
    ],
)
def test_what_cannot_be_captured_is_refused_in_one_sentence(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    write_configuration(tmp_path)
    (tmp_path / "bad.toml").write_text("[")
    out = tmp_path / "capture"
    result = capture(*(argument.format(tmp_path) for argument in arguments), "--out", out)
    assert result.exit_code == 1, result.output
    assert words in result.stderr
    assert result.stderr.splitlines()[-1].startswith("provision: ")
    assert not out.exists()


@pytest.mark.usefixtures("_as_before")
@pytest.mark.parametrize("arguments", [(), ("--model", "feig-iscan"), ("--device", "pad", "--port", "/dev/x")])
def test_half_a_device_is_no_device(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = capture(*arguments, "--out", tmp_path / "capture")
    assert result.exit_code == 2
    assert "either" in result.stderr


@pytest.mark.usefixtures("_as_before")
def test_a_file_in_the_way_is_kept(tmp_path: Path) -> None:
    out = tmp_path / "capture"
    out.write_text("precious")
    for taken in (out, tmp_path / "link"):
        (tmp_path / "link").unlink(missing_ok=True)
        (tmp_path / "link").symlink_to(tmp_path / "nowhere")
        result = capture("--model", "feig-iscan", "--port", tmp_path / "pad", "--out", taken)
        assert result.exit_code == 1
        assert "exists already; a capture is never overwritten" in result.stderr
    assert out.read_text() == "precious"
    assert not (tmp_path / "nowhere").exists()
    missing = capture("--model", "feig-iscan", "--port", tmp_path / "pad", "--out", tmp_path / "no" / "capture")
    assert "there is no such folder" in missing.stderr


async def test_a_device_that_says_nothing_leaves_no_file(tmp_path: Path) -> None:
    async with devices(tmp_path):
        capturing = await begin(tmp_path, "serial-scanner", "scanner", "--seconds", "0.5")
        await capturing.until("Nothing was heard")
        assert await capturing.process.wait() == 1
    assert not (tmp_path / "capture").exists()
