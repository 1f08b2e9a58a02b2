"""What comes before a page is asked, on a real connection: a head without an end is refused, a long body is no head."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from served import serving
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse

from taizhang.http.api_feed import ENDING
from taizhang.http.request_reader import HEAD_BYTES

POST = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
CHUNK = b"%x\r\n%s\r\n" % (HEAD_BYTES, b"a" * HEAD_BYTES)
MOST = 64  # times what is taken


async def told_its_length(scope, receive, send) -> None:  # type: ignore[no-untyped-def]
    with suppress(ClientDisconnect):
        body = await Request(scope, receive).body()
        await PlainTextResponse(f"{len(body)} bytes")(scope, receive, send)


@pytest.fixture(scope="module")
def place() -> Iterator[tuple[str, int]]:
    with serving(lambda _: told_its_length) as address:
        yield _place(address)


@pytest.mark.parametrize(
    ("begins", "goes_on"),
    [
        (b"GET /?", b"a" * HEAD_BYTES),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: ", b"a" * HEAD_BYTES),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", b"X-Many: a\r\n" * 6_000),
        (POST + b"0\r\nX-Trailer: ", b"a" * HEAD_BYTES),
        (POST + b"1;extension=", b"a" * HEAD_BYTES),
    ],
    ids=["address", "header", "headers", "trailer", "extension"],
)
def test_a_head_without_an_end_is_refused(place: tuple[str, int], begins: bytes, goes_on: bytes) -> None:
    with socket.create_connection(place, timeout=30) as connection, suppress(ConnectionError):
        connection.sendall(begins)
        for _ in range(MOST):
            connection.sendall(goes_on)
        while connection.recv(HEAD_BYTES):  # what would be kept open runs into the time limit, which is no end
            pass


def test_a_long_body_is_no_head_and_the_connection_goes_on(place: tuple[str, int]) -> None:
    with socket.create_connection(place) as connection:
        for _ in range(2):
            connection.sendall(POST + CHUNK * 4 + b"0\r\n\r\n")
            answer = b""
            while not answer.endswith(b" bytes"):
                answer += connection.recv(HEAD_BYTES)
            assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
            assert answer.endswith(b"%d bytes" % (4 * HEAD_BYTES))


def test_who_answers_without_an_end_learns_that_the_server_is_to_stop() -> None:
    ended: list[bool] = []

    async def endless(scope, receive, send) -> None:  # type: ignore[no-untyped-def]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"begins", "more_body": True})
        for _ in range(1_000):  # else the server waits for it
            if ENDING in scope:
                ended.append(True)
                break
            await asyncio.sleep(0.02)
        await send({"type": "http.response.body", "body": b""})

    with serving(lambda _: endless) as address, socket.create_connection(_place(address)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        while b"begins" not in connection.recv(HEAD_BYTES):
            pass
        connection_kept = connection.dup()
    connection_kept.close()
    assert ended == [True]


def _place(address: str) -> tuple[str, int]:
    asked = urlsplit(address)
    return str(asked.hostname), int(asked.port or 0)
