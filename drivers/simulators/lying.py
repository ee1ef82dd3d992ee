"""What lies on a pad."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class Identified(Protocol):
    """Told apart by `uid`, upper-case hex."""

    uid: str


Tag = TypeVar("Tag", bound=Identified)


class Lying(Generic[Tag]):
    """Tags of one kind on one pad."""

    def __init__(self) -> None:
        self._tags: dict[str, Tag] = {}

    def __iter__(self) -> Iterator[Tag]:
        return iter(list(self._tags.values()))

    def get(self, uid: str) -> Tag | None:
        """The tag with this UID, if it is here."""
        return self._tags.get(uid.upper())

    def place(self, tag: Tag) -> None:
        """Lay it down; already there is fine."""
        self._tags[tag.uid] = tag

    def remove(self, uid: str) -> Tag | None:
        """Take it away, and have it in hand if it was here."""
        return self._tags.pop(uid.upper(), None)
