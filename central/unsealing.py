"""Opens the patron parts of records. Content keys are kept wrapped in the database, unwrapped only in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Final, TypeAlias

import msgspec

from central.keys import LibraryKeys
from central.storage.inbox import WrappedKey
from firmware_msgs.errors import DecodeError
from firmware_msgs.uplink.records import PatronPart, content_key_purpose
from firmware_msgs.uplink.sealing import ALGORITHM, CONTENT_KEY_BYTES, Sealed, open_sealed, open_sealed_to

CACHED_KEYS: Final = 4096
"""About two thousand terminals with the keys of two boots each."""

LookUp: TypeAlias = Callable[[str, str], WrappedKey | None]
"""Finds a content key in the database, by terminal and key."""

_decoder = msgspec.json.Decoder(PatronPart)


class ContentKeys:
    """The most recently used content keys, unwrapped."""

    def __init__(self, keys: LibraryKeys) -> None:
        self._sealing = keys.sealing
        self._open: OrderedDict[tuple[str, str], bytes] = OrderedDict()

    def patron_part(self, terminal: str, sealed: Sealed, record_id: str, look_up: LookUp) -> PatronPart:
        """Open a record's patron part; raises DecodeError (kind `seal`)."""
        content_key = self._open.get((terminal, sealed.key))
        if content_key is None:
            wrapped = look_up(terminal, sealed.key)
            if wrapped is None:
                raise DecodeError("seal", "the content key of the record never arrived")
            content_key = self._unwrap(wrapped)
        try:
            return _decoder.decode(open_sealed(content_key, sealed, record_id))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise DecodeError("seal", "what the record seals is not a patron part") from error

    def _unwrap(self, wrapped: WrappedKey) -> bytes:
        if wrapped.algorithm != ALGORITHM:
            raise DecodeError("seal", "the content key is wrapped in a way that is not known here")
        content_key = open_sealed_to(self._sealing, wrapped.wrapped, content_key_purpose(wrapped.terminal, wrapped.key))
        if len(content_key) != CONTENT_KEY_BYTES:
            raise DecodeError("seal", "the content key has the wrong length")
        self._open[wrapped.terminal, wrapped.key] = content_key
        if len(self._open) > CACHED_KEYS:
            self._open.popitem(last=False)
        return content_key
