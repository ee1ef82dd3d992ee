"""How library systems differ in speaking SIP2, as data. A site names a profile and may replace single values of it.

Koha and Evergreen are as their sources have it [S]; the Chinese one gathers what single servers were seen to do: a
lead, not any vendor's word [M].
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

Encoding: TypeAlias = Literal["cp850", "ascii", "gbk", "utf-8"]


class ListedForm(Enum):
    """What each entry of a patron's lists (AS, AT, AU, …) is."""

    ITEM = "item"
    ITEM_OR_TITLE = "item_or_title"  # no program can tell which
    ITEM_DUE_TITLE = "item_due_title"  # id%due%title


class Alert(Enum):
    """Why a returned item wants a person's hands (CV)."""

    HOLD_HERE = "hold_here"
    HOLD_ELSEWHERE = "hold_elsewhere"
    TRANSFER = "transfer"
    OTHER = "other"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ListedItem:
    """An entry of a list, as far as it could be told apart."""

    item: str = ""
    due: str = ""
    title: str = ""


_ALERTS: Final = MappingProxyType(
    {
        "01": Alert.HOLD_HERE,
        "02": Alert.HOLD_ELSEWHERE,
        "04": Alert.TRANSFER,
        "98": Alert.OTHER,
        "99": Alert.OTHER,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One way of speaking. What is read is read tolerantly under any profile: CR, LF or CRLF, with or without sequence
    and checksum; these are what we send, and what doubtful things mean.

    `always_sent`: codes that are sent although empty. `alerts`: what is not listed is `OTHER`.
    """

    name: str
    encoding: Encoding = "cp850"
    terminator: bytes = b"\r"
    checksums: bool = True
    always_sent: frozenset[str] = frozenset()
    listed: ListedForm = ListedForm.ITEM
    alerts: Mapping[str, Alert] = field(default_factory=lambda: _ALERTS)


STANDARD: Final = Profile(name="standard")
KOHA: Final = Profile(name="koha", encoding="utf-8")
EVERGREEN: Final = Profile(
    name="evergreen",
    encoding="utf-8",
    always_sent=frozenset({"AC", "AD"}),
    listed=ListedForm.ITEM_OR_TITLE,
)
CHINESE: Final = Profile(
    name="chinese",
    encoding="gbk",
    listed=ListedForm.ITEM_DUE_TITLE,
    alerts=MappingProxyType({**_ALERTS, "00": Alert.NONE}),
)

PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {profile.name: profile for profile in (STANDARD, KOHA, EVERGREEN, CHINESE)}
)


def read_listed(entry: str, profile: Profile) -> ListedItem:
    """What an entry of a list says under this profile."""
    match profile.listed:
        case ListedForm.ITEM:
            return ListedItem(item=entry)
        case ListedForm.ITEM_OR_TITLE:
            return ListedItem(title=entry) if " " in entry else ListedItem(item=entry)
        case ListedForm.ITEM_DUE_TITLE:
            item, _, rest = entry.partition("%")
            due, _, title = rest.partition("%")
            return ListedItem(item, due, title)


def read_alert(alert_type: str, profile: Profile) -> Alert:
    """What the CV field of a check-in means under this profile."""
    if not alert_type:
        return Alert.NONE
    return profile.alerts.get(alert_type, Alert.OTHER)
