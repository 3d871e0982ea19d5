"""Python's aiohttp as a program of ./zws interop; usage: interop.py. It sends whole messages, and cannot ask for context takeover."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import interop
from aiohttp import web

WIDEST = 15


class Socket:
    def __init__(self, socket: aiohttp.ClientWebSocketResponse | web.WebSocketResponse) -> None:
        self.socket = socket

    async def send(self, message: str | bytes) -> None:
        await (self.socket.send_str(message) if isinstance(message, str) else self.socket.send_bytes(message))

    async def fragments(self, parts: list[str] | list[bytes]) -> bool:
        return False

    async def ping(self, payload: bytes) -> None:
        await self.socket.ping(payload)

    async def receive(self) -> str | bytes | interop.Closed:
        message = await self.socket.receive()
        if message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
            return message.data
        if message.type == aiohttp.WSMsgType.CLOSE:
            return interop.Closed(message.data, message.extra or "")
        if message.type in (aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.CLOSED):
            return interop.Closed(self.socket.close_code, "")
        raise self.socket.exception() or AssertionError(str(message))

    async def close(self, code: int, reason: str) -> None:
        await self.socket.close(code=code, message=reason.encode())

    def subprotocol(self) -> str | None:
        return self.socket.ws_protocol if isinstance(self.socket, web.WebSocketResponse) else self.socket.protocol


async def serve(options: interop.Options) -> AsyncIterator[int]:
    async def echo(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=options.deflate, protocols=["interop"])
        await socket.prepare(request)
        await interop.echo(request.path, Socket(socket))
        return socket

    application = web.Application()
    application.router.add_get("/{case}", echo)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield runner.addresses[0][1]


@asynccontextmanager
async def connect(url: str, subprotocols: list[str], options: interop.Options) -> AsyncIterator[Socket]:
    compress = (options.window or WIDEST) if options.deflate else 0
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(url, compress=compress, protocols=subprotocols) as socket,
    ):
        yield Socket(socket)


interop.main(aiohttp.__version__, serve, connect)
