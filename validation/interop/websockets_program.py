"""Python's websockets as a program of ./zws interop; usage: interop.py."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import interop
import websockets
from websockets.asyncio.client import connect as open_connection
from websockets.asyncio.connection import Connection
from websockets.asyncio.server import ServerConnection
from websockets.asyncio.server import serve as start_server
from websockets.exceptions import ConnectionClosed
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory, ServerPerMessageDeflateFactory

MAX_MESSAGE = 1 << 21


class Socket:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def send(self, message: str | bytes) -> None:
        await self.connection.send(message)

    async def fragments(self, parts: list[str] | list[bytes]) -> bool:
        await self.connection.send(parts)
        return True

    async def ping(self, payload: bytes) -> None:
        if isinstance(self.connection, ServerConnection):
            await self.connection.ping(payload)
        else:
            await asyncio.wait_for(await self.connection.ping(payload), 10)

    async def receive(self) -> str | bytes | interop.Closed:
        try:
            return await self.connection.recv()
        except ConnectionClosed:
            return interop.Closed(self.connection.close_code, self.connection.close_reason or "")

    async def close(self, code: int, reason: str) -> None:
        await self.connection.close(code, reason)

    def subprotocol(self) -> str | None:
        return self.connection.subprotocol


def parameters(options: interop.Options) -> dict[str, object]:
    """What is asked for: all that --takeover and --window say."""
    if options.takeover is None:
        return {}
    return {
        "server_no_context_takeover": options.takeover == "none",
        "client_no_context_takeover": options.takeover == "none",
        "server_max_window_bits": options.window,
        "client_max_window_bits": options.window,
    }


async def serve(options: interop.Options) -> AsyncIterator[int]:
    async def echo(connection: ServerConnection) -> None:
        await interop.echo(connection.request.path, Socket(connection))

    extensions = [ServerPerMessageDeflateFactory(**parameters(options))] if options.deflate else []
    async with start_server(
        echo, "127.0.0.1", 0, compression=None, extensions=extensions, subprotocols=["interop"],
        select_subprotocol=lambda _, offered: "interop" if "interop" in offered else None, max_size=MAX_MESSAGE,
    ) as server:  # fmt: skip
        yield server.sockets[0].getsockname()[1]


@asynccontextmanager
async def connect(url: str, subprotocols: list[str], options: interop.Options) -> AsyncIterator[Socket]:
    extensions = [ClientPerMessageDeflateFactory(**{"client_max_window_bits": True, **parameters(options)})]
    async with open_connection(
        url, compression=None, extensions=extensions, subprotocols=subprotocols or None, max_size=MAX_MESSAGE
    ) as connection:
        yield Socket(connection)


interop.main(websockets.__version__, serve, connect)
