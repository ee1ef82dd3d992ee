"""The two terminals of the demo: where they stand and what they are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from scripts.demo_network.words import Words

NETWORK: Final = "yuanjiang"
OWNER: Final = "CN-530428"


@dataclass(frozen=True, slots=True)
class Place:
    """One terminal at one site of the county. Its devices are named after it."""

    terminal: str
    site: str
    site_name: Words
    short_name: Words
    hours: str
    notices: tuple[str, ...] = ()

    @property
    def pad(self) -> str:
        """Its RFID pad."""
        return f"{self.terminal}-pad"

    @property
    def scanner(self) -> str:
        """Its scanner."""
        return f"{self.terminal}-scanner"

    @property
    def cards(self) -> str:
        """Its card reader."""
        return f"{self.terminal}-cards"


BRANCH: Final = Place(
    "YJ-014",
    "YJ-01",
    Words("元江县图书馆因远镇分馆", "Yinyuan branch"),
    Words("因远镇", "Yinyuan"),
    "24 小时开放",
    ("周六 09:30 少儿故事会，二楼活动室，免费", "流动书车周三到北泽村"),
)
MAIN_LIBRARY: Final = Place(
    "YJ-002",
    "YJ-00",
    Words("元江县图书馆", "Main library"),
    Words("总馆", "main library"),
    "24 小时开放",
    ("本周五 19:30 借阅沙龙，一楼大厅，免费",),
)
PLACES: Final = (BRANCH, MAIN_LIBRARY)
HELP_LINE: Final = "0877-6012345"
