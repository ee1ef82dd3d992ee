"""What can be wrong before the main library's side can run: each error says which file, and what to do."""

from __future__ import annotations

from pathlib import Path


class SetupError(Exception):
    """A file that a person wrote or put somewhere is not right."""

    def __init__(self, path: Path, problem: str, remedy: str) -> None:
        super().__init__(f"{path}: {problem} {remedy}")
        self.path = path
        self.problem = problem
        self.remedy = remedy


class ConfigError(SetupError):
    """The configuration."""


class KeyFileError(SetupError):
    """A key file."""


class ImportFileError(SetupError):
    """A file of an import; `line` counts from 1, its header included (None: the file as a whole)."""

    def __init__(self, path: Path, line: int | None, problem: str, remedy: str) -> None:
        super().__init__(path, problem if line is None else f"line {line}: {problem}", remedy)
        self.line = line


class AddressError(Exception):
    """The web page's address cannot be used."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"the page cannot be served at {host}:{port}: {reason}. Change [web] or stop who uses it.")
        self.host = host
        self.port = port
