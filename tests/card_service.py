"""A private pcscd with two virtual readers, one for each test process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from drivers.simulators.pcscd import SOCKET_VARIABLE, PrivatePcscd


@pytest.fixture(scope="session")
def pcscd() -> Iterator[PrivatePcscd]:
    """One for the whole process: libpcsclite remembers the first socket it was given."""
    with PrivatePcscd() as private, pytest.MonkeyPatch.context() as patch:
        patch.setenv(SOCKET_VARIABLE, str(private.socket_path))
        yield private
