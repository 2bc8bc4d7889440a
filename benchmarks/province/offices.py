"""A school's office at its browser: uploads a workbook, waits for the preview, applies it."""

from __future__ import annotations

import http.client
import re
import time
import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

from benchmarks.load import CSRF
from benchmarks.measures import BenchmarkTrouble

DIGEST = re.compile(r'name="plan" value="([0-9a-f]{64})"')
# What the page of an import says at its end, or when the file is no use.
APPLIED, UNDONE, UNREADABLE = "Đã ghi vào hồ sơ", "Dữ liệu trở về như trước", "Không đọc được tệp"
LOOK_AGAIN = 0.5
PATIENCE = 600.0
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Office:
    """Who may import into one school; waits and asks again when the house is in trouble."""

    port: int
    session: str
    school: int

    def upload(self, name: str, content: bytes, year: int) -> str:
        """Send a workbook of pupils; return the address of its preview."""
        fields = {"school": str(self.school), "year": str(year)}
        body, kind = _multipart(fields, name, content)
        status, place, told = self.ask("POST", "/nhap-tu-tep/hoc-sinh/", body, kind)
        if status != 302:
            raise BenchmarkTrouble(f"the workbook was not taken: {status} {told[:300]}")
        return place

    def read(self, address: str) -> str:
        """The page of the import, when the house answers."""
        while True:
            status, _, told = self.ask("GET", address)
            if status == 200:
                return told
            if status and status < 500:
                raise BenchmarkTrouble(f"{address}: {status}")
            time.sleep(LOOK_AGAIN)

    def wait_for(self, address: str, sign: re.Pattern[str] | str) -> str:
        """The page of the import as soon as this stands in it."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            told = self.read(address)
            if UNREADABLE in told:
                raise BenchmarkTrouble(f"{address}: the workbook cannot be read")
            if re.search(sign, told):
                return told
            time.sleep(LOOK_AGAIN)
        raise BenchmarkTrouble(f"{address} did not come to “{sign}”")

    def apply(self, address: str) -> None:
        """Press the button of the preview."""
        shown = self.wait_for(address, DIGEST)
        found = DIGEST.search(shown)
        assert found
        self._press(f"{address}ap-dung/", {"plan": found[1]})

    def undo(self, address: str) -> None:
        self._press(f"{address}hoan-tac/", {})
        self.wait_for(address, UNDONE)

    def _press(self, address: str, fields: dict[str, str]) -> None:
        body = urlencode(fields).encode()
        status, _, told = self.ask("POST", address, body, "application/x-www-form-urlencoded")
        if status != 302:
            raise BenchmarkTrouble(f"{address}: {status} {told[:300]}")

    def ask(
        self, method: str, path: str, body: bytes = b"", kind: str = ""
    ) -> tuple[int, str, str]:
        """Status, where to go on, and the text; status 0 when nobody answered."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {
            "Cookie": f"khue_session={self.session}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
            **({"Content-Type": kind} if kind else {}),
        }
        try:
            line.request(method, path, body or None, headers)
            answer = line.getresponse()
            told = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            return 0, "", ""
        else:
            return answer.status, answer.headers.get("Location", ""), told
        finally:
            line.close()


def _multipart(fields: dict[str, str], name: str, content: bytes) -> tuple[bytes, str]:
    edge = uuid.uuid4().hex
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    file = head.encode() + f"Content-Type: {EXCEL}\r\n\r\n".encode() + content + b"\r\n"
    return b"".join(
        [*parts, file, f"--{edge}--\r\n".encode()]
    ), f"multipart/form-data; boundary={edge}"
