"""What a machine's base is made of, and the name that this gives it in the cache."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from scripts.virtual_machine.errors import MachineError
from scripts.virtual_machine.programs import output
from scripts.virtual_machine.requirements import needed

SUITE = "bookworm"
PACKAGES = ("kmod", "libccid", "pcscd", "python3", "udev")
KERNEL = "linux-image-amd64"
"""Not the cloud kernel, which has neither USB nor uinput."""

KEY_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that tells one base from another. `kernel` and `requirements` are exact; `builder` is a digest of the
    programs that make it.
    """

    suite: str
    packages: tuple[str, ...]
    kernel: str
    requirements: tuple[str, ...]
    builder: str

    @property
    def key(self) -> str:
        """Its name in the cache: the same for the same base, and for no other."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()[:KEY_DIGITS]


def present_recipe() -> Recipe:
    """What a base would be made of now. Raises MachineError."""
    return Recipe(
        suite=SUITE,
        packages=PACKAGES,
        kernel=_kernel_package(),
        requirements=tuple(f"{each.name}=={each.version}" for each in needed()),
        builder=_digest_of_builder(),
    )


def cache_folder(environment: Mapping[str, str]) -> Path:
    """Where bases are kept."""
    cache = environment.get("XDG_CACHE_HOME") or Path(environment["HOME"], ".cache")
    return Path(cache, "shufang", "machine")


def exact_kernel(depends: str, shown: str) -> str | None:
    """`package=version`, out of what apt-cache says of the meta package and of the kernel; None: it knows none."""
    name, version = (
        re.search(r"Depends: (linux-image-\S+)", depends),
        re.search(r"^Version: (\S+)", shown, re.MULTILINE),
    )
    return f"{name[1]}={version[1]}" if name and version else None


def _kernel_package() -> str:
    kernel = _known_kernel()
    if kernel is None and os.geteuid() == 0:
        output("apt-get", "update")
        kernel = _known_kernel()
    if kernel is None:
        raise MachineError(f"apt knows no {KERNEL}. An administrator must run apt-get update first.")
    return kernel


def _known_kernel() -> str | None:
    depends = output("apt-cache", "depends", KERNEL)
    name = re.search(r"Depends: (linux-image-\S+)", depends)
    return exact_kernel(depends, output("apt-cache", "show", "--no-all-versions", name[1])) if name else None


def _digest_of_builder() -> str:
    folder = Path(__file__).parent
    sources = (folder / name for name in ("base.py", "initrd.py", "requirements.py", "start"))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
