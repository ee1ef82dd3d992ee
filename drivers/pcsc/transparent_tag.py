"""An ISO 15693 tag in transparent sessions (ACS ACR1552U): the host speaks to the tag itself."""

from __future__ import annotations

from contextlib import suppress

from drivers.pcsc.tags import ATTEMPTS, BLOCK_COUNT_MAX, Transmit, uid_on
from firmware_msgs.apdu import exchange
from firmware_msgs.cards.iso15693_air import (
    GetSystemInformation,
    ReadBlocks,
    Request,
    SystemInformation,
    WriteAfi,
    decode_response,
    decode_system_information,
    encode_request,
)
from firmware_msgs.cards.transparent import (
    SPEAK_ISO15693,
    Manage,
    Order,
    Transceive,
    TransparentCommand,
    card_data_of,
    encode_transparent,
)
from firmware_msgs.errors import DecodeError


class TransparentTag:
    """See `Tag`. Each request is a session of its own, for within one the reader does not look whether the tag is still
    there.
    """

    def __init__(self, transmit: Transmit) -> None:
        self._transmit = transmit
        self._uid = uid_on(transmit)

    def dsfid(self) -> int:
        """See `Tag`."""
        information = self._information()
        return 0 if information is None else information.dsfid or 0

    def blocks(self, first: int, count: int) -> bytes:
        """See `Tag`. A tag refuses a range that goes beyond its end, so such a one is halved."""
        count = min(count, BLOCK_COUNT_MAX - first)
        while count > 0:
            data = self._ask(ReadBlocks(self._uid, first, count))
            if data is not None:
                return data
            count //= 2
        return b""

    def afi(self) -> int | None:
        """See `Tag`."""
        information = self._information()
        return None if information is None else information.afi

    def write_afi(self, afi: int) -> None:
        """See `Tag`."""
        self._ask(WriteAfi(self._uid, afi))

    def _information(self) -> SystemInformation | None:
        data = self._ask(GetSystemInformation(self._uid))
        with suppress(DecodeError):
            return None if data is None else decode_system_information(data)
        return None

    def _ask(self, request: Request) -> bytes | None:
        """The tag's answer; None when there is none, or a refusal."""
        for _ in range(ATTEMPTS):
            try:
                return decode_response(self._session(encode_request(request)))
            except DecodeError as error:
                if error.kind == "refused":
                    break
        return None

    def _session(self, data: bytes) -> bytes:
        self._send(Manage(Order.START))
        try:
            self._send(SPEAK_ISO15693)
            return self._send(Transceive(data))
        finally:
            with suppress(DecodeError):  # it counts what the tag said; a session left open ends with the next start
                self._send(Manage(Order.END))

    def _send(self, command: TransparentCommand) -> bytes:
        return card_data_of(exchange(encode_transparent(command), self._transmit))
