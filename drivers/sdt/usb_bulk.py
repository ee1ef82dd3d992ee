"""USB bulk transfers. The only importer of pyusb (over libusb)."""

from __future__ import annotations

import errno
import re
from typing import Final

import usb.core
import usb.util

from drivers.errors import DeviceLost, PortFault, PortForbidden, PortInUse, PortMissing, PortUnusable

WRITE_TIMEOUT_MS = 1000  # a question is 10 bytes; a device that takes them no sooner is stuck

_PORT: Final = re.compile(r"(?P<vendor>[0-9A-Fa-f]{4}):(?P<product>[0-9A-Fa-f]{4})(@(?P<serial>.+))?")
_PURPOSE: Final = "a USB device"
_GROUP: Final = "plugdev"
_FORBIDDEN: Final = frozenset({errno.EACCES, errno.EPERM})


def usb_address(port: str) -> tuple[int, int, str | None]:
    """Vendor, product and serial number of `vvvv:pppp` or `vvvv:pppp@serial`. Raises ValueError for any other text."""
    found = _PORT.fullmatch(port)
    if found is None:
        raise ValueError("is no USB device. Write vendor and product in hex, as lsusb shows them: 0400:c35a.")
    return int(found["vendor"], 16), int(found["product"], 16), found["serial"]


class UsbBulkDevice:
    """See `BulkDevice`: the first interface of a device, claimed."""

    def __init__(self, port: str) -> None:
        """Open it now. Raises a `PortFault`."""
        self._port = port
        try:
            self._device = _find(port)
            self._device.set_configuration()
            interface = self._device.get_active_configuration()[(0, 0)]
            self.endpoints = frozenset(endpoint.bEndpointAddress for endpoint in interface)
        except usb.core.NoBackendError as error:
            raise PortUnusable(port, "libusb is not installed (apt-get install libusb-1.0-0)", _PURPOSE) from error
        except usb.core.USBError as error:
            raise _fault(port, error) from error

    def write(self, endpoint: int, data: bytes) -> None:
        """See `BulkDevice`."""
        try:
            self._device.write(endpoint, data, WRITE_TIMEOUT_MS)
        except usb.core.USBError as error:
            raise DeviceLost(self._port) from error

    def read(self, endpoint: int, size: int, timeout_ms: int) -> bytes:
        """See `BulkDevice`."""
        try:
            return bytes(self._device.read(endpoint, size, timeout_ms))
        except usb.core.USBTimeoutError:
            return b""
        except usb.core.USBError as error:
            raise DeviceLost(self._port) from error

    def close(self) -> None:
        """See `BulkDevice`."""
        usb.util.dispose_resources(self._device)


def _find(port: str) -> usb.core.Device:
    vendor, product, serial = usb_address(port)
    is_silent = False
    for device in usb.core.find(find_all=True, idVendor=vendor, idProduct=product):
        try:
            if serial is None or device.serial_number == serial:
                return device
        except (ValueError, usb.core.USBError):  # it tells its number only to those who may open it
            is_silent = True
    raise PortForbidden(port, _GROUP) if is_silent else PortMissing(port)


def _fault(port: str, error: usb.core.USBError) -> PortFault:
    if error.errno in _FORBIDDEN:
        return PortForbidden(port, _GROUP)
    if error.errno == errno.EBUSY:
        return PortInUse(port)
    return PortUnusable(port, str(error.strerror), _PURPOSE)
