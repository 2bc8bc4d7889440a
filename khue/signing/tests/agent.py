"""A signing agent for tests: docs/reference/local-signing-agent.md, version 1, over loopback HTTP.

    def test_something(agent: SigningAgent, pki: Pki) -> None:
        agent.plug_in(*pki.person("hoa"))          # a software key; its PIN is agent.right_pin
        agent.url                                  # put it into settings.SIGNING_AGENTS
        agent.person.types = ["000000", "271828"]  # what the person types into the PIN window
        agent.person.accepts_pairing = False
        agent.pull_out_after = 120                 # the token goes after so many signatures

What the agent shows to the person stands in `agent.shown`. The person is quick and never at lunch.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from binascii import Error as NotBase64
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm

from khue.signing.rules.shapes import SigningCertificate

HASHES: dict[str, HashAlgorithm] = {"sha256": SHA256(), "sha384": SHA384(), "sha512": SHA512()}
ROOT = "/khue-agent/1"
RIGHT_PIN = "271828"
MOST_WRONG = 3
MOST_HASHES = 100
MOST_BYTES = 1024 * 1024
IDLE_SECONDS, LONGEST_SECONDS = 60, 15 * 60


class Refusal(Exception):
    """An error of the protocol."""

    def __init__(self, status: int, error: str, sentence: str = "", **more: Any) -> None:
        super().__init__(error)
        self.status = status
        self.answer = {"error": error, "sentence": sentence or error, **more}


@dataclass
class Person:
    """Who sits before the agent, and what she does when she is asked."""

    accepts_pairing: bool | None = True
    """None: she does nothing."""
    types: list[str | None] = field(default_factory=list)
    """PINs in the order she types them (None: closes the window); then the right one."""


@dataclass
class Act:
    certificate: str
    left: int
    began: float
    used: float


@dataclass
class SigningAgent:
    """The agent, with its switches; `busy` refuses new acts."""

    url: str = ""
    person: Person = field(default_factory=Person)
    right_pin: str = RIGHT_PIN
    busy: bool = False
    delay: float = 0
    pull_out_after: int | None = None
    wrong_values: bool = False
    shown: list[str] = field(default_factory=list)
    signed: int = 0
    wrong: int = 0
    origins: dict[str, str] = field(default_factory=dict)
    """SHA-256 of the token by paired origin."""
    pairings: dict[str, dict[str, str]] = field(default_factory=dict)
    acts: dict[str, Act] = field(default_factory=dict)
    _plugged: dict[str, tuple[SigningCertificate, Any]] = field(default_factory=dict)

    def plug_in(self, signer: SigningCertificate, key: Any) -> str:
        """Put a key on the token; returns the id of its certificate."""
        name = hashlib.sha256(signer.certificate).hexdigest()
        self._plugged[name] = (signer, key)
        self.pull_out_after = None
        return name

    def pull_out(self) -> None:
        self._plugged.clear()
        self.acts.clear()

    # The messages

    def answer(
        self, method: str, path: str, origin: str, token: str, body: Any
    ) -> tuple[int, dict[str, Any]]:
        parts = path.removeprefix(ROOT).strip("/").split("/")
        if (method, parts) == ("GET", [""]):
            return 200, self._greeting(origin, token)
        if parts[0] == "pairings":
            return self._pairing(method, parts, origin)
        self._require_paired(origin, token)
        call = self._calls().get((method, parts[0], len(parts)))
        if call is None:
            raise Refusal(404, "FAILED")
        return call(parts, origin, body)

    def _calls(self) -> dict[tuple[str, str, int], Callable[..., tuple[int, dict[str, Any]]]]:
        return {
            ("GET", "certificates", 1): self._certificates,
            ("POST", "acts", 1): self._open_act,
            ("POST", "acts", 3): self._sign,
            ("DELETE", "acts", 2): self._close_act,
        }

    def _greeting(self, origin: str, token: str) -> dict[str, Any]:
        paired = self.origins.get(origin) == _sha256(token)
        return {"protocol": 1, "agent": "Phần mềm ký thử", "version": "1.0", "paired": paired}

    def _require_paired(self, origin: str, token: str) -> None:
        if origin not in self.origins:
            raise Refusal(403, "ORIGIN_REFUSED", "Trang này chưa được ghép với phần mềm ký.")
        if self.origins[origin] != _sha256(token):
            raise Refusal(401, "NOT_PAIRED", "Hãy ghép lại trang này với phần mềm ký.")

    def _pairing(self, method: str, parts: list[str], origin: str) -> tuple[int, dict[str, Any]]:
        if method == "POST" and len(parts) == 1:
            return self._begin_pairing(origin)
        found = self.pairings.get(parts[-1])
        if found is None or found["origin"] != origin:
            raise Refusal(404, "FAILED")
        return 200, self._state_of(parts[-1], found)

    def _begin_pairing(self, origin: str) -> tuple[int, dict[str, Any]]:
        if any(one["state"] == "waiting" for one in self.pairings.values()):
            raise Refusal(429, "BUSY", "Một lần ghép khác đang chờ.")
        code = f"{secrets.randbelow(1000):03} {secrets.randbelow(1000):03}"
        name = secrets.token_hex(12)
        self.pairings[name] = {"origin": origin, "state": "waiting", "code": code}
        self.shown.append(f"Ghép với {origin}? {code}")
        return 202, {"pairing": name, "code": code}

    def _state_of(self, name: str, pairing: dict[str, str]) -> dict[str, Any]:
        if pairing["state"] != "waiting" or self.person.accepts_pairing is None:
            return {"state": pairing["state"]}
        if not self.person.accepts_pairing:
            pairing["state"] = "refused"
            return {"state": "refused"}
        del self.pairings[name]
        token = secrets.token_urlsafe(24)
        self.origins[pairing["origin"]] = _sha256(token)
        return {"state": "accepted", "token": token}

    def _certificates(
        self, _parts: list[str], _origin: str, _body: Any
    ) -> tuple[int, dict[str, Any]]:
        told = [
            {
                "id": name,
                "certificate": _base64(signer.certificate),
                "chain": [_base64(one) for one in signer.chain],
                "token": "Token thử",
            }
            for name, (signer, _) in self._plugged.items()
        ]
        return 200, {"certificates": told}

    def _open_act(self, _parts: list[str], origin: str, body: Any) -> tuple[int, dict[str, Any]]:
        name, count, title = body.get("certificate"), body.get("count"), body.get("title")
        if not isinstance(count, int) or count < 1 or not isinstance(title, str):
            raise Refusal(400, "BAD_REQUEST")
        if name not in self._plugged:
            raise Refusal(404, "NO_CERTIFICATE", "Không thấy thiết bị có chứng thư này.")
        if self.busy:
            raise Refusal(429, "BUSY", "Phần mềm ký đang bận.")
        self.shown.append(f"{origin}: {title} ({count})")
        self._require_pin()
        now = time.monotonic()
        act = secrets.token_hex(12)
        self.acts = {act: Act(name, count, now, now)}
        return 201, {"act": act, "count": count, "expires": "2026-11-20T02:15:00Z"}

    def _require_pin(self) -> None:
        """The window: asked once; the page may ask for another."""
        if self.wrong >= MOST_WRONG:
            raise Refusal(423, "PIN_LOCKED", "Thiết bị đã khóa vì nhập sai mã PIN quá nhiều lần.")
        typed = self.person.types.pop(0) if self.person.types else self.right_pin
        if typed is None:
            raise Refusal(409, "CANCELLED", "Thầy cô đã đóng cửa sổ nhập mã PIN.")
        if typed != self.right_pin:
            self.wrong += 1
            left = MOST_WRONG - self.wrong
            raise Refusal(422, "WRONG_PIN", "Mã PIN chưa đúng.", tries_left=left)
        self.wrong = 0

    def _sign(self, parts: list[str], _origin: str, body: Any) -> tuple[int, dict[str, Any]]:
        act = self._act(parts[1])
        algorithm = HASHES.get(str(body.get("digest")))
        hashes = _hashes(body.get("hashes"), algorithm)
        if len(hashes) > min(MOST_HASHES, act.left):
            raise Refusal(413, "TOO_MANY", "Quá số văn bản đã cho phép ký.")
        assert algorithm is not None
        made: list[str] = []
        for one in hashes:
            if self.pull_out_after is not None and self.signed >= self.pull_out_after:
                self.pull_out()
            if act.certificate not in self._plugged:
                raise Refusal(410, "TOKEN_GONE", "Không còn thấy thiết bị ký.", signatures=made)
            made.append(_base64(self._value(act, one, algorithm)))
            self.signed, act.left = self.signed + 1, act.left - 1
        return 200, {"signatures": made, "left": act.left}

    def _act(self, name: str) -> Act:
        act, now = self.acts.get(name), time.monotonic()
        if act is None or now - act.used > IDLE_SECONDS or now - act.began > LONGEST_SECONDS:
            self.acts.pop(name, None)
            raise Refusal(404, "NO_ACT", "Lượt ký đã hết hạn. Hãy ký lại.")
        act.used = now
        return act

    def _value(self, act: Act, hashed: bytes, algorithm: HashAlgorithm) -> bytes:
        if self.wrong_values:
            return b"\1" * 256
        key, told = self._plugged[act.certificate][1], Prehashed(algorithm)
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(hashed, padding.PKCS1v15(), told)
        value: bytes = key.sign(hashed, ec.ECDSA(told))
        return value

    def _close_act(self, parts: list[str], _origin: str, _body: Any) -> tuple[int, dict[str, Any]]:
        self.acts.pop(parts[1], None)
        return 204, {}


def _hashes(given: object, algorithm: HashAlgorithm | None) -> list[bytes]:
    if algorithm is None or not isinstance(given, list) or not given:
        raise Refusal(400, "BAD_REQUEST")
    try:
        read = [base64.b64decode(one, validate=True) for one in given]
    except (NotBase64, TypeError, ValueError):
        raise Refusal(400, "BAD_REQUEST") from None
    if any(len(one) != algorithm.digest_size for one in read):
        raise Refusal(400, "BAD_REQUEST")
    return read


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    agent: SigningAgent

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A page that was closed is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_OPTIONS(self) -> None:
        self._handle("OPTIONS")

    def do_GET(self) -> None:
        self._handle("GET")

    def do_POST(self) -> None:
        self._handle("POST")

    def do_DELETE(self) -> None:
        self._handle("DELETE")

    def _handle(self, method: str) -> None:
        time.sleep(self.server.agent.delay)
        try:
            self._require_place()
            if method == "OPTIONS":
                self._send(204, {})
                return
            body = self._body() if method == "POST" else {}
            token = self.headers.get("Authorization", "").removeprefix("Khue-Agent ")
            origin = self.headers["Origin"]
            status, answer = self.server.agent.answer(method, self.path, origin, token, body)
            self._send(status, answer)
        except Refusal as refusal:
            self._send(refusal.status, refusal.answer)

    def _require_place(self) -> None:
        """The Host is the agent's own, and the Origin is one that may be paired at all."""
        if self.headers.get("Host") != self.server.agent.url.removeprefix("http://"):
            raise Refusal(421, "WRONG_HOST")
        origin = self.headers.get("Origin", "")
        near = origin.startswith(("http://127.0.0.1:", "http://localhost:"))
        if not near and not origin.startswith("https://"):
            raise Refusal(403, "ORIGIN_REFUSED", "Trang này không được dùng phần mềm ký.")

    def _body(self) -> Any:
        length = int(self.headers.get("Content-Length", 0))
        if length > MOST_BYTES:
            raise Refusal(413, "TOO_MANY")
        if self.headers.get("Content-Type", "").partition(";")[0] != "application/json":
            raise Refusal(400, "BAD_REQUEST")
        try:
            read = json.loads(self.rfile.read(length) or b"{}")
        except ValueError:
            raise Refusal(400, "BAD_REQUEST") from None
        if not isinstance(read, dict):
            raise Refusal(400, "BAD_REQUEST")
        return read

    def _send(self, status: int, answer: dict[str, Any]) -> None:
        content = json.dumps(answer).encode() if answer else b""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Access-Control-Allow-Origin", self.headers.get("Origin", "null"))
        self.send_header("Vary", "Origin")
        self.send_header("Cache-Control", "no-store")
        if self.command == "OPTIONS":
            self._send_preflight()
        self.end_headers()
        self.wfile.write(content)

    def _send_preflight(self) -> None:
        self.send_header("Access-Control-Allow-Methods", "GET, POST, DELETE")
        self.send_header("Access-Control-Allow-Headers", "authorization, content-type")
        self.send_header("Access-Control-Max-Age", "600")
        if self.headers.get("Access-Control-Request-Private-Network") == "true":
            self.send_header("Access-Control-Allow-Private-Network", "true")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Quiet."""


def serve(port: int = 0) -> tuple[_Server, SigningAgent]:
    """Serve on the loopback; port 0 takes any free one."""
    server = _Server(("127.0.0.1", port), _Handler)
    server.agent = SigningAgent(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server, server.agent


@pytest.fixture
def agent(settings: Any) -> Iterator[SigningAgent]:
    """An agent that the pages of the product are allowed to speak to."""
    server, made = serve()
    settings.SIGNING_AGENTS = [made.url]
    yield made
    server.shutdown()
    server.server_close()
