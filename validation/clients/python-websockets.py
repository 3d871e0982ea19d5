"""Exchanges messages with the echo at the URL given, using Python's websockets. Exits with 0 when every rule held.

usage: python python-websockets.py ws://host:port/
"""

import sys

from websockets.exceptions import ConnectionClosedOK
from websockets.sync.client import connect


def main(url: str) -> None:
    with connect(url, max_size=1 << 21, open_timeout=10, close_timeout=10) as socket:

        def echoed(message: object, expected: str | bytes) -> None:
            socket.send(message)
            answer = socket.recv(timeout=20)
            if type(answer) is not type(expected) or answer != expected:
                raise SystemExit(f"python websockets: {len(expected)} came back changed")

        for message in (
            "Grüße, 世界 \U0001f600",
            bytes(range(256)),
            bytes((17 * i + 31) & 0xFF for i in range(1 << 20)),
            "x" * (1 << 20),
            "",
            b"",
        ):
            echoed(message, message)
        echoed(["frag", "", "ment", "\U0001f600"], "fragment\U0001f600")
        echoed([b"\x00", b"\x01\x02", b""], b"\x00\x01\x02")
        if not socket.ping(b"are you there").wait(10):
            raise SystemExit("python websockets: no pong")
        socket.close(1000, "done")
        try:
            socket.recv(timeout=10)
            raise SystemExit("python websockets: something came after the close")
        except ConnectionClosedOK as closed:
            if closed.rcvd is None or (closed.rcvd.code, closed.rcvd.reason) != (1000, "done"):
                raise SystemExit(f"python websockets: closed with {closed.rcvd}") from closed
    print("python websockets: text, binary, 1 MiB, fragmented, empty, ping, close 1000")


main(sys.argv[1])
