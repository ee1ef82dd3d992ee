"""The worked example of docs/adding-a-device.md: a site's own package adds a reader with only a vendor's library."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.catalogue import table
from drivers.catalogue.model import Capability
from drivers.errors import ConfigFault, ModelFault
from drivers.events import DeviceDown, DeviceUp, ItemPlaced, ItemRemoved, SecurityChanged, SecurityFailed
from drivers.pad.reader import PadReader
from drivers.simulators.virtual_tag import VirtualTag, library_tag
from firmware_msgs.config import AfiPair, DeviceConfig
from firmware_msgs.tags.content import TagContent, Usage
from tests.integration.recorder import Recorder, served
from tests.kiosk_configuration import GOOD, write_configuration

pytestmark = pytest.mark.usefixtures("no_leaks")

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "acme-pad"
AFI = AfiPair()
CONTENT = TagContent("iso28560-3", "TSG00000000001", "CN530428", 1, 1, Usage.CIRCULATING)
UID = "E004010000000001"


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = tmp_path_factory.mktemp("vendor") / "libacmehf.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", built, EXAMPLE / "vendor" / "acmehf.c"], check=True)
    return built


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("site-packages")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "--target", target, EXAMPLE], check=True)
    return target


@pytest.fixture
def models(installed: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(installed))
    table.models.cache_clear()
    yield
    table.models.cache_clear()
    for name in [name for name in sys.modules if name.startswith("acme_pad")]:
        del sys.modules[name]


def make_pad(folder: Path, library: Path, report: Recorder) -> PadReader:
    config = DeviceConfig(name="pad", model="acme-pad", port=str(folder), options={"library": str(library)})
    device = table.make_device(config, AFI, report)
    assert isinstance(device, PadReader)
    return device


def lay(folder: Path, tag: VirtualTag) -> Path:
    place = folder / tag.uid
    fresh = folder / "laying"
    fresh.write_bytes(bytes((tag.dsfid, tag.afi)) + tag.memory)
    return fresh.rename(place)


@pytest.mark.usefixtures("models")
def test_its_model_stands_in_the_catalogue_beside_ours() -> None:
    assert set(table.models()) == {*table.MODELS, "acme-pad"}
    assert table.can(DeviceConfig(name="pad", model="acme-pad", port="/x"), Capability.SECURITY)


@pytest.mark.usefixtures("models")
async def test_its_pad_lends_and_takes_back_like_any_other(tmp_path: Path, library: Path) -> None:
    report = Recorder()
    async with served(pad := make_pad(tmp_path, library, report)):
        assert await report.next() == DeviceUp("pad")
        place = lay(tmp_path, library_tag(UID, CONTENT, AFI.secured))
        assert await report.next() == ItemPlaced("pad", UID, CONTENT, secured=True)
        pad.set_security(UID, secured=False)
        assert await report.next() == SecurityChanged("pad", UID, secured=False)
        assert place.read_bytes()[1] == AFI.on_loan
        place.unlink()
        assert await report.next() == ItemRemoved("pad", UID)
        pad.set_security(UID, secured=True)
        assert await report.next() == SecurityFailed("pad", UID, wanted=True, read_back=None)


@pytest.mark.usefixtures("models")
async def test_its_reader_unplugged_is_told_and_comes_back(tmp_path: Path, library: Path) -> None:
    folder, report = tmp_path / "reader", Recorder()
    folder.mkdir()
    async with served(make_pad(folder, library, report)):
        assert await report.next() == DeviceUp("pad")
        folder.rmdir()
        down = await report.next()
        assert isinstance(down, DeviceDown)
        assert "not connected" in down.reason
        folder.mkdir()
        assert await report.next() == DeviceUp("pad")


@pytest.mark.usefixtures("models")
async def test_a_missing_library_is_told_in_words(tmp_path: Path) -> None:
    report = Recorder()
    async with served(make_pad(tmp_path, tmp_path / "none.so", report)):
        down = await report.next()
        assert isinstance(down, DeviceDown)
        assert "cannot be loaded" in down.reason


@pytest.mark.usefixtures("models")
def test_a_wrong_option_is_refused_with_the_right_ones() -> None:
    config = DeviceConfig(name="pad", model="acme-pad", port="/x", options={"libary": "/y"})
    with pytest.raises(ConfigFault, match="Known settings: library"):
        table.make_device(config, AFI, lambda _event: None)


@pytest.mark.parametrize(
    ("value", "said"), [("acme_pad.absent:X", "cannot be loaded"), ("json:loads", "is no drivers.catalogue")]
)
def test_a_broken_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str, said: str) -> None:
    facts = tmp_path / "broken_site-1.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: broken-site\nVersion: 1\n")
    (facts / "entry_points.txt").write_text(f"[shufang.models]\nbroken = {value}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    table.models.cache_clear()
    try:
        with pytest.raises(ModelFault, match=f"broken-site.*{said}"):
            table.models()
    finally:
        table.models.cache_clear()


def test_the_kiosk_takes_a_configuration_with_it(tmp_path: Path, installed: Path) -> None:
    """By the real program, as a technician would see it."""
    file = write_configuration(tmp_path, GOOD.replace("feig-iscan", "acme-pad"))
    environment = {**os.environ, "PYTHONPATH": f"{installed}:{EXAMPLE.parents[2]}"}
    run = [sys.executable, "-m", "kiosk.main", "check-config", str(file)]
    checked = subprocess.run(run, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert checked.returncode == 0, checked.stderr
