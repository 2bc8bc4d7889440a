"""A remote signing service for tests, over real HTTP, as the CSC API v2.0.0.2 describes it.

    def test_something(csc: CscStandIn, pki: Pki) -> None:
        where = csc.hold("hoa", *pki.person("hoa"), pin="1234")
        csc.cut("signatures/signHash"); csc.down(); csc.slow(3); csc.up()

A permission (SAD) is bound to its credential, its hashes where SCAL is 2, its number and its time.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm

from khue.signing.rules.algorithms import raw_ecdsa
from khue.signing.rules.shapes import SigningCertificate
from khue.signing.services.backends import csc_http

HASHES: dict[str, HashAlgorithm] = {
    "2.16.840.1.101.3.4.2.1": SHA256(),
    "2.16.840.1.101.3.4.2.2": SHA384(),
    "2.16.840.1.101.3.4.2.3": SHA512(),
}
RSA_ALGORITHMS = ["1.2.840.113549.1.1.1"] + [f"1.2.840.113549.1.1.{one}" for one in (11, 12, 13)]
EC_ALGORITHMS = [f"1.2.840.10045.4.3.{one}" for one in (2, 3, 4)]
MOST_WRONG = 3
OTP = "738496"


class Refusal(Exception):
    """An error of the API."""

    def __init__(self, description: str, error: str = "invalid_request", status: int = 400) -> None:
        super().__init__(description)
        self.answer = {"error": error, "error_description": description}
        self.status = status


@dataclass
class Held:
    """A credential at the service."""

    id: str
    signer: SigningCertificate
    key: Any
    user: str
    pin: str
    otp: bool = False
    on_phone: bool = False
    scal: str = "2"
    multisign: int = 500
    status: str = "enabled"
    mode: str = "explicit"
    raw_ecdsa: bool = False
    wrong: int = 0
    otp_sent: bool = False

    @property
    def objects(self) -> list[dict[str, str]]:
        found = [{"type": "Password", "id": "PIN", "format": "N", "label": "PIN"}]
        if self.otp:
            found.append({"type": "ChallengeResponse", "id": "OTP", "format": "N", "label": "OTP"})
        if self.on_phone:
            found.append({"type": "ChallengeResponseOOB", "id": "APP", "label": "App"})
        return found

    @property
    def algorithms(self) -> list[str]:
        return RSA_ALGORITHMS if isinstance(self.key, rsa.RSAPrivateKey) else EC_ALGORITHMS


@dataclass
class Sad:
    """Signature activation data."""

    credential: str
    left: int
    hashes: list[str]
    ends: float


@dataclass
class CscStandIn:
    """The service with the switches that put it out of order; `asked` is what came in."""

    url: str = ""
    lasts: float = 300
    token_lasts: int = 3600
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    held: dict[str, Held] = field(default_factory=dict)
    sads: dict[str, Sad] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    waiting: dict[str, tuple[int, Sad]] = field(default_factory=dict)
    modes: dict[str, str] = field(default_factory=dict)
    delay: float = 0
    wrong_values: bool = False
    stingy: bool = False
    """The list gives ids only."""

    def hold(
        self, name: str, signer: SigningCertificate, key: Any, *, pin: str = "1234", **more: Any
    ) -> dict[str, str]:
        """Keep a key for a user; returns the settings of its credential in the product."""
        made = Held(f"KHOA-{name}", signer, key, user=name, pin=pin, **more)
        self.held[made.id] = made
        where = {"service": "mau", "credential": made.id, "pin": "PIN"}
        return where | ({"code": "OTP", "sends": "1"} if made.otp else {})

    def down(self, *methods: str) -> None:
        """Connections are dropped before anything is read."""
        self.modes.update(dict.fromkeys(methods or ("*",), "down"))

    def failing(self, *methods: str) -> None:
        self.modes.update(dict.fromkeys(methods or ("*",), "failing"))

    def garbled(self, *methods: str) -> None:
        self.modes.update(dict.fromkeys(methods or ("*",), "garbled"))

    def cut(self, *methods: str) -> None:
        """The request is carried out, and the connection breaks in the middle of the answer."""
        self.modes.update(dict.fromkeys(methods, "cut"))

    def up(self) -> None:
        self.modes.clear()
        self.delay = 0

    def methods_asked(self) -> list[str]:
        return [method for method, _ in self.asked]

    # The methods of the API

    def answer(self, method: str, body: dict[str, Any], token: str) -> dict[str, Any]:
        if token not in self.tokens and method not in {"info", "auth/login"}:
            raise Refusal("The access token is not good", "invalid_token", 401)
        self.asked.append((method, body))
        name = "do_" + method.replace("/", "_")
        if not hasattr(self, name):
            raise Refusal("Unknown method", status=404)
        answered: dict[str, Any] = getattr(self, name)(body)
        return answered

    def grant(self, form: dict[str, list[str]]) -> dict[str, Any]:
        """oauth2/token, client credentials."""
        given = (form.get("client_id"), form.get("client_secret"), form.get("grant_type"))
        if given != (["khue"], ["bí mật của máy chủ"], ["client_credentials"]):
            raise Refusal("Unknown client", "invalid_client", 401)
        return self.new_token() | {"token_type": "Bearer"}

    def new_token(self) -> dict[str, Any]:
        token = secrets.token_urlsafe(24)
        self.tokens.add(token)
        return {"access_token": token, "expires_in": self.token_lasts}

    def do_info(self, _body: dict[str, Any]) -> dict[str, Any]:
        return {"specs": "2.0.0.2", "name": "Dịch vụ mẫu", "region": "VN", "lang": "vi"}

    def do_credentials_list(self, body: dict[str, Any]) -> dict[str, Any]:
        found = [one for one in self.held.values() if one.user == body.get("userID")]
        answer: dict[str, Any] = {"credentialIDs": [one.id for one in found]}
        if body.get("credentialInfo") and not self.stingy:
            answer["credentialInfos"] = [self._info(one, body) for one in found]
        return answer

    def do_credentials_info(self, body: dict[str, Any]) -> dict[str, Any]:
        info = self._info(self._credential(body), body)
        info.pop("credentialID")
        return info

    def _info(self, one: Held, body: dict[str, Any]) -> dict[str, Any]:
        chain = [one.signer.certificate, *one.signer.chain]
        wanted = {"none": 0, "single": 1, "chain": len(chain)}[body.get("certificates", "single")]
        shown = [base64.b64encode(der).decode() for der in chain[:wanted]]
        key = {"status": one.status, "algo": one.algorithms, "len": one.key.key_size}
        if isinstance(one.key, ec.EllipticCurvePrivateKey):
            key["curve"] = "1.2.840.10045.3.1.7"
        return {
            "credentialID": one.id,
            "key": key,
            "cert": {"status": "valid", **({"certificates": shown} if shown else {})},
            "auth": {"mode": one.mode, "expression": "PIN", "objects": one.objects},
            "SCAL": one.scal,
            "multisign": one.multisign,
        }

    def _credential(self, body: dict[str, Any]) -> Held:
        found = self.held.get(str(body.get("credentialID")))
        if found is None:
            raise Refusal("Invalid parameter credentialID")
        return found

    def do_credentials_getChallenge(self, body: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        one = self._credential(body)
        if body.get("authObjectID") != "OTP" or not one.otp:
            raise Refusal("Invalid parameter authObjectID")
        one.otp_sent = True
        return {}

    def do_credentials_authorize(self, body: dict[str, Any]) -> dict[str, Any]:
        one = self._credential(body)
        number = body.get("numSignatures")
        self._require_allowed(one, number)
        hashes = body.get("hashes") or []
        if one.scal == "2" and (not hashes or "hashAlgorithmOID" not in body):
            raise Refusal("Missing (or invalid type) array parameter hashes")
        self._require_factors(one, body.get("authData") or [])
        assert isinstance(number, int)
        sad = Sad(one.id, number, hashes, time.monotonic() + self.lasts)
        if one.on_phone:
            handle = secrets.token_urlsafe(12)
            self.waiting[handle] = (2, sad)
            return {"handle": handle, "_status": 202}
        return self._activated(sad)

    def _require_allowed(self, one: Held, number: object) -> None:
        if one.status != "enabled":
            raise Refusal("The credential identified by credentialID is disabled")
        if one.wrong >= MOST_WRONG:
            raise Refusal("Credential locked")
        if not isinstance(number, int) or number < 1:
            raise Refusal("Invalid value for parameter numSignatures")
        if number > one.multisign:
            raise Refusal("Numbers of signatures is too high")

    def _require_factors(self, one: Held, given: list[dict[str, str]]) -> None:
        told = {entry["id"]: entry.get("value") for entry in given}
        right = told.get("PIN") == one.pin and ("APP" in told) == one.on_phone
        if one.otp:
            right = right and one.otp_sent and told.get("OTP") == OTP
        if not right:
            one.wrong += 1
            raise Refusal("The authentication data is invalid", "invalid_authentication_data")
        one.wrong, one.otp_sent = 0, False

    def _activated(self, sad: Sad) -> dict[str, Any]:
        name = secrets.token_urlsafe(24)
        self.sads[name] = sad
        return {"SAD": name, "expiresIn": int(self.lasts)}

    def do_credentials_authorizeCheck(self, body: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        handle = str(body.get("handle"))
        if handle not in self.waiting:
            raise Refusal("Invalid parameter handle")
        left, sad = self.waiting.pop(handle)
        if left:
            self.waiting[handle] = (left - 1, sad)
            return {"handle": handle, "_status": 202}
        return self._activated(sad)

    def do_credentials_extendTransaction(self, body: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        one, sad = self._credential(body), self._sad(body)
        del self.sads[str(body["SAD"])]
        hashes = body.get("hashes") or []
        if one.scal == "2" and not hashes:
            raise Refusal("Missing (or invalid type) array parameter hashes")
        return self._activated(Sad(one.id, sad.left, hashes, time.monotonic() + self.lasts))

    def _sad(self, body: dict[str, Any]) -> Sad:
        sad = self.sads.get(str(body.get("SAD")))
        if sad is None or sad.credential != body.get("credentialID"):
            raise Refusal("Invalid parameter SAD")
        if time.monotonic() > sad.ends:
            raise Refusal("SAD expired")
        return sad

    def do_signatures_signHash(self, body: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        one, sad = self._credential(body), self._sad(body)
        hashes = body.get("hashes")
        if not isinstance(hashes, list) or not hashes:
            raise Refusal("Empty hash array")
        if one.scal == "2" and not set(hashes) <= set(sad.hashes):
            raise Refusal("Hash is not authorized by the SAD")
        if len(hashes) > sad.left:
            raise Refusal("Hash is not authorized by the SAD")
        algorithm = self._algorithm(one, body)
        digests = [base64.b64decode(entry, validate=True) for entry in hashes]
        if any(len(entry) != algorithm.digest_size for entry in digests):
            raise Refusal("Invalid digest value length")
        sad.left -= len(hashes)
        if not sad.left:
            del self.sads[str(body["SAD"])]
        values = [self._sign(one, entry, algorithm) for entry in digests]
        return {"signatures": [base64.b64encode(entry).decode() for entry in values]}

    def _algorithm(self, one: Held, body: dict[str, Any]) -> HashAlgorithm:
        if body.get("signAlgo") not in one.algorithms:
            raise Refusal("Invalid parameter signAlgo")
        found = HASHES.get(str(body.get("hashAlgorithmOID")))
        if found is None:
            raise Refusal("Invalid parameter hashAlgorithmOID")
        return found

    def _sign(self, one: Held, digest: bytes, algorithm: HashAlgorithm) -> bytes:
        if self.wrong_values:
            return b"\1" * 256
        told = Prehashed(algorithm)
        if isinstance(one.key, rsa.RSAPrivateKey):
            return one.key.sign(digest, padding.PKCS1v15(), told)
        value: bytes = one.key.sign(digest, ec.ECDSA(told))
        return raw_ecdsa(value, (one.key.key_size + 7) // 8) if one.raw_ecdsa else value


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    service: CscStandIn

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that left in the middle is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        service = self.server.service
        method = self.path.removeprefix("/csc/v2/")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        mode = service.modes.get(method, service.modes.get("*", ""))
        time.sleep(service.delay)
        if mode == "down":
            self.close_connection = True
            self.connection.close()
        elif mode in {"failing", "garbled"}:
            status = 503 if mode == "failing" else 200
            self._send(status, b"<html>Bao tri</html>")
        else:
            self._serve(method, body, cut=mode == "cut")

    def _serve(self, method: str, body: bytes, *, cut: bool) -> None:
        try:
            answer = self._answer(method, body)
        except Refusal as refusal:
            self._send(refusal.status, json.dumps(refusal.answer).encode())
            return
        status = answer.pop("_status", 200 if answer else 204)
        self._send(status, json.dumps(answer).encode() if answer else b"", cut=cut)

    def _answer(self, method: str, body: bytes) -> dict[str, Any]:
        service = self.server.service
        if method == "oauth2/token":
            return service.grant(parse_qs(body.decode()))
        if method == "auth/login":
            expected = base64.b64encode("khue:mật khẩu".encode()).decode()
            if self.headers.get("Authorization") != f"Basic {expected}":
                raise Refusal("An error occurred", "authentication_error")
            return service.new_token()
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        return service.answer(method, json.loads(body), token)

    def _send(self, status: int, content: bytes, *, cut: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if cut else content)
        if cut:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Quiet."""


def serve() -> tuple[_Server, CscStandIn]:
    server = _Server(("127.0.0.1", 0), _Handler)
    server.service = CscStandIn(f"http://127.0.0.1:{server.server_port}/csc/v2")
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server, server.service


@pytest.fixture
def csc(settings: Any) -> Iterator[CscStandIn]:
    """The service, connected to the product under the name "mau"."""
    server, service = serve()
    settings.CSC_SERVICES = {
        "mau": {
            "title": "Dịch vụ mẫu",
            "url": service.url,
            "auth": "client_credentials",
            "client_id": "khue",
            "client_secret": "bí mật của máy chủ",
            "timeout": 1.5,
            "confirm_seconds": 2,
            "poll_seconds": 0.02,
        }
    }
    csc_http._tokens.clear()
    yield service
    server.shutdown()
    server.server_close()
