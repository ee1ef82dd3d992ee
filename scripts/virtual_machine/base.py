"""The disk and kernel every machine starts from: made once out of Debian's packages, then kept in the cache."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from scripts.virtual_machine.errors import MachineError
from scripts.virtual_machine.initrd import make_initrd
from scripts.virtual_machine.programs import output
from scripts.virtual_machine.recipe import Recipe
from scripts.virtual_machine.requirements import copy_into, needed

PYTHON: Final = (3, 11)
"""Of the suite; compiled libraries made for another do not load there."""

HOME_OF_PACKAGE: Final = Path("opt/shufang")
"""The virtual environment in the machine that our package goes into."""

SOURCE: Final = "deb $(REPO_URI) $(CODENAME) $(COMPONENT)"
"""How a mirror that this host uses is named to the machine's installer; with none, it takes Debian's own."""

ROOM_BYTES: Final = 512 << 20
"""For what is written while it runs: the disk as it is made is full."""

KEPT_S: Final = 30 * 86_400
"""A base nobody has used for so long belongs to a recipe that nobody will have again."""

_BUILDING: Final = ".building-"


@dataclass(frozen=True, slots=True)
class Base:
    """A made base. The files are never written to."""

    folder: Path

    @property
    def kernel(self) -> Path:
        """To boot."""
        return self.folder / "vmlinuz"

    @property
    def initrd(self) -> Path:
        """To boot it with."""
        return self.folder / "initrd"

    @property
    def disk(self) -> Path:
        """The root file system, without our package."""
        return self.folder / "root.ext2"


def obtain(recipe: Recipe, cache: Path) -> Base:
    """The base of this recipe, out of the cache or made now. Runs that want it at once wait for the first."""
    cache.mkdir(parents=True, exist_ok=True)
    wanted = cache / recipe.key
    with _alone(cache / "lock"):
        if not wanted.exists():
            _sweep(cache)
            try:
                _make(recipe, wanted)
            finally:
                _sweep(cache)
        os.utime(wanted)
    return Base(wanted)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _sweep(cache: Path) -> None:
    """Remove what a failed or killed run left half made, and what nobody has used for long."""
    for folder in cache.iterdir():
        unused_s = time.time() - folder.stat().st_mtime
        if folder.is_dir() and (folder.name.startswith(_BUILDING) or unused_s > KEPT_S):
            shutil.rmtree(folder)


def _make(recipe: Recipe, wanted: Path) -> None:
    if sys.version_info[:2] != PYTHON:
        raise MachineError(f"The machine has Python {PYTHON[0]}.{PYTHON[1]}; make .venv with the same: scripts/setup.")
    building = Path(tempfile.mkdtemp(prefix=_BUILDING, dir=wanted.parent))
    building.chmod(0o755)  # packages are installed by a user of the machine's own name space
    made, system = Base(building), building / "system"
    release = _add_kernel(recipe.kernel, system, made.kernel)
    make_initrd(made.initrd, system / "usr", release)
    _add_requirements(system / HOME_OF_PACKAGE)
    _install(recipe, system, made.disk)
    shutil.rmtree(system)
    (building / "recipe.json").write_bytes(msgspec.json.format(msgspec.json.encode(recipe)))
    building.rename(wanted)


def _add_kernel(package: str, system: Path, kernel: Path) -> str:
    """Unpack Debian's kernel; its release, as `uname -r` says it."""
    unpacked = system / "kernel"
    unpacked.mkdir(parents=True)
    output("apt-get", "download", package, folder=unpacked)
    (archive,) = unpacked.glob("*.deb")
    output("dpkg-deb", "-x", str(archive), str(unpacked))
    (image,) = unpacked.glob("boot/vmlinuz-*")
    image.rename(kernel)
    modules = system / "usr/lib/modules"  # Debian's /lib is a link to /usr/lib, which a folder must not replace
    modules.parent.mkdir(parents=True)
    (unpacked / "lib/modules").rename(modules)
    shutil.rmtree(unpacked)
    release = image.name.removeprefix("vmlinuz-")
    output("depmod", "-b", str(system / "usr"), release)
    return release


def _add_requirements(home: Path) -> None:
    """A virtual environment as `python3 -m venv` makes it in the machine, with all that our package stands on."""
    programs = home / "bin"
    programs.mkdir(parents=True)
    (programs / "python").symlink_to("/usr/bin/python3")
    (home / "pyvenv.cfg").write_text("home = /usr/bin\ninclude-system-site-packages = false\n", encoding="utf-8")
    copy_into(home / "lib" / f"python{PYTHON[0]}.{PYTHON[1]}" / "site-packages", needed())


def _install(recipe: Recipe, system: Path, disk: Path) -> None:
    """Debian's packages and `system` on one disk. Raises MachineError."""
    output(
        "mmdebstrap",
        "--quiet",
        "--variant=minbase",
        f"--include={','.join(recipe.packages)}",
        f"--customize-hook=sync-in {system} /",
        f'--customize-hook=chroot "$1" python3 -m compileall -q -j 0 /{HOME_OF_PACKAGE}',
        recipe.suite,
        str(disk),
        *output("apt-get", "indextargets", "--format", SOURCE, "Created-By: Packages", "Origin: Debian").splitlines(),
    )
    with disk.open("r+b") as whole:
        whole.truncate(disk.stat().st_size + ROOM_BYTES)
    output("resize2fs", "-f", str(disk))
