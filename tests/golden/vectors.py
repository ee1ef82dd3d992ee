"""The worked examples beside this file, as pytest parameters."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Vector:
    """`decoded` is as its source describes it; `negative`: to be refused."""

    protocol: str
    data: bytes
    decoded: Any
    negative: bool
    variant: str

    def __str__(self) -> str:
        return self.data.hex()


def load(name: str) -> list[Vector]:
    rows = json.loads(Path(__file__).with_name(f"{name}.json").read_text())
    return [
        Vector(
            row["protocol"],
            bytes.fromhex(row["hex"]),
            row["decoded"],
            row.get("negative", False),
            row.get("variant", ""),
        )
        for row in rows
    ]
