"""permessage-deflate with Python's websockets and aiohttp. As a client it exchanges messages with the echo at the URL given; the
URL's query says what has to come of it, as wire.mjs reads it. Without a query, websockets asks for every combination in turn. As
a server, of websockets, it echoes, what is longer than 1,000 bytes in two fragments, and ends with SIGTERM.

usage: python deflate.py websockets|aiohttp ws://host:port/[?takeover=none|both&window=BITS] | server [TAKEOVER BITS]
"""

import asyncio
import json
import os
import signal
import sys


def row(i: int) -> str:
    return json.dumps({"id": i, "type": "trade", "symbol": "EURUSD", "side": "buy", "price": 1.0834 + i, "venue": "XETR"})


ROWS = json.dumps([row(i * 7919) for i in range(650)])[:65_536]
MESSAGES = [
    *(row(i) for i in range(6)),
    ROWS, "Grüße, 世界 \U0001f600! " * 40, os.urandom(3000), ROWS, ROWS.encode() * 3, "", b"", row(1),
]  # fmt: skip


def fragments(message: str | bytes) -> list[str | bytes]:
    return [message[:9_999], message[9_999:10_000], message[10_000:]]


def check(name: str, answers: list[str | bytes], expected: list[str | bytes]) -> None:
    if answers != expected:
        raise SystemExit(f"python {name}: what came back had changed")


def asking(takeover: str, window: str) -> dict[str, object]:
    return {
        "server_no_context_takeover": takeover == "none",
        "client_no_context_takeover": takeover == "none",
        "server_max_window_bits": int(window),
        "client_max_window_bits": int(window),
    }


async def websockets_client(url: str, parameters: dict[str, object]) -> None:
    from websockets.asyncio.client import connect
    from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

    extensions = [ClientPerMessageDeflateFactory(**parameters)]
    async with connect(url, compression=None, extensions=extensions, max_size=1 << 21) as socket:
        for message in [*MESSAGES, fragments(ROWS)]:
            await socket.send(message)
        check("websockets", [await socket.recv() for _ in range(len(MESSAGES) + 1)], [*MESSAGES, ROWS])


async def websockets_clients(url: str) -> None:
    if "?" in url:
        await websockets_client(url, {})
        return
    for takeover in ("none", "both"):
        for window in ("9", "12", "15"):
            await websockets_client(f"{url}?takeover={takeover}&window={window}", asking(takeover, window))


async def aiohttp_client(url: str) -> None:
    import aiohttp

    window = int(url.rsplit("=", 1)[1])
    async with aiohttp.ClientSession() as session, session.ws_connect(url, compress=window) as socket:
        answers = []
        for message in MESSAGES:
            await (socket.send_str(message) if isinstance(message, str) else socket.send_bytes(message))
            answers.append((await socket.receive(timeout=20)).data)
        check("aiohttp", answers, MESSAGES)


async def server(parameters: dict[str, object]) -> None:
    from websockets.asyncio.server import serve
    from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory

    async def echo(socket: object) -> None:
        async for message in socket:
            await socket.send(fragments(message) if len(message) > 1000 else message)

    ended = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set_result, None)
    extensions = [ServerPerMessageDeflateFactory(**parameters)]
    async with serve(echo, "127.0.0.1", 0, compression=None, extensions=extensions, max_size=1 << 21) as serving:
        print(f"listening on ws://127.0.0.1:{serving.sockets[0].getsockname()[1]}/", flush=True)
        await ended


async def main(what: str, *rest: str) -> None:
    if what == "server":
        await server(asking(*rest) if rest else {})
        return
    async with asyncio.timeout(30):
        await {"websockets": websockets_clients, "aiohttp": aiohttp_client}[what](*rest)
    combination = rest[0].partition("?")[2] or "each combination"
    print(f"python {what}: deflate, {combination}")


asyncio.run(main(*sys.argv[1:]))
