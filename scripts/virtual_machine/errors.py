"""What can go wrong with the machine itself; each text says what happened and what to do."""

from __future__ import annotations


class MachineError(Exception):
    """The machine could not be made, did not boot, or was lost: nothing is said about any device."""


class CheckFailed(MachineError):  # noqa: N818 - a past participle, as everything that has happened
    """A device or driver did not do what a check wants; the text says what was seen instead."""


class NothingReported(CheckFailed):
    """Where a report was due, none came."""
