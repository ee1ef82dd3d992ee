"""The desk's page, on loopback only: static files, what does not change, how everything is, and a way to order."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final

import uvicorn
from litestar import Litestar, Request, Response, get, post
from litestar.connection import ASGIConnection
from litestar.exceptions import PermissionDeniedException
from litestar.handlers import BaseRouteHandler
from litestar.static_files import create_static_files_router
from litestar.status_codes import HTTP_204_NO_CONTENT, HTTP_409_CONFLICT

from scripts.demo_network.desk.desk import Desk
from scripts.demo_network.desk.orders import Order
from scripts.demo_network.errors import DemoError
from scripts.demo_network.ports import LOOPBACK

STATIC: Final = Path(__file__).parent / "static"
JSON: Final = "application/json"
OUR_NAMES: Final = frozenset({LOOPBACK, "localhost"})
SECURITY: Final = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}

CLOSE_WITHIN_S: Final = 1
"""A page that is still asking by then is cut off."""

_Connection = ASGIConnection[Any, Any, Any, Any]


def make_app(desk: Desk) -> Litestar:
    """The application. Other hosts' names and other sites' pages are turned away: it is for this machine's person."""

    @get("/api/setting")
    async def setting() -> dict[str, Any]:
        return desk.setting()

    @get("/api/picture")
    async def picture() -> dict[str, Any]:
        return await desk.picture()

    @post("/api/do", guards=[_from_our_page], status_code=HTTP_204_NO_CONTENT)
    async def do(data: Order) -> None:
        await desk.carry_out(data)

    return Litestar(
        [setting, picture, do, create_static_files_router("/", directories=[STATIC], html_mode=True)],
        before_request=_for_this_machine,
        exception_handlers={DemoError: _told},
        after_request=_secured,
        openapi_config=None,
        logging_config=None,
    )


@asynccontextmanager
async def desk_page(desk: Desk) -> AsyncIterator[str]:
    """The page's address, while it is served."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        config = uvicorn.Config(
            make_app(desk), log_config=None, access_log=False, timeout_graceful_shutdown=CLOSE_WITHIN_S
        )
        server = _Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield f"http://{LOOPBACK}:{listener.getsockname()[1]}/"
        finally:
            server.should_exit = True
            await serving


class _Server(uvicorn.Server):
    """Leaves signals to the program that it is part of."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _from_our_page(connection: _Connection, _: BaseRouteHandler) -> None:
    """A browser sends this type for another site's page only after asking us, and we say nothing."""
    if connection.headers.get("content-type") != JSON:
        raise PermissionDeniedException(f"Orders are sent as {JSON}.")


async def _for_this_machine(request: Request[Any, Any, Any]) -> None:
    """Any port will do, for it may be forwarded; another name is somebody else's that was made to lead here."""
    if request.url.hostname not in OUR_NAMES:
        raise PermissionDeniedException("The desk is for the person at this machine.")


def _told(_: Request[Any, Any, Any], error: DemoError) -> Response[dict[str, str]]:
    return Response({"detail": str(error)}, status_code=HTTP_409_CONFLICT)


async def _secured(response: Response[object]) -> Response[object]:
    response.headers.update(SECURITY)
    return response
