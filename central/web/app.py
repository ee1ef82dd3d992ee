"""The web side: a live monitor page, its state as JSON, and a health check."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final

import uvicorn
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Litestar, MediaType, Request, Response, get
from litestar.params import Parameter
from litestar.response import ServerSentEvent
from litestar.response.sse import ServerSentEventMessage
from litestar.static_files import create_static_files_router

from central.web.monitor import Monitor
from central.web.state import State, state_of
from central.web.view import Painter, Standing
from central.web.words import Language, word

HERE: Final = Path(__file__).parent

CLOSE_WITHIN_S: Final = 1
"""A watcher that does not hang up by then is cut off."""

SECURITY: Final = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

Lang = Annotated[str | None, Parameter(query="lang", description="zh or en; else the browser's language decides.")]


class Pages:
    """Renders standings; every text is escaped, wherever it comes from."""

    def __init__(self, utc_offset: timedelta) -> None:
        self._utc_offset = utc_offset
        self._environment = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined
        )

    def render(self, template: str, standing: Standing, language: Language) -> str:
        """A whole page (`monitor.html`) or its changing part (`page.html`)."""
        page = Painter(language, self._utc_offset).page(standing)
        return self._environment.get_template(template).render(
            page=page, language=language, say=partial(word, language)
        )


def make_app(monitor: Monitor, utc_offset: timedelta) -> Litestar:
    """The application; `monitor` runs elsewhere."""
    pages = Pages(utc_offset)

    @get("/", media_type=MediaType.HTML)
    async def index(request: Request[Any, Any, Any], lang: Lang = None) -> str:
        standing = await monitor.present()
        return pages.render("monitor.html", standing, _language(request, lang))

    @get("/events")
    async def events(request: Request[Any, Any, Any], lang: Lang = None) -> ServerSentEvent:
        return ServerSentEvent(_pictures(monitor, pages, _language(request, lang)))

    @get("/api/state")
    async def state() -> State:
        return state_of(await monitor.present())

    @get("/healthz", media_type=MediaType.TEXT)
    async def healthz() -> str:
        return "ok\n"

    static = create_static_files_router(path="/static", directories=[HERE / "static"])
    return Litestar(
        [index, events, state, healthz, static], openapi_config=None, logging_config=None, after_request=_secured
    )


async def _pictures(monitor: Monitor, pages: Pages, language: Language) -> AsyncIterator[ServerSentEventMessage]:
    """The changing part of the page, whenever it looks different."""
    shown = ""
    async for standing in monitor.watch():
        html = pages.render("page.html", standing, language)
        if html != shown:
            shown = html
            yield ServerSentEventMessage(data=html, event="page")


def _language(request: Request[Any, Any, Any], asked: str | None) -> Language:
    wanted = asked or request.headers.get("accept-language") or ""
    return "en" if wanted.lower().startswith("en") else "zh"


async def _secured(response: Response[object]) -> Response[object]:
    response.headers.update(SECURITY)
    return response


class _Server(uvicorn.Server):
    """Leaves signals to the process that it is part of."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(app: Litestar, listener: socket.socket, stop: asyncio.Event, monitor: Monitor) -> None:
    """Serve until `stop`; then the watchers' streams end first."""
    config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=CLOSE_WITHIN_S)
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        await monitor.close()
        server.should_exit = True
        await serving
    finally:
        stopping.cancel()
        serving.cancel()
