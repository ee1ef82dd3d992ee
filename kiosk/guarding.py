"""An error in the code of one device, a site's own perhaps, must not take the terminal with it."""

from __future__ import annotations

import asyncio
from typing import NoReturn

import structlog

from drivers.events import DeviceDown
from drivers.ports import Device, Report

AGAIN_AFTER_S = 30.0
"""Often enough for a patron who waits, rarely enough not to fill the log."""

log = structlog.get_logger()


async def keep_running(device: Device, report: Report) -> NoReturn:
    """Serve the device until cancelled. What its driver cannot handle is logged, and told as the device being down."""
    while True:
        try:
            await device.run()
        except Exception as error:
            log.critical("driver.crashed", device=device.name, exc_info=True)
            report(DeviceDown(device.name, _sentence(device.name, error)))
        await asyncio.sleep(AGAIN_AFTER_S)


def _sentence(name: str, error: Exception) -> str:
    return (
        f"The program for “{name}” stopped by an error of its own ({type(error).__name__}); it is started again every "
        f"{AGAIN_AFTER_S:.0f} s. Send the log to whoever maintains it."
    )
