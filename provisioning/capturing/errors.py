"""Why there is no capture, in whole sentences for a technician."""

from __future__ import annotations


class CaptureRefusedError(Exception):
    """Nothing was written. The text says what happened and what to do."""
