"""Reads requests with httptools, as uvicorn does: takes no head without an end, and ends what is answered without one."""

from __future__ import annotations

from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from taizhang.http.api_feed import ENDING

HEAD_BYTES: Final = 64 * 1024  # of address, headers or trailers, as h11 takes at most


class RequestReader(HttpToolsProtocol):
    """Nobody fills the memory before a page is asked: what is no body may be so long, and is answered 400 when it is longer.

    httptools itself keeps whatever comes. When the server is to stop, a feed that stays open learns of it from its scope.
    """

    _unanswered = 0  # bytes that came since a head or a part of a body was whole

    def data_received(self, data: bytes) -> None:
        self._unanswered += len(data)
        super().data_received(data)
        if self._unanswered > HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("The head of the request is too long.")

    def on_headers_complete(self) -> None:
        self._unanswered = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._unanswered = 0
        super().on_body(body)

    def shutdown(self) -> None:
        if self.cycle is not None:
            self.cycle.scope[ENDING] = True  # type: ignore[typeddict-unknown-key]
        super().shutdown()
