"""A machine that boots: QEMU with a Debian kernel, USB, and a bench inside that serves our drivers."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from scripts.virtual_machine.base import Base
from scripts.virtual_machine.bench import Bench
from scripts.virtual_machine.errors import CheckFailed, MachineError
from scripts.virtual_machine.inside.orders import PORT
from scripts.virtual_machine.programs import WITH_US, environment_with_system_path
from scripts.virtual_machine.qmp import Qmp
from scripts.virtual_machine.usb import CONTROLLER, CONTROLLER_SLOT, Usb

QEMU: Final = "qemu-system-x86_64"
MEMORY_MIB: Final = 1024
PROCESSORS: Final = 2
BOOT_S: Final = 240.0
"""25 s on two idle cores; on cores that nine others use at once it was 50 s."""

SCREENS: Final = ("left", "right")
"""Nothing is drawn on them; they tell two keyboards apart for QEMU."""

KERNEL_LINE: Final = "console=ttyS0 quiet panic=-1 modprobe.blacklist=bochs"
"""A panic is an immediate restart, which -no-reboot makes QEMU's end. bochs would drive the screens."""

LAST_LINES: Final = 30

_Connection: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True, slots=True)
class Machine:
    """A booted machine. `folder` has what QEMU and the console said."""

    qmp: Qmp
    bench: Bench
    usb: Usb
    folder: Path

    def said(self) -> str:
        """The end of what it said, for a person who looks for a fault."""
        return _said(self.folder)


@asynccontextmanager
async def booted(base: Base, payload: Path, folder: Path) -> AsyncIterator[Machine]:
    """A machine of its own, with `payload`'s init; off and forgotten when left. MachineError, in a group, when it
    does not boot or ends too soon.
    """
    async with (
        _caller(folder / "qmp") as qmp_caller,
        _caller(folder / "bench") as bench_caller,
        _running(base, payload, folder),
        asyncio.TaskGroup() as group,
    ):
        qmp, bench = Qmp(*await qmp_caller), Bench(*await bench_caller)
        listening = [group.create_task(qmp.listen()), group.create_task(bench.listen())]
        await qmp.execute("qmp_capabilities")
        try:
            await bench.expect("bench", "Ready", within_s=BOOT_S)
        except CheckFailed as error:
            raise MachineError(f"The machine did not boot in {BOOT_S:.0f} s. {_said(folder)}") from error
        yield Machine(qmp, bench, Usb(qmp, folder), folder)
        for task in listening:
            task.cancel()


@asynccontextmanager
async def _caller(path: Path) -> AsyncIterator[asyncio.Future[_Connection]]:
    """Listen at `path`; whoever connects first."""
    caller: asyncio.Future[_Connection] = asyncio.get_running_loop().create_future()
    server = await asyncio.start_unix_server(lambda *connection: caller.set_result(connection), path)
    try:
        yield caller
    finally:
        server.close()
        if caller.done() and not caller.cancelled():
            caller.result()[1].close()


@asynccontextmanager
async def _running(base: Base, payload: Path, folder: Path) -> AsyncIterator[None]:
    """QEMU while the block lasts, which its end interrupts."""
    with (folder / "qemu").open("wb") as complaints:
        process = await asyncio.create_subprocess_exec(
            *WITH_US,
            *_command(base, payload, folder),
            stdin=DEVNULL,
            stdout=DEVNULL,
            stderr=complaints,
            process_group=0,  # a terminal's Ctrl-C reaches us alone
            env=environment_with_system_path() | {"TMPDIR": str(folder)},
        )
    try:
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(_fail_at_end(process, folder))
            yield
            watching.cancel()
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _fail_at_end(process: Process, folder: Path) -> None:
    code = await process.wait()
    raise MachineError(f"The machine ended by itself, QEMU with code {code}. {_said(folder)}")


def _said(folder: Path) -> str:
    lines = [line for name in ("qemu", "console") for line in _last_lines(folder / name)]
    return "It said last:\n" + "\n".join(f"    {line}" for line in lines)


def _last_lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines()[-LAST_LINES:] if path.exists() else []


def _command(base: Base, payload: Path, folder: Path) -> list[str]:
    return [
        QEMU,
        *("-nodefaults", "-no-user-config", "-no-reboot", "-display", "none"),
        *("-machine", "q35", "-accel", "tcg,thread=multi", "-cpu", "max"),
        *("-smp", str(PROCESSORS), "-m", str(MEMORY_MIB)),
        *("-kernel", str(base.kernel), "-initrd", str(base.initrd), "-append", KERNEL_LINE),
        *("-drive", f"file={base.disk},format=raw,if=virtio,snapshot=on"),
        *("-virtfs", f"local,path={payload},mount_tag=payload,security_model=none,readonly=on"),
        *("-device", "virtio-rng-pci"),
        *("-device", f"qemu-xhci,id={CONTROLLER},addr={CONTROLLER_SLOT:x},p2=8,p3=8"),
        *(word for screen in SCREENS for word in ("-device", f"bochs-display,id={screen}")),
        *("-chardev", f"socket,id=qmp,path={folder / 'qmp'}", "-mon", "chardev=qmp,mode=control"),
        *("-chardev", f"socket,id=bench,path={folder / 'bench'}", "-device", "virtio-serial-pci"),
        *("-device", f"virtserialport,chardev=bench,name={PORT}"),
        *("-serial", f"file:{folder / 'console'}"),
    ]
