"""The monitor of a real `central run`: what it says, that it stays live, and that no text can break out of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import msgspec
from playwright.async_api import Page, async_playwright, expect

from firmware_msgs.uplink.health import DeviceHealth, Health, Life, Presence, Service
from firmware_msgs.uplink.values import ClockQuality
from tests.broker import Mosquitto
from tests.central_journals import Journal, item_ref
from tests.central_process import CentralProcess
from tests.central_wire import Wire, wired

NASTY = "<img src=x onerror=alert(1)>"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def health(reason: str) -> bytes:
    pad = DeviceHealth(name="pad", model="feig", up=not reason, reason=reason)
    return msgspec.json.encode(
        Health(
            boot="b1",
            version="0.1.0",
            site="YJ-01",
            service=Service.OUT if reason else Service.FULL,
            devices=(pad,),
            sequence=2,
            depth=0,
            oldest_unreceipted_s=0,
            clock=ClockQuality.SYNCHRONISED,
        )
    )


@asynccontextmanager
async def browsing(address: str) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        page = await browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        await page.goto(address)
        yield page
        await browser.close()


async def born(wire: Wire) -> None:
    life = Life(state=Presence.BORN, boot="b1", connection=1, version="0.1.0")
    await wire.publish(wire.topics.life, msgspec.json.encode(life), retain=True)
    await wire.publish(wire.topics.health, health(""), retain=True)


async def test_the_page_follows_what_happens(central: CentralProcess, broker: Mosquitto) -> None:
    journal = Journal("A", "YJ-01", central.keys)
    journal.begin()
    journal.borrow("uid:AA01", item_ref("I1"))
    central.enrol(journal)
    central.start()
    async with wired(broker, journal, central.keys) as wire, browsing(central.address) as page:
        await born(wire)
        await expect(page.get_by_role("status")).to_have_text("全部正常")
        await expect(page.get_by_role("heading", level=1)).to_have_text("元江县图书馆")
        await wire.send(1, 5)
        await expect(page.locator(".latest li span").first).to_have_text("借好了")
        await wire.publish(wire.topics.health, health(NASTY))
        await expect(page.get_by_role("status")).to_have_text("1 台要人看")
        await expect(page.locator(".tasks .cause")).to_have_text(NASTY)
        assert await page.locator("img").count() == 0
        await page.get_by_role("link", name="English").click()
        await expect(page.get_by_role("status")).to_have_text("1 need people")
        assert "张" not in await page.content()
        await page.set_viewport_size({"width": 390, "height": 844})
        assert await page.evaluate("document.documentElement.scrollWidth") == 390
    assert central.stop() == 0


async def test_state_and_health_for_programs(central: CentralProcess, broker: Mosquitto) -> None:
    journal = Journal("A", "YJ-01", central.keys)
    journal.begin()
    central.enrol(journal)
    central.start()
    async with wired(broker, journal, central.keys) as wire, httpx.AsyncClient(base_url=central.address) as web:
        assert (await web.get("/healthz")).text == "ok\n"
        await wire.send(1, 2)
        await wire.receipted()
        await born(wire)
        await wire.receipted()
        async with asyncio.timeout(10):
            while (state := (await web.get("/api/state")).json())["terminals"][0]["service"] is None:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert (state["terminals"][0]["reach"], state["terminals"][0]["data"]) == ("online", "synced")
        assert state["counts"]["records"] == 2
        home = await web.get("/", headers={"Accept-Language": "en-GB"})
        assert "default-src 'self'" in home.headers["content-security-policy"]
        assert "All is well" in home.text
        assert (await web.get("/static/monitor.css")).status_code == 200
        assert (await web.get("/static/../app.py")).status_code == 404
