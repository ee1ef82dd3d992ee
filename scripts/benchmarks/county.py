"""An invented county as a folder that `central import` takes over."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from scripts.benchmarks import traffic

_SITES: Final = f"""
county = "元江县"
isils = ["{traffic.OWNER}"]

[patterns]
main_library = "{{county}}图书馆"

[categories.adult]
loan_limit = 50
loan_days = 30

[[sites]]
code = "{traffic.SITE}"
tier = "main_library"
place = "元江县"
"""

_HEADERS: Final = {
    "titles": ("id", "title", "author"),
    "items": ("owner", "id", "title", "site", "parts", "lendable"),
    "patrons": ("card", "number", "name", "category", "blocked", "card_lost"),
    "holds": ("owner", "id", "card", "pickup", "placed"),
    "loans": ("owner", "id", "card", "site", "opened", "due"),
}


def write_county(folder: Path) -> Path:
    """Write it there: one site, one title a book, nothing on loan."""
    folder.mkdir()
    (folder / "sites.toml").write_text(_SITES, encoding="utf-8")
    rows: dict[str, Iterable[Sequence[str]]] = {
        "titles": ((f"T{number}", f"第{number}种", "佚名") for number in range(traffic.CATALOGUE)),
        "items": (_item(number) for number in range(traffic.CATALOGUE)),
        "patrons": (_patron(number) for number in range(traffic.PATRONS)),
    }
    for name, header in _HEADERS.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows.get(name, ())])
    return folder


def _item(number: int) -> Sequence[str]:
    ref = traffic.item(number)
    return ref.owner, ref.id, f"T{number}", traffic.SITE, "1", "yes"


def _patron(number: int) -> Sequence[str]:
    uid = traffic.card(number).removeprefix("uid:")
    return uid, f"{20_000_000_000_000 + number}", "读者", "adult", "no", "no"
