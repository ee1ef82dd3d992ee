"""What can be wrong with a simulation: always its user's order or configuration, in a sentence that says what to do."""

from __future__ import annotations


class SimulationError(Exception):
    """The simulation cannot do this; the text is for the person who asked for it."""
