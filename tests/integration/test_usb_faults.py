"""USB devices that are not what the configuration says, below pyusb: told in words, and nothing else gets out."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Final, TypeAlias

import pytest
import usb.backend
import usb.core

from drivers.errors import DeviceLost, PortForbidden, PortMissing, PortUnusable
from drivers.printer.library import UsbPrinter
from drivers.printer.ways import UsbPort
from drivers.sdt.usb_bulk import UsbBulkDevice
from drivers.sdt.usb_link import open_usb_link

CARD_READER: Final = (0x02, 0x81)
PRINTER: Final = (0x01, 0x82)
PORT: Final = "0400:c35a"
WRITE_S: Final = 1.0


@dataclass
class Bus(usb.backend.IBackend):  # type: ignore[misc]  # the library has no types
    """One device on a bus that does not exist. `is_open_to_us`: the system lets this user open it."""

    endpoints: tuple[int, ...]
    is_open_to_us: bool = True
    is_plugged: bool = True

    def enumerate_devices(self) -> Iterator[str]:
        if self.is_plugged:
            yield "device"

    def get_device_descriptor(self, _device: str) -> SimpleNamespace:
        return SimpleNamespace(
            bLength=18,
            bDescriptorType=1,
            bcdUSB=0x200,
            bDeviceClass=0,
            bDeviceSubClass=0,
            bDeviceProtocol=0,
            bMaxPacketSize0=64,
            idVendor=0x0400,
            idProduct=0xC35A,
            bcdDevice=1,
            iManufacturer=0,
            iProduct=0,
            iSerialNumber=1,
            bNumConfigurations=1,
            bus=1,
            address=2,
            port_number=1,
            port_numbers=(1,),
            speed=2,
        )

    def get_configuration_descriptor(self, _device: str, _number: int) -> SimpleNamespace:
        return SimpleNamespace(
            bLength=9,
            bDescriptorType=2,
            wTotalLength=32,
            bNumInterfaces=1,
            bConfigurationValue=1,
            iConfiguration=0,
            bmAttributes=0x80,
            bMaxPower=50,
            extra_descriptors=[],
        )

    def get_interface_descriptor(self, _device: str, number: int, alternate: int, _config: int) -> SimpleNamespace:
        if number or alternate:
            raise IndexError
        return SimpleNamespace(
            bLength=9,
            bDescriptorType=4,
            bInterfaceNumber=0,
            bAlternateSetting=0,
            bNumEndpoints=len(self.endpoints),
            bInterfaceClass=0xFF,
            bInterfaceSubClass=0,
            bInterfaceProtocol=0,
            iInterface=0,
            extra_descriptors=[],
        )

    def get_endpoint_descriptor(self, _device: str, at: int, *_interface: int) -> SimpleNamespace:
        return SimpleNamespace(
            bLength=7,
            bDescriptorType=5,
            bEndpointAddress=self.endpoints[at],
            bmAttributes=2,
            wMaxPacketSize=64,
            bInterval=0,
            bRefresh=0,
            bSynchAddress=0,
            extra_descriptors=[],
        )

    def open_device(self, _device: str) -> str:
        if not self.is_open_to_us:
            raise usb.core.USBError("Access denied (insufficient permissions)", -3, errno.EACCES)
        return "handle"

    def close_device(self, _handle: str) -> None:
        """Nothing is kept."""

    def set_configuration(self, _handle: str, _number: int) -> None:
        """There is only one."""

    def get_configuration(self, _handle: str) -> int:
        return 1

    def claim_interface(self, _handle: str, _number: int) -> None:
        """Nobody else wants it."""

    def release_interface(self, _handle: str, _number: int) -> None:
        """See above."""

    def is_kernel_driver_active(self, _handle: str, _number: int) -> bool:
        return False

    def reset_device(self, _handle: str) -> None:
        """It stays as it is."""

    def ctrl_transfer(self, *_: object) -> int:
        raise usb.core.USBError("Pipe error", -9, errno.EPIPE)  # it tells no strings

    def bulk_write(self, _handle: str, _endpoint: int, _interface: int, data: bytes, _timeout_ms: int) -> int:
        self._check()
        return len(data)

    def bulk_read(self, *_: object) -> int:
        self._check()
        raise usb.core.USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT)

    def _check(self) -> None:
        if not self.is_plugged:
            raise usb.core.USBError("No such device", -4, errno.ENODEV)


Plug: TypeAlias = Callable[[Bus], Bus]

Bus.__module__ = "simulated.libusb1"  # python-escpos asks only a backend of this name for kernel drivers


@pytest.fixture
def plug(monkeypatch: pytest.MonkeyPatch) -> Plug:
    find = usb.core.find

    def plug(bus: Bus) -> Bus:
        monkeypatch.setattr(usb.core, "find", lambda **wanted: find(backend=bus, **wanted))
        return bus

    return plug


def printer() -> UsbPrinter:
    made = UsbPrinter(UsbPort(0x0400, 0xC35A), WRITE_S)
    made.connect()
    return made


def test_a_device_this_user_may_not_open_is_no_missing_one(plug: Plug) -> None:
    plug(Bus(CARD_READER, is_open_to_us=False))
    with pytest.raises(PortForbidden, match="plugdev"):
        UsbBulkDevice(PORT)
    with pytest.raises(PortForbidden, match="plugdev"):
        UsbBulkDevice(f"{PORT}@1")
    with pytest.raises(PortForbidden, match="lp"):
        printer()


def test_a_device_that_is_not_there(plug: Plug) -> None:
    plug(Bus(CARD_READER, is_plugged=False))
    for port in (PORT, f"{PORT}@1"):
        with pytest.raises(PortMissing):
            UsbBulkDevice(port)
    with pytest.raises(PortMissing):
        printer()


def test_a_printer_with_other_endpoints_says_which_settings_are_wrong(plug: Plug) -> None:
    plug(Bus(CARD_READER))
    with pytest.raises(PortUnusable, match="usb_out"):
        printer().send(b"x")
    with pytest.raises(PortUnusable, match="usb_in"):
        printer().receive(WRITE_S)


def test_a_printer_that_says_nothing_and_then_is_gone(plug: Plug) -> None:
    bus = plug(Bus(PRINTER))
    desk = printer()
    desk.send(b"x")
    assert desk.receive(WRITE_S) == b""
    bus.is_plugged = False
    with pytest.raises(DeviceLost):
        desk.send(b"x")
    with pytest.raises(DeviceLost):
        desk.receive(WRITE_S)


@pytest.mark.usefixtures("no_leaks")
async def test_a_device_with_other_pipes_is_no_identity_card_reader(plug: Plug) -> None:
    plug(Bus(PRINTER))
    with pytest.raises(PortUnusable, match="other pipes"):
        async with open_usb_link(PORT, UsbBulkDevice):
            pass
