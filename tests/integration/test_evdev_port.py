"""What can be seen of the kernel's side without an input device; the rest is tried in a virtual machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from drivers.errors import PortForbidden, PortMissing, PortUnusable
from drivers.evdev_port import open_input

pytestmark = pytest.mark.usefixtures("no_leaks")


async def test_nothing_is_there(tmp_path: Path) -> None:
    with pytest.raises(PortMissing, match="no device at"), open_input(str(tmp_path / "event0")):
        pass


async def test_a_link_that_outlived_its_device(tmp_path: Path) -> None:
    (tmp_path / "by-id").symlink_to(tmp_path / "event0")
    with pytest.raises(PortMissing), open_input(str(tmp_path / "by-id")):
        pass


@pytest.mark.parametrize("name", ["/dev/null", "file", "."])
async def test_what_is_no_input_device(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PortUnusable, match="as an input device: it is none"), open_input(str(tmp_path / name)):
        pass


async def test_what_this_user_may_not_open() -> None:
    path = Path(os.environ.get("TMPDIR", "/tmp")) / f"event-{os.getpid()}"  # noqa: S108 - others may pass through it
    path.touch(mode=0)
    user = os.geteuid()
    try:
        os.seteuid(user or 65_534)
        with pytest.raises(PortForbidden, match="mostly input"), open_input(str(path)):
            pass
    finally:
        os.seteuid(user)
        path.unlink()
