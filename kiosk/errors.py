"""What can be wrong on the terminal's own side; each text is for a person and says what to do where anything can be."""

from __future__ import annotations

from pathlib import Path


class KioskError(Exception):
    """Something is wrong on this terminal."""


class IdentityError(KioskError):
    """A key file cannot be used; the text names it."""


class JournalError(KioskError):
    """The journal cannot do what it must; nothing was half done."""


class ConfigurationError(KioskError):
    """The configuration file is not usable; nothing was started."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}.")
        self.path = path
        self.problem = problem


class LinkError(KioskError):
    """The broker cannot be reached, or does not let this terminal do what it must."""


class PowerOffError(KioskError):
    """The machine could not be switched off; everything is recorded."""
