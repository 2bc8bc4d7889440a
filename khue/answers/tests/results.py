"""A list of results and a folder of published files, made for one test each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from khue.answers.rules.keys import SecretKind
from khue.answers.rules.pages import answer_data, answer_page
from khue.answers.serving.answer_file import Answer, Candidate, packed, write_answers
from khue.answers.serving.desk import Desk, Limits
from khue.answers.serving.pointer import Published, write_pointer

KEY = "ab" * 32
OPENS = datetime(2027, 6, 25, 1, 0, tzinfo=UTC)
OPEN = OPENS.timestamp() + 60
TITLE = "Điểm thi tuyển sinh lớp 10"
SLUG = "diem-thi-tuyen-sinh-lop-10"
OWNER = "Sở GD&ĐT tỉnh Mẫu"
PLENTY = Limits(per_second=100_000, at_once=100_000, guesses=100_000, number_guesses=100_000)


def candidate(number: str, secret: str, *values: tuple[str, str]) -> Candidate:
    told = values or (("Họ và tên", f"Thí sinh {number}"), ("Toán", "8,25"))
    page = answer_page(TITLE, OWNER, number, told, OPENS)
    return Candidate(number, secret, Answer(packed(page), packed(answer_data(TITLE, number, told))))


def put(folder: Path, name: str, *candidates: Candidate, **more: Any) -> Published:
    """Write a file of answers and point to it."""
    write_answers(folder / name, KEY, {}, candidates)
    made = Published(SLUG, TITLE, OWNER, SecretKind.BORN, OPENS, name)
    made = replace(made, **more)
    write_pointer(folder, [made])
    return made


class Visitor:
    """Asks a desk as a browser would; the clock stands where the test puts it."""

    def __init__(self, folder: Path, limits: Limits = PLENTY, *, proxies: int = 0) -> None:
        self.now = OPEN
        self.desk = Desk(folder, KEY, limits, proxies, clock=lambda: self.now)
        self.status = 0
        self.headers: dict[str, str] = {}

    def ask(self, method: str, path: str, body: bytes = b"", **more: str) -> str:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "REMOTE_ADDR": "203.0.113.7",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
            **more,
        }

        def start(line: str, headers: list[tuple[str, str]]) -> None:
            self.status, self.headers = int(line[:3]), dict(headers)

        return b"".join(self.desk(environ, start)).decode()

    def get(self, path: str = "/tra-cuu/") -> str:
        return self.ask("GET", path)

    def look_up(self, number: str, secret: str, **more: str) -> str:
        body = urlencode({"number": number, "secret": secret}).encode()
        return self.ask("POST", f"/tra-cuu/{SLUG}/", body, **more)

    def turn_the_pointer(self) -> None:
        """Let the desk look at the pointer at its next request."""
        self.desk.shelf._look_at = 0.0
