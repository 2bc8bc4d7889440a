"""A receiving gateway on the loopback address: it keeps accounts, windows, records and versions.

It reads the published field lists by itself and shares no code with the sender, so that it is a
second opinion on what is required. It can be slow, broken, busy, deaf or forgetful on demand.
"""

from __future__ import annotations

import base64
import csv
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

LISTS = Path(__file__).resolve().parent.parent / "data" / "field-lists"
PARTS = {
    "TruonghocInfo": ("school", "TH"),
    "LstDiemTruongInfo": ("site", "DT"),
    "LstLopHocInfo": ("class", "LH"),
    "LstHocSinh": ("student", "HS"),
    "LstCanBo": ("staff", "CB"),
    "ketquahoctapththcsthpttx": ("results", "KQ"),
}
# The district tier ended on 30/6/2025: the gateway no longer asks for it.
ENDED = {"MaQuanHuyen"}


@cache
def required_fields(part: str) -> list[str]:
    with (LISTS / f"{part}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row["field"] for row in rows if row["required"] == "x" and row["field"] not in ENDED]


@dataclass
class Held:
    """A record as the gateway holds it: its greatest version."""

    version: int
    event: str
    code: str
    message: dict[str, Any]


@dataclass
class Habits:
    """How it behaves from now on."""

    status: int = 0
    """Answer everything with this status."""
    times: int = 0
    """How often a bad habit lasts; 0 is for ever."""
    retry_after: int = 0
    drop: bool = False
    """Take the package, then cut the line before answering."""
    delay: float = 0.0
    refuse: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Part and ClientId ("student.12") -> field and code of refusal."""
    nonsense: bool = False
    silent: bool = False
    """Answer, but speak of no record."""


@dataclass
class Gateway:
    """What it knows and what it was asked."""

    port: int = 0
    account: str = "so-thu"
    password: str = "mat-khau-truyen"
    open: bool = True
    active: set[str] = field(default_factory=set)
    held: dict[str, Held] = field(default_factory=dict)
    packages: list[dict[str, Any]] = field(default_factory=list)
    receipts: dict[str, dict[str, Any]] = field(default_factory=dict)
    states: dict[int, int] = field(default_factory=dict)
    habits: Habits = field(default_factory=Habits)
    lock: threading.Lock = field(default_factory=threading.Lock)
    refused_logins: int = 0
    forgetful: bool = False
    """Keep versions and codes, not what was said: for whole provinces."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def settings(self, **more: Any) -> dict[str, dict[str, Any]]:
        """What KHUE_SECTOR says about it; the department of the cast is 20."""
        told = {"url": self.url, "account": self.account, "password": self.password, **more}
        return {"20": {"timeout": 5, "per_minute": 60_000, **told}}

    def of(self, part: str) -> dict[str, Held]:
        """The records of a part by the sender's own id."""
        return {
            key.rsplit(".", 1)[1]: one
            for key, one in self.held.items()
            if key.split(".")[1] == part
        }

    def counts(self) -> Counter[str]:
        return Counter(key.split(".")[1] for key in self.held)

    def take(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Judge a package."""
        with self.lock:
            if not self.forgetful:
                self.packages.append(body)
            if body["MaTruongHoc"] not in self.active:
                return 409, {"MaLoi": "TRUONG_NGUNG"}
            if not self.open:
                return 409, {"MaLoi": "NGOAI_DOT"}
            rows = [self._row(part, row) for part, row in _rows(body)]
            answer = {"MaBienNhan": f"BN-{len(self.receipts) + 1:06d}", "KetQua": rows}
            self.receipts[body["MaGoi"]] = {} if self.forgetful else answer
            return 200, answer

    def _row(self, name: str, row: dict[str, Any]) -> dict[str, Any]:
        part, prefix = PARTS[name]
        held = self.held.get(row["IdBanGhi"])
        told = {"IdBanGhi": row["IdBanGhi"], "PhienBan": row["PhienBan"]}
        if row["PhienBan"] == 0:
            return {**told, "TrangThai": "LOI", "Loi": [_fault("PhienBan", "PHIEN_BAN")]}
        if held is not None and row["PhienBan"] <= held.version:
            return {**told, "TrangThai": "BO_QUA", "Ma": held.code}
        faults = self._faults(part, row)
        if faults:
            return {**told, "TrangThai": "LOI", "Loi": faults}
        code = held.code if held else f"{prefix}{len(self.held) + 1:08d}"
        kept = {} if self.forgetful else row
        self.held[row["IdBanGhi"]] = Held(row["PhienBan"], row["SuKien"], code, kept)
        return {**told, "TrangThai": "NHAN", "Ma": code, "ClientId": row.get("ClientId")}

    def _faults(self, part: str, row: dict[str, Any]) -> list[dict[str, str]]:
        wanted = self.habits.refuse.get(row["IdBanGhi"].split(".", 1)[1])
        if wanted:
            return [_fault(*wanted)]
        if row["SuKien"] == "CANCEL":
            return []
        missing = [one for one in required_fields(part) if row.get(one) in (None, "")]
        return [_fault(one, "BAT_BUOC") for one in missing]


def _fault(name: str, code: str) -> dict[str, str]:
    return {"Truong": name, "MaLoi": code}


def _rows(body: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in PARTS:
        given = body.get(name, [])
        for row in given if isinstance(given, list) else [given]:
            yield name, row


class Handler(BaseHTTPRequestHandler):
    """One request to the gateway of the server."""

    gateway: Gateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        habits = self.gateway.habits
        bad = self._bad_habit()
        if not self._known():
            self.gateway.refused_logins += 1
            self._answer(401, {})
        elif bad and habits.status:
            self._answer(habits.status, {"loi": "ban"}, habits.retry_after)
        else:
            time.sleep(habits.delay)
            self._judged(json.loads(body), habits if bad else Habits())

    def _judged(self, body: dict[str, Any], habits: Habits) -> None:
        status, told = self.gateway.take(body)
        if habits.drop:
            self.close_connection = True
            self.connection.close()
            return
        if habits.silent:
            told = {**told, "KetQua": []}
        self._answer(status, {"x": 1} if habits.nonsense else told)

    def _bad_habit(self) -> bool:
        """Whether to behave badly now; a habit may last a few times only."""
        habits = self.gateway.habits
        if habits.times == 1:
            self.gateway.habits = Habits()
        elif habits.times:
            habits.times -= 1
        return bool(habits.status or habits.drop or habits.nonsense or habits.silent)

    def do_GET(self) -> None:
        if not self._known():
            self._answer(401, {})
            return
        asked = parse_qs(urlsplit(self.path).query)
        kind = int(asked["LoaiDuLieu"][0])
        self._answer(200, {"TrangThai": self.gateway.states.get(kind, 9)})

    def _known(self) -> bool:
        name = f"{self.gateway.account}:{self.gateway.password}"
        wanted = base64.b64encode(name.encode()).decode()
        return self.headers.get("Authorization") == f"Basic {wanted}"

    def _answer(self, status: int, told: Any, retry_after: int = 0) -> None:
        content = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if retry_after:
            self.send_header("Retry-After", str(retry_after))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        return


def _handler(gateway: Gateway) -> type[Handler]:
    return type("OwnHandler", (Handler,), {"gateway": gateway})


@contextmanager
def receiving_gateway(*schools: str) -> Iterator[Gateway]:
    """A gateway for one test, at which these schools are active."""
    gateway = Gateway(active=set(schools))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(gateway))
    server.daemon_threads = True
    gateway.port = server.server_port
    threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    ).start()
    try:
        yield gateway
    finally:
        server.shutdown()
        server.server_close()
