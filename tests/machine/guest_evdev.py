"""For a machine with a kernel's own input devices: serves them by our drivers, or is a touch panel itself.

    python -m tests.machine.guest_evdev serve hid-scanner=/dev/input/by-id/… touch-panel=/dev/input/event5
    python -m tests.machine.guest_evdev panel

`serve` prints each device event as a line of JSON. `panel` makes a multi-touch panel of 4000 × 2000 units at 10 to the
millimetre by uinput, prints the path of its node, and obeys lines on standard input, each one report: words such as
`slot=0 id=45 x=1000 y=500` for a finger down, `x=1030` for a move, `id=-1` for a lift.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any, Final

import msgspec

from drivers.catalogue.input_devices import HID_SCANNER, KEYPAD, TOUCH_PANEL
from drivers.events import DeviceEvent
from firmware_msgs.config import AfiPair, DeviceConfig
from firmware_msgs.hid import codes

MODELS: Final = {model.name: model for model in (HID_SCANNER, TOUCH_PANEL, KEYPAD)}
WIDTH: Final = 4000
HEIGHT: Final = 2000
PER_MM: Final = 10
WORDS: Final = {
    "slot": codes.ABS_MT_SLOT,
    "id": codes.ABS_MT_TRACKING_ID,
    "x": codes.ABS_MT_POSITION_X,
    "y": codes.ABS_MT_POSITION_Y,
    "major": codes.ABS_MT_TOUCH_MAJOR,
}


def tell(event: DeviceEvent) -> None:
    facts = msgspec.to_builtins(event)
    print(msgspec.json.encode({"event": type(event).__name__, **facts}).decode(), flush=True)  # noqa: T201 - its output


async def serve(devices: list[str]) -> None:
    async with asyncio.TaskGroup() as group:
        for at, device in enumerate(devices):
            model, _, port = device.partition("=")
            config = DeviceConfig(name=f"{model}-{at}", model=model, port=port)
            group.create_task(MODELS[model].make(config, AfiPair(), tell).run())


def panel() -> None:
    from evdev import AbsInfo, UInput, ecodes  # noqa: PLC0415 - `serve` leaves it to the drivers

    axes = [
        (codes.ABS_MT_SLOT, AbsInfo(0, 0, 9, 0, 0, 0)),
        (codes.ABS_MT_TRACKING_ID, AbsInfo(0, 0, 65535, 0, 0, 0)),
        (codes.ABS_MT_POSITION_X, AbsInfo(0, 0, WIDTH, 0, 0, PER_MM)),
        (codes.ABS_MT_POSITION_Y, AbsInfo(0, 0, HEIGHT, 0, 0, PER_MM)),
        (codes.ABS_MT_TOUCH_MAJOR, AbsInfo(0, 0, WIDTH, 0, 0, PER_MM)),
    ]
    has: dict[int, Any] = {ecodes.EV_KEY: [codes.BTN_TOUCH], ecodes.EV_ABS: axes}
    with UInput(has, name="shufang-test-panel", input_props=[ecodes.INPUT_PROP_DIRECT]) as made:
        print(made.device.path, flush=True)  # noqa: T201 - its output
        for line in sys.stdin:
            for word in line.split():
                name, _, value = word.partition("=")
                made.write(ecodes.EV_ABS, WORDS[name], int(value))
            made.syn()


def main() -> None:
    match sys.argv[1:]:
        case ["serve", *devices] if devices:
            asyncio.run(serve(devices))
        case ["panel"]:
            panel()
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
