"""What a peer sent and nobody understood yet, within bounds."""

from __future__ import annotations


class ReceiveBuffer:
    """Received bytes up to a cap, looked at with `peek` and taken away with `commit`."""

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self._bytes = bytearray()

    def __len__(self) -> int:
        return len(self._bytes)

    def feed(self, data: bytes) -> bytes:
        """Take what fits under the cap and return the rest, to be fed again after a `commit`."""
        room = self._cap - len(self._bytes)
        self._bytes += data[:room]
        return data[room:]

    def peek(self) -> bytes:
        """All bytes held, oldest first."""
        return bytes(self._bytes)

    def commit(self, count: int) -> None:
        """Forget the oldest `count` bytes."""
        del self._bytes[:count]
