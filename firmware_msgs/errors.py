"""One error tree for everything that crosses a wire: whose fault it is, and where."""

from __future__ import annotations


class MessageError(Exception):
    """Something about a message is wrong."""


class DecodeError(MessageError):
    """The peer's bytes are not what the protocol says.

    `kind` is a stable word for programs (`checksum`, `length`, `truncated`, `value`, …), `position` the offset of the
    first wrong byte, or None where there is no single one. The text never quotes the bytes: they may be a patron's.
    """

    def __init__(self, kind: str, detail: str, position: int | None = None) -> None:
        super().__init__(detail if position is None else f"{detail} (byte {position})")
        self.kind = kind
        self.detail = detail
        self.position = position


class EncodeError(MessageError):
    """Our own value does not fit the wire: the caller's fault."""


class TooLongError(EncodeError):
    """`field` has `excess_bytes` more than there is room for."""

    def __init__(self, field: str, excess_bytes: int) -> None:
        super().__init__(f"{field} does not fit: {excess_bytes} bytes too many")
        self.field = field
        self.excess_bytes = excess_bytes


class BlockLockedError(EncodeError):
    """Writing would change a tag's `block`, which is locked for good."""

    def __init__(self, block: int, holds: str) -> None:
        super().__init__(f"block {block} is locked for good and holds {holds}, which would have to change")
        self.block = block
