"""An HTTP provider on the loopback address that remembers, refuses and breaks off."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> Any:
        return json.loads(self.body)


@dataclass
class WebProvider:
    """What it was asked, and how it answers."""

    port: int = 0
    asked: list[Request] = field(default_factory=list)
    status: int = 200
    answer: Any = field(default_factory=lambda: {"id": "abc", "message": "ok"})
    hang_up: bool = False
    by_path: dict[str, tuple[int, Any]] = field(default_factory=dict)

    def url(self, path: str = "/send") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def posts(self) -> list[Request]:
        return [one for one in self.asked if one.body]


def _handler(provider: WebProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

        def do_GET(self) -> None:
            self._answer(b"")

        def _answer(self, body: bytes) -> None:
            provider.asked.append(
                Request(self.path, {key.lower(): one for key, one in self.headers.items()}, body)
            )
            if provider.hang_up:
                self.close_connection = True
                return
            status, told = provider.by_path.get(self.path, (provider.status, provider.answer))
            content = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            return

    return Handler


@contextmanager
def web_provider() -> Iterator[WebProvider]:
    """A provider for one test."""
    provider = WebProvider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    provider.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
