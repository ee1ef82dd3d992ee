"""Cards that answer again what captured ones answered. No I/O, no clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from drivers.capture import ASK_ATR, Capture, Happening, Opened, Received, Sent
from drivers.simulators.chips import UNKNOWN_COMMAND
from firmware_msgs.apdu import Command, Response, decode_response, encode_command


class ReplayChip:
    """See `Chip`. A command gets the answers it got in the capture, each time the next one, and the last one again when
    there are no more.
    """

    def __init__(self, happenings: Iterable[Happening]) -> None:
        answers = dict(_answers(happenings))
        self.atr = answers.pop(ASK_ATR, [b""])[0]
        self._answers = answers

    def reset(self) -> None:
        """See `Chip`."""

    def respond(self, command: Command) -> Response:
        """See `Chip`."""
        answers = self._answers.get(encode_command(command), [])
        if not answers:
            return Response(b"", UNKNOWN_COMMAND)
        return decode_response(answers.pop(0) if len(answers) > 1 else answers[0])


def chips_of(capture: Capture) -> tuple[ReplayChip, ...]:
    """One for each time a card was connected to, in order."""
    links: list[list[Happening]] = []
    for each in capture.happenings:
        if isinstance(each, Opened):
            links.append([])
        elif links:
            links[-1].append(each)
    return tuple(map(ReplayChip, links))


def _answers(happenings: Iterable[Happening]) -> Iterator[tuple[bytes, list[bytes]]]:
    found: dict[bytes, list[bytes]] = defaultdict(list)
    asked = b""
    for each in happenings:
        match each:
            case Sent(hex=text):
                asked = bytes.fromhex(text)
            case Received(hex=text) if asked:
                found[asked].append(bytes.fromhex(text))
            case _:
                pass
    yield from found.items()
