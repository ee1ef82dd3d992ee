"""A pcscd of our own with vpcd's two virtual readers: nothing of it outlives us, and any number run side by side.

It runs in a mount namespace whose /run is private memory, so socket, lock and configuration vanish with its last
process. A shell holds the namespace and ends it when its standard input does: when we close it, and also when we die.
"""

from __future__ import annotations

import os
import socket
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Self

from drivers.simulators.errors import SimulationError

SOCKET_VARIABLE = "PCSCLITE_CSOCK_NAME"  # libpcsclite reads it once, at a process's first use
READERS = ("Virtual PCD 00 00", "Virtual PCD 00 01")  # slot 0 listens on the vpcd port, slot 1 on the next one
_START_TRIES = 20  # a free port whose neighbour is taken is common enough
_STOP_TIMEOUT_S = 5.0  # pcscd ends its polling threads within half a second

_DRIVER = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
_HOLDER = """
mount -t tmpfs -o mode=0755 private /run || exit 1
{
  printf 'FRIENDLYNAME "Virtual PCD"\nLIBPATH %s\n' "$2"
  printf 'DEVICENAME /dev/null:0x%X\nCHANNELID 0x%X\n' "$1" "$1"
} >/run/readers
: >/run/no-readers
start() {
  setpriv --pdeathsig KILL pcscd --foreground --critical --config "$1" >/dev/null &
  while kill -0 $! && ! [ -S /run/pcscd/pcscd.comm ]; do sleep 0.02; done 2>/dev/null
  [ -S /run/pcscd/pcscd.comm ] && echo ready
}
stop() {
  kill "$@" $! 2>/dev/null
  wait
  rm -rf /run/pcscd
}
start /run/readers
while read -r order; do
  case $order in
    stop) stop; echo stopped ;;
    kill) stop -KILL; echo stopped ;;
    freeze) kill -STOP $!; echo frozen ;;
    thaw) kill -CONT $!; echo thawed ;;
    start) start /run/readers ;;
    start-bare) start /run/no-readers ;;
  esac
done
stop
"""


class PcscdError(SimulationError):
    """Our pcscd did not do what it was told; the text says what is missing."""


class PrivatePcscd:
    """Runs from construction until `close`. Blocks for about 0.1 s at a time; use a thread beside an event loop.

    `socket_path` goes into `SOCKET_VARIABLE` of its clients' environments; it stays the same over a restart.
    """

    def __init__(self) -> None:
        self._reservation = _reserve_two_ports()
        self.vpcd_port: int = self._reservation[0].getsockname()[1]
        namespace = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
        self._holder = subprocess.Popen(  # noqa: S603 - fixed words and a number
            [*namespace, "sh", "-c", _HOLDER, "holder", str(self.vpcd_port), _DRIVER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # a Ctrl-C in our terminal is ours: we tell it to end
        )
        self.socket_path = Path(f"/proc/{self._holder.pid}/root/run/pcscd/pcscd.comm")
        self._expect("ready")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def stop(self, *, hard: bool = False) -> None:
        """End pcscd (`hard`: by SIGKILL); its readers' cards lose their connections."""
        self._order("kill" if hard else "stop", "stopped")

    def start(self, *, with_readers: bool = True) -> None:
        """Start it again after `stop`; without readers it is as when their cable was drawn."""
        self._order("start" if with_readers else "start-bare", "ready")

    def freeze(self) -> None:
        """Have it, like one whose reader's driver hangs, take calls and not return from them."""
        self._order("freeze", "frozen")

    def thaw(self) -> None:
        """After `freeze`."""
        self._order("thaw", "thawed")

    def close(self) -> None:
        """End everything and give the ports back. Safe to call again."""
        try:
            with suppress(subprocess.TimeoutExpired):
                self._holder.communicate(timeout=_STOP_TIMEOUT_S)
        finally:
            self._holder.kill()  # its pcscd, if it hangs, dies with it
            self._holder.communicate()
            for reserved in self._reservation:
                reserved.close()

    def _order(self, order: str, answer: str) -> None:
        if self._holder.stdin is not None:
            with suppress(BrokenPipeError):  # its answer, which will be missing, tells the same
                self._holder.stdin.write(f"{order}\n")
                self._holder.stdin.flush()
        self._expect(answer)

    def _expect(self, answer: str) -> None:
        line = self._holder.stdout.readline() if self._holder.stdout else ""
        if line.strip() != answer:
            _, complaint = self._holder.communicate()
            self.close()
            raise PcscdError(
                "No private pcscd can run here. It needs the packages pcscd, vsmartcard-vpcd and util-linux, and root "
                f"or user namespaces. The system said: {complaint.strip() or 'nothing'}"
            )


def _reserve_two_ports() -> tuple[socket.socket, socket.socket]:
    """Two neighbouring ports, bound but not listening: vpcd, which sets SO_REUSEADDR as we do, may still use them."""
    for _ in range(_START_TRIES):
        first = _bound(0)
        port = first.getsockname()[1]
        try:
            return first, _bound(port + 1)
        except OSError:
            first.close()
    raise PcscdError("No two neighbouring TCP ports are free on this machine.")


def _bound(port: int) -> socket.socket:
    reserved = socket.socket()
    try:
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reserved.bind(("0.0.0.0", port))  # noqa: S104 - vpcd listens on every address and cannot be told otherwise
    except OSError:
        reserved.close()
        raise
    return reserved
