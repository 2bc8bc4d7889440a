"""Hỏi dịch vụ bên ngoài qua HTTP: within a time, within a size, without following anybody."""

from __future__ import annotations

import time
from threading import local

import requests

PIECE = 64 * 1024
_mine = local()


class Unreachable(Exception):
    """A service did not answer as it should; `sentence` says how."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def fetch(
    address: str, *, seconds: float, most_bytes: int, body: bytes | None = None, kind: str = ""
) -> bytes:
    """Bytes from an address (POST when there is a body of a media kind); raises Unreachable.

    No redirect is followed and `seconds` bounds the whole answer, however slowly it drips.
    """
    if not address.startswith(("http://", "https://")):
        raise Unreachable("Địa chỉ dịch vụ không phải HTTP.")
    ends = time.monotonic() + seconds
    try:
        with _session().request(
            "GET" if body is None else "POST",
            address,
            data=body,
            headers={"Content-Type": kind} if kind else {},
            timeout=seconds,
            stream=True,
            allow_redirects=False,
        ) as answer:
            return _content(answer, ends=ends, most_bytes=most_bytes)
    except requests.Timeout as late:
        waited = f"{seconds:g}".replace(".", ",")
        raise Unreachable(f"Dịch vụ không trả lời trong {waited} giây.") from late
    except (requests.RequestException, ValueError) as broken:
        raise Unreachable("Không kết nối được tới dịch vụ.") from broken


def _session() -> requests.Session:
    """One session for each thread, so that many questions share a connection."""
    if not hasattr(_mine, "session"):
        _mine.session = requests.Session()
    _mine.session.cookies.clear()
    session: requests.Session = _mine.session
    return session


def _content(answer: requests.Response, *, ends: float, most_bytes: int) -> bytes:
    if answer.status_code != requests.codes.ok:
        raise Unreachable(f"Dịch vụ trả lời lỗi HTTP {answer.status_code}.")
    content = bytearray()
    for piece in answer.iter_content(PIECE):
        content += piece
        if len(content) > most_bytes:
            raise Unreachable("Dịch vụ trả lời quá dài.")
        if time.monotonic() > ends:
            raise Unreachable("Dịch vụ trả lời quá chậm.")
    return bytes(content)
