"""A people counter between the antennas of a gate, on the reader's RS485 line."""

from __future__ import annotations

from firmware_msgs.feig.answers import Answer, Refused
from firmware_msgs.feig.frames import ANY_ADDRESS
from firmware_msgs.feig.peripherals import COUNTS, GetPeople, People, PeripheralAnswer, PeripheralRequest, SetPeople
from firmware_msgs.feig.status import Status

_LARGEST_COUNT = 0xFFFF_FFFF


class PeopleCounter:
    """Counts whom `let_pass` lets through. `is_connected` False: its cable is cut."""

    def __init__(self, address: int = 0, counts: tuple[int, ...] = (0,) * COUNTS) -> None:
        self.address = address
        self.counts = counts
        self.is_connected = True

    def let_pass(self, counter: int, people: int = 1) -> None:
        """So many walk past counter 0 to 3."""
        counts = list(self.counts)
        counts[counter] = (counts[counter] + people) & _LARGEST_COUNT
        self.counts = tuple(counts)

    def answer(self, request: PeripheralRequest) -> Answer:
        """Obey, or be silent, which the reader tells."""
        if not self.is_connected or request.address not in (ANY_ADDRESS, self.address):
            return Refused(Status.PERIPHERAL_SILENT)
        match request:
            case GetPeople():
                return PeripheralAnswer(Status.OK, People(self.counts))
            case SetPeople(counts):
                self.counts = counts
                return PeripheralAnswer(Status.OK)
