"""The uplink's AsyncAPI document as a file."""

from __future__ import annotations

from pathlib import Path

from firmware_msgs.uplink.asyncapi import encoded

PAGE = Path(__file__).parents[2] / "docs" / "asyncapi.json"

if __name__ == "__main__":
    PAGE.write_bytes(encoded())
