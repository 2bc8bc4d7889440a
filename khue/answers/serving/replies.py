"""Answers as bytes with their headers: no cookie, no script, nothing kept."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from khue.answers.rules.pages import STYLE
from khue.answers.serving.answer_file import Answer

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]
POLICY = (
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
COMMON = [
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Vary", "Accept-Encoding, Accept"),
]
NOT_KEPT = [*COMMON, ("Cache-Control", "no-store")]
FOR_EVER = [*COMMON, ("Cache-Control", "public, max-age=31536000, immutable")]
HTML, JSON, CSS = "text/html; charset=utf-8", "application/json", "text/css; charset=utf-8"
LINES = {
    200: "200 OK",
    202: "202 Accepted",
    403: "403 Forbidden",
    404: "404 Not Found",
    405: "405 Method Not Allowed",
    413: "413 Content Too Large",
    422: "422 Unprocessable Content",
    429: "429 Too Many Requests",
    503: "503 Service Unavailable",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer; `packed` says that the body is compressed already."""

    status: int
    body: bytes
    kind: str = HTML
    packed: bool = False
    wait: int = 0
    kept: bool = False


STYLE_SHEET = Reply(200, gzip.compress(STYLE, 9, mtime=0), CSS, packed=True, kept=True)


def html(text: str, status: int = 200, wait: int = 0) -> Reply:
    return Reply(status, text.encode(), wait=wait)


def answer_as(answer: Answer, asked: Environ) -> Reply:
    """The prepared page, or the prepared JSON for a program."""
    if wants_json(asked):
        return Reply(200, answer.data, JSON, packed=True)
    return Reply(200, answer.page, packed=True)


def wants_json(asked: Environ) -> bool:
    return "application/json" in asked.get("HTTP_ACCEPT", "")


def send(reply: Reply, asked: Environ, start: StartResponse) -> Iterable[bytes]:
    """Hand an answer to the server."""
    body, headers = reply.body, [*(FOR_EVER if reply.kept else NOT_KEPT)]
    if reply.packed and "gzip" in asked.get("HTTP_ACCEPT_ENCODING", ""):
        headers.append(("Content-Encoding", "gzip"))
    elif reply.packed:
        body = gzip.decompress(body)
    headers += [("Content-Type", reply.kind), ("Content-Length", str(len(body)))]
    if reply.wait:
        headers.append(("Retry-After", str(reply.wait)))
    start(LINES[reply.status], headers)
    return [b"" if asked.get("REQUEST_METHOD") == "HEAD" else body]
