"""One error tree for the drivers. Each text is whole sentences for a technician: what happened and what to do."""

from __future__ import annotations


class DriverError(Exception):
    """Something about a device is wrong."""


class ConfigFault(DriverError):  # noqa: N818 - whose fault it is, in its name
    """The configuration of a device cannot be used: its author's fault. `key` names the wrong setting."""

    def __init__(self, device: str, key: str, detail: str) -> None:
        super().__init__(f"Device “{device}”, setting “{key}”: {detail}")
        self.device = device
        self.key = key


class ModelFault(DriverError):  # noqa: N818 - as above
    """A package that the site installed to add a device model does not do so."""

    def __init__(self, package: str, detail: str) -> None:
        super().__init__(f"The package “{package}” adds device models, but {detail}. Mend, update or remove it.")
        self.package = package


class DeviceFault(DriverError):  # noqa: N818 - as above
    """The device, its cable or the system below it does not serve us now; a supervisor tries again."""


class DeviceSilent(DeviceFault):
    """The port is open but what hangs on it does not answer as it should."""


class ReaderMissing(DeviceFault):
    """No card reader of that name is connected."""

    def __init__(self, reader: str, present: tuple[str, ...]) -> None:
        names = ", ".join(f"“{name}”" for name in present) or "none"
        super().__init__(
            f"The card reader “{reader}” is not connected (found: {names}). "
            "Check its cable, or its name in the configuration."
        )
        self.reader = reader
        self.present = present


class CardServiceGone(DeviceFault):
    """The PC/SC service (pcscd) does not answer."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            f"The card service pcscd does not answer ({detail}). See that it runs: systemctl status pcscd."
        )


class PortFault(DeviceFault):
    """A fault of the port at the path `port`."""

    def __init__(self, port: str, text: str) -> None:
        super().__init__(text)
        self.port = port


class DeviceLost(PortFault):
    """It was open, and is gone: unplugged, without power, or hung up."""

    def __init__(self, port: str) -> None:
        super().__init__(port, f"The cable or power of the device at {port} is gone. Plug it in again.")


class PortMissing(PortFault):
    """There is nothing at this path."""

    def __init__(self, port: str) -> None:
        super().__init__(
            port, f"There is no device at {port}. Check its cable and power, or the port in the configuration."
        )


class DeviceUnreachable(PortFault):
    """Nothing accepts a connection at this network address."""

    def __init__(self, address: str) -> None:
        super().__init__(
            address,
            f"The device at {address} cannot be reached. Check its power and network cable, and its address in the "
            "configuration.",
        )


class PortForbidden(PortFault):
    """The system refuses this user."""

    def __init__(self, port: str, group: str = "dialout") -> None:
        super().__init__(
            port, f"This user may not open {port}. Add the user to the group that owns it (mostly {group})."
        )


class PortInUse(PortFault):
    """Another program holds the port."""

    def __init__(self, port: str) -> None:
        super().__init__(port, f"Another program is using {port}. Stop it, or give this device another port.")


class PortUnusable(PortFault):
    """It exists but is nothing that can be used as configured: as a serial port, or `purpose`."""

    def __init__(self, port: str, detail: str, purpose: str = "a serial port") -> None:
        super().__init__(port, f"{port} cannot be used as {purpose}: {detail}. Check the port in the configuration.")
