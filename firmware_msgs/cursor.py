"""Reading the fields of one complete message."""

from __future__ import annotations

from firmware_msgs.errors import DecodeError


class Cursor:
    """Takes fields off the front of `data`; a message that ends too early or too late is a `DecodeError`."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    @property
    def left(self) -> int:
        """How many bytes were not taken yet."""
        return len(self._data) - self._position

    @property
    def position(self) -> int:
        """How many bytes were taken."""
        return self._position

    def take(self, count: int) -> bytes:
        """The next `count` bytes."""
        end = self._position + count
        if end > len(self._data):
            raise DecodeError("truncated", f"{end - len(self._data)} more bytes were expected", len(self._data))
        field = self._data[self._position : end]
        self._position = end
        return field

    def byte(self) -> int:
        """The next byte as a number."""
        return self.take(1)[0]

    def word(self) -> int:
        """The next two bytes as a number, most significant first."""
        return int.from_bytes(self.take(2), "big")

    def rest(self) -> bytes:
        """All bytes left."""
        return self.take(len(self._data) - self._position)

    def end(self) -> None:
        """Assert that nothing is left."""
        if self._position < len(self._data):
            raise DecodeError("length", f"{len(self._data) - self._position} bytes too many", self._position)
