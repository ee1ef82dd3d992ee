from __future__ import annotations

import pytest

from kiosk.screens.link import LINE_BYTES
from kiosk.session.views import StartingView
from tests.ui.conftest import RunKiosk
from tests.ui.given import LENT, SITE, VIEWS, borrowing


async def test_a_lost_session_shows_as_starting_and_comes_back(run_kiosk: RunKiosk) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.show(borrowing(LENT))
        await kiosk.session.close()
        await kiosk.until(lambda: kiosk.app.state.view == StartingView())
        assert "马上就好。" in kiosk.text
        assert SITE.site_name in kiosk.text
        kiosk.session.last = VIEWS["idle"]
        await kiosk.session.open()
        await kiosk.until(lambda: "先刷读者证" in kiosk.text)


@pytest.mark.parametrize(
    "junk",
    [b"{}\n", b"\xff\xfe\n", b'{"type":"shown","view":{"type":"idle"}}\n', b"x" * (LINE_BYTES + 1), b"[]\n"],
    ids=["no-type", "no-utf8", "no-fields", "too-long", "no-object"],
)
async def test_a_message_that_makes_no_sense_means_connecting_again(run_kiosk: RunKiosk, junk: bytes) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.show(VIEWS["idle"])
        kiosk.session.last = VIEWS["borrowing"]
        kiosk.session.write(junk)
        await kiosk.until(lambda: "《三体》" in kiosk.text)


async def test_pressing_without_a_session_does_no_harm(run_kiosk: RunKiosk) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.session.close()
        await kiosk.until(lambda: kiosk.app.state.view == StartingView())
        await kiosk.press("1", "x", "9")
        assert "Ready in a moment." in kiosk.text
        await kiosk.session.open()
