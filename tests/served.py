"""An application on a loopback port of its own, and a browser that waits for the page which a click leads to."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import uvicorn

from taizhang.http.request_reader import RequestReader

if TYPE_CHECKING:
    from playwright.sync_api import Page


@contextmanager
def serving(make_app: Callable[[str], Any]) -> Iterator[str]:
    """Serve `make_app(address)` until the block ends: the address, http://127.0.0.1:port."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(make_app(address), http=RequestReader, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the server ended before it could answer"
            time.sleep(0.02)
        try:
            yield address
        finally:
            server.should_exit = True
            thread.join()


def follow(page: Page, selector: str) -> None:
    """Click what leads to another page and wait until that page is there: a click alone does not wait for it."""
    with page.expect_navigation():
        page.click(selector)
