"""What the programs of ./zws interop in Python have in common: docs/interop.md says what they are asked and say.

usage: python PROGRAM server [--deflate] [--takeover none|both --window BITS]
       python PROGRAM client URL [--deflate] [--takeover none|both --window BITS] CASE...
"""

import argparse
import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple, Protocol

Options = argparse.Namespace


class Closed(NamedTuple):
    code: int | None
    reason: str


class Socket(Protocol):
    """A connection of some library, in either role."""

    async def send(self, message: str | bytes) -> None: ...

    async def fragments(self, parts: list[str] | list[bytes]) -> bool:
        """Sends one message, each part as a fragment; false, and nothing is sent, when the library cannot."""

    async def ping(self, payload: bytes) -> None: ...

    async def receive(self) -> str | bytes | Closed: ...

    async def close(self, code: int, reason: str) -> None: ...

    def subprotocol(self) -> str | None: ...


def row(i: int) -> str:
    return json.dumps({"id": i, "type": "trade", "symbol": "EURUSD", "side": "buy", "price": 1.0834 + i, "venue": "XETR"})


ROWS = json.dumps([row(i * 7919) for i in range(650)])[:65_536]
# Small messages that resemble each other, long ones, ones that do not become shorter, and empty ones.
COMPRESSIBLE = [
    *(row(i) for i in range(6)),
    ROWS, "Grüße, 世界 \U0001f600! " * 40, os.urandom(3000), ROWS, ROWS.encode() * 3, "", b"", row(1),
]  # fmt: skip


def thirds(message: str | bytes) -> list[str] | list[bytes]:
    third = len(message) // 3
    return [message[:third], message[third : third + 1], message[third + 1 :]]


def pattern(length: int) -> bytes:
    return bytes((17 * i + 31) & 0xFF for i in range(256)) * (length // 256)


def expect(actual: object, expected: object) -> None:
    if type(actual) is not type(expected) or actual != expected:
        raise AssertionError(f"{str(expected)[:60]!r} was to come, not {str(actual)[:60]!r}")


async def exchange(socket: Socket, *messages: str | bytes) -> None:
    for message in messages:
        await socket.send(message)
        expect(await socket.receive(), message)


async def run_case(socket: Socket, name: str) -> None:
    match name:
        case "text" | "offers":
            await exchange(socket, "Grüße, 世界 \U0001f600", row(1) * 40)
        case "binary":
            await exchange(socket, bytes(range(256)), pattern(4096))
        case "empty":
            await exchange(socket, "", b"")
        case "large":
            await exchange(socket, "x" * (1 << 20), pattern(1 << 20))
        case "fragmented":
            parts = ["frag", "", "ment\U0001f600ed " * 300, "\U0001f600"]
            if not await socket.fragments(parts):
                await socket.send("".join(parts))
            expect(await socket.receive(), "".join(parts))
        case "ping":
            await socket.ping(b"from the client")
            await exchange(socket, "after the Ping")
        case "subprotocol":
            expect(socket.subprotocol(), "interop")
            await exchange(socket, name)
        case "greeting":
            expect(await socket.receive(), "welcome")
            await exchange(socket, name)
        case "closing":
            await socket.close(4000, "by the client")
            expect((await socket.receive()).code, 4000)
            return
        case "closed":
            await socket.send("close me")
            expect(await socket.receive(), Closed(4001, "by the server"))
            return
        case "windows":  # all of it before the first answer is looked at
            for message in COMPRESSIBLE:
                await socket.send(message)
            last = [ROWS] if await socket.fragments(thirds(ROWS)) else []
            for message in [*COMPRESSIBLE, *last]:
                expect(await socket.receive(), message)
        case _:
            raise AssertionError("there is no such case")
    await socket.close(1000, "done")
    expect((await socket.receive()).code, 1000)


async def echo(path: str, socket: Socket) -> None:
    """What a server does, told by the path, until the connection is closed."""
    if path == "/greeting":
        await socket.send("welcome")
    if path == "/ping":
        await socket.ping(b"from the server")
    while not isinstance(message := await socket.receive(), Closed):
        if path == "/closed":
            await socket.close(4001, "by the server")
            continue
        if path == "/fragmented" or (path == "/windows" and len(message) > 1000):
            if await socket.fragments(thirds(message)):
                continue
        await socket.send(message)
    print(f"closed {message.code} {message.reason}", flush=True)


def main(
    version: str,
    serve: Callable[[Options], AsyncIterator[int]],
    connect: Callable[[str, list[str], Options], AbstractAsyncContextManager[Socket]],
) -> None:
    """serve gives the port once it listens; connect opens a connection and offers the subprotocols."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--deflate", action="store_true")
    parser.add_argument("--takeover", choices=["none", "both"])
    parser.add_argument("--window", type=int)
    parser.add_argument("role", choices=["server", "client"])
    parser.add_argument("url", nargs="?")
    parser.add_argument("cases", nargs="*")
    options = parser.parse_intermixed_args()
    print(f"version {version}", flush=True)
    asyncio.run(_serve(serve(options)) if options.role == "server" else _run(connect, options))


async def _serve(serving: AsyncIterator[int]) -> None:
    async for port in serving:
        print(f"listening on ws://127.0.0.1:{port}/", flush=True)
        await asyncio.get_running_loop().create_future()  # until it is killed


async def _run(connect: Callable[[str, list[str], Options], AbstractAsyncContextManager[Socket]], options: Options) -> None:
    for name in options.cases:
        try:
            async with asyncio.timeout(20), connect(options.url + name, ["other", "interop"] * (name == "subprotocol"), options) as socket:
                await run_case(socket, name)
            print(f"{name} ok", flush=True)
        except Exception as failure:  # whatever it is, the other cases are run as well
            print(f"{name} failed: {type(failure).__name__} {' '.join(str(failure).split())[:300]}", flush=True)
