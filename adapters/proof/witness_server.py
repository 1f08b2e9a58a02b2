"""A witness answering over HTTP: POST /add-checkpoint, as C2SP tlog-witness says, and nothing else."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from taizhang.adapters.proof.witness import WitnessHouse, WitnessSays

PATH: Final = "/add-checkpoint"
BODY_BYTES_MOST: Final = 64 * 1024
SECONDS: Final = 20


def witness_server(house: WitnessHouse, host: str, port: int) -> ThreadingHTTPServer:
    """The server, bound and not yet serving; port 0 lets the system choose."""

    class Handler(BaseHTTPRequestHandler):
        timeout = SECONDS

        def do_POST(self) -> None:
            """Cosign, or say why not."""
            length = self.headers.get("content-length", "")
            if self.path != PATH:
                self._answer(404, "text/plain", "there is only /add-checkpoint\n")
            elif not length.isdecimal() or int(length) > BODY_BYTES_MOST:
                self._answer(413, "text/plain", "the request is too long\n")
            else:
                self._cosign(self.rfile.read(int(length)))

        def _cosign(self, body: bytes) -> None:
            try:
                self._answer(200, "text/plain", house.cosign(body))
            except WitnessSays as says:
                if says.size is not None:
                    self._answer(says.status, "text/x.tlog.size", f"{says.size}\n")
                else:
                    self._answer(says.status, "text/plain", f"{says.en}\n")

        def _answer(self, status: int, kind: str, text: str) -> None:
            data = text.encode()
            self.send_response(status)
            self.send_header("content-type", f"{kind}; charset=utf-8" if kind == "text/plain" else kind)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing: the witness's memory is its record."""

    return ThreadingHTTPServer((host, port), Handler)
