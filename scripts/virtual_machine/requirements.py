"""What our package stands on, taken as it is installed here: pinned, hashed and built by scripts/setup."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement

from scripts.virtual_machine.errors import MachineError

PROJECT: Final = Path(__file__).parents[2] / "pyproject.toml"
EXTRA: Final = "terminal"
INSTALLER: Final = "pip"


def needed() -> tuple[Distribution, ...]:
    """Every distribution that a terminal needs besides our own, and pip to install ours; by name. Raises
    MachineError.
    """
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    found: dict[tuple[str, str], Distribution] = {}
    for line in (*project["dependencies"], *project["optional-dependencies"][EXTRA], INSTALLER):
        _gather(Requirement(line), found)
    by_name = {each.name: each for each in found.values()}
    return tuple(by_name[name] for name in sorted(by_name))


def copy_into(folder: Path, distributions: tuple[Distribution, ...]) -> None:
    """Copy each distribution's files; programs and whatever else lies outside of site-packages stay behind."""
    for each in distributions:
        for relative in _files(each):
            target = folder / relative
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(str(each.locate_file(str(relative))), target)


def _files(each: Distribution) -> Iterator[Path]:
    for file in each.files or ():
        relative = Path(file)
        if ".." not in relative.parts and relative.suffix != ".pyc":
            yield relative


def _gather(wanted: Requirement, found: dict[tuple[str, str], Distribution]) -> None:
    """Add what is wanted, once for each of its extras, for one may ask for less of it than the next."""
    try:
        installed = distribution(wanted.name)
    except PackageNotFoundError as error:
        raise MachineError(f"{wanted.name} is not installed. Run scripts/setup.") from error
    for extra in {"", *wanted.extras}:
        if (installed.name, extra) not in found:
            found[installed.name, extra] = installed
            for requirement in map(Requirement, installed.requires or ()):
                if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                    _gather(requirement, found)
