"""The least that a WSGI callable can do: read what came, answer as many bytes as a result has."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

BODY = b"x" * 900
HEADERS = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(BODY)))]


def application(
    environ: dict[str, Any], start: Callable[[str, list[tuple[str, str]]], object]
) -> Iterable[bytes]:
    """Answer."""
    environ["wsgi.input"].read()
    start("200 OK", HEADERS)
    return [BODY]
