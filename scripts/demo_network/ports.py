"""TCP ports of this machine that stay ours although the program behind one may come and go."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

LOOPBACK = "127.0.0.1"


@contextlib.contextmanager
def reserved_port() -> Iterator[int]:
    """A free port. It is bound but not listened on: the kernel gives it to nobody else by chance, while a server that
    sets SO_REUSEADDR, as mosquitto and uvicorn do, may listen on it, and again after a crash.
    """
    with socket.socket() as reservation:
        reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reservation.bind((LOOPBACK, 0))
        yield reservation.getsockname()[1]
