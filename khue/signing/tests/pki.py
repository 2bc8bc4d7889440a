"""A public key infrastructure for tests: authorities, people, a seal, and their services.

Certificates are made by certomancer; the time stamping service, the OCSP responder and the CRLs
answer over real HTTP on the loopback. Any test may ask for the fixtures `pki` (the certificates,
one for the whole run) and `authority` (the services, whose switches are set back after each test).

    signer, key = pki.person("hoa")           # RSA-2048, Giáo viên, Trường THCS Sao Khuê
    signer, key = pki.person("binh")          # ECDSA P-256
    seal, key = pki.seal("sao_khue")          # the school's own certificate
    signer, key = pki.signer("revoked")       # see FAULTY for what can be wrong
    pki.trust, pki.evidence("hoa"), pki.stamp(b"bytes")
    authority.tsa_url; authority.down("tsa"); authority.slow("ocsp", 3); authority.clock = NOW

`trusting` is `pki` with its roots in the trusted list of the database.
"""

from __future__ import annotations

import hashlib
import secrets
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import tsp
from asn1crypto.ocsp import OCSPRequest, OCSPResponse
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig, ServiceLabel
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.utils import timezone

from khue.signing.rules.shapes import Evidence, SigningCertificate, Trust

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

ARCH = "thu"
SCHOOL = "Trường THCS Sao Khuê"
OTHER_SCHOOL = "Trường THCS Đồi Sim"
LONG_AGO, LONG_AFTER = "2020-01-01T00:00:00+0000", "2049-01-01T00:00:00+0000"
STARTED, ENDS = "2025-01-01T00:00:00+0000", "2046-01-01T00:00:00+0000"
# A TimeStampResp that has no token: status 2, rejection.
REJECTION = bytes.fromhex("30053003020102")

PEOPLE = {
    "hoa": ("Nông Thị Hoa", "Giáo viên", SCHOOL),
    "binh": ("Lý Văn Bình", "Giáo viên", SCHOOL),
    "mai": ("Lương Thị Mai", "Hiệu trưởng", SCHOOL),
    "thu": ("Vi Thị Thu", "Văn thư", SCHOOL),
    "nam": ("Hoàng Văn Nam", "Giáo viên", OTHER_SCHOOL),
    "dung": ("Phan Tiến Dũng", "Chuyên viên", "Sở GD&ĐT tỉnh Thử"),
}
SEALS = {
    "sao_khue": SCHOOL,
    "doi_sim": OTHER_SCHOOL,
    "department": "Sở GD&ĐT tỉnh Thử",
}
ELLIPTIC = {"binh", "doi_sim", "ocsp-people", "ocsp-organisations", "stranger-root"}
RSA_KEYS = [
    *("root", "people", "organisations", "time-root", "tsa", "spare"),
    *(key for key in [*PEOPLE, *SEALS] if key not in ELLIPTIC),
]

REVOKED_AT = datetime(2026, 6, 1, tzinfo=UTC)
ENDED_AT = datetime(2026, 6, 1, tzinfo=UTC)
FAULTY: dict[str, dict[str, Any]] = {
    # Cô Hoa's certificate as it should not be; the key is "spare" unless another is named.
    "weak": {"subject_key": "weak"},
    "sha1": {"digest_algo": "sha1"},
    "expired": {"validity": {"valid_from": "2022-01-01T00:00:00+0000", "valid_to": STARTED}},
    "ended": {"validity": {"valid_from": STARTED, "valid_to": ENDED_AT.isoformat()}},
    "future": {"validity": {"valid_from": "2045-01-01T00:00:00+0000", "valid_to": ENDS}},
    "revoked": {
        "revocation": {"revoked_since": REVOKED_AT.isoformat(), "reason": "key_compromise"}
    },
    "suspended": {
        "revocation": {"revoked_since": REVOKED_AT.isoformat(), "reason": "certificate_hold"}
    },
    "usage": {"usage": ["key_encipherment"]},
    "unnamed": {"subject": "unnamed"},
    "crl-only": {"without_ocsp": True},
    "silent": {"without_ocsp": True, "without_crl": True},
    "stranger": {"issuer": "stranger-root", "silent": True},
}


@dataclass
class Pki:
    """The certificates, and what the authorities would answer, without HTTP."""

    url: str
    arch: Any
    kept: dict[str, bytes] = field(default_factory=dict, repr=False)

    def certificate(self, label: str) -> bytes:
        if label not in self.kept:
            self.kept[label] = bytes(self.arch.get_cert(CertLabel(label)).dump())
        return self.kept[label]

    def chain(self, label: str) -> tuple[bytes, ...]:
        """What stands above a certificate, nearest first, the root last."""
        above: list[bytes] = []
        while (issuer := _issuer_of(label)) != label:
            above.append(self.certificate(issuer))
            label = issuer
        return tuple(above)

    def key(self, label: str) -> PrivateKey:
        spec = self.arch.get_cert_spec(CertLabel(label))
        info = self.arch.key_set.get_private_key(spec.subject_key)
        loaded = serialization.load_der_private_key(info.dump(), password=None)
        assert isinstance(loaded, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
        return loaded

    def signer(self, label: str) -> tuple[SigningCertificate, PrivateKey]:
        return SigningCertificate(self.certificate(label), self.chain(label)), self.key(label)

    def person(self, label: str) -> tuple[SigningCertificate, PrivateKey]:
        assert label in PEOPLE
        return self.signer(label)

    def seal(self, label: str = "sao_khue") -> tuple[SigningCertificate, PrivateKey]:
        assert label in SEALS
        return self.signer(label)

    @property
    def trust(self) -> Trust:
        return Trust(
            roots=(self.certificate("root"),),
            others=(self.certificate("people"), self.certificate("organisations")),
            time_roots=(self.certificate("time-root"),),
        )

    def ocsp(self, label: str, *, at: datetime | None = None) -> bytes:
        """The OCSP response about a person or a seal, DER, made at a moment."""
        service = f"ocsp-{_issuer_of(label)}"
        return bytes(self.answer_ocsp(service, _question(self, label), _moment(at)).dump())

    def crl(self, issuer: str, *, at: datetime | None = None) -> bytes:
        """The CRL of "root", "people", "organisations" or "time-root" at a moment, DER."""
        registry = self.arch.service_registry
        return bytes(registry.get_crl(ServiceLabel(f"crl-{issuer}"), _moment(at)).dump())

    def stamp(self, data: bytes, *, at: datetime | None = None, by: str = "tsa") -> bytes:
        """A timestamp token over data, DER; `by`: "tsa" or "stranger-tsa"."""
        asked = tsp.TimeStampReq(
            {
                "version": 1,
                "message_imprint": {
                    "hash_algorithm": {"algorithm": "sha256"},
                    "hashed_message": hashlib.sha256(data).digest(),
                },
                "nonce": secrets.randbits(60),
                "cert_req": True,
            }
        )
        return bytes(self.answer_time(by, asked, _moment(at))["time_stamp_token"].dump())

    def evidence(self, label: str, *, at: datetime | None = None) -> Evidence:
        """All that proves a certificate good at a moment: chain, OCSP, CRLs of those above."""
        return Evidence(
            certificates=self.chain(label),
            ocsp=(self.ocsp(label, at=at),),
            crls=(self.crl("root", at=at),),
        )

    def answer_ocsp(self, service: str, asked: OCSPRequest, at: datetime) -> Any:
        registry = self.arch.service_registry
        return registry.summon_responder(ServiceLabel(service), at).build_ocsp_response(asked)

    def answer_time(self, service: str, asked: tsp.TimeStampReq, at: datetime) -> Any:
        registry = self.arch.service_registry
        return registry.summon_timestamper(ServiceLabel(service), at).request_tsa_response(asked)


@dataclass
class Authority:
    """The services over HTTP, and the switches that put them out of order.

    Services: "tsa", "ocsp", "crls". `clock`: the moment that they believe it is; None = now.
    """

    pki: Pki
    url: str
    clock: datetime | None = None
    modes: dict[str, str] = field(default_factory=dict)
    delays: dict[str, float] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    nonce_shift: int = 0

    @property
    def tsa_url(self) -> str:
        return f"{self.url}/{ARCH}/tsa/tsa"

    @property
    def stranger_tsa_url(self) -> str:
        return f"{self.url}/{ARCH}/tsa/stranger-tsa"

    def down(self, *services: str) -> None:
        """Connections are dropped without a word."""
        self.modes.update(dict.fromkeys(services, "down"))

    def failing(self, *services: str) -> None:
        """Everything is answered with HTTP 503."""
        self.modes.update(dict.fromkeys(services, "failing"))

    def garbled(self, *services: str) -> None:
        """Everything is answered with bytes that mean nothing."""
        self.modes.update(dict.fromkeys(services, "garbled"))

    def endless(self, *services: str) -> None:
        """Every answer is far too long."""
        self.modes.update(dict.fromkeys(services, "endless"))

    def refusing(self, *services: str) -> None:
        """The service answers in its own format that it will not."""
        self.modes.update(dict.fromkeys(services, "refusing"))

    def up(self, *services: str) -> None:
        for service in services or list(self.modes):
            self.modes.pop(service, None)

    def slow(self, service: str, seconds: float) -> None:
        self.delays[service] = seconds

    def reset(self) -> None:
        self.clock, self.nonce_shift = None, 0
        self.modes.clear()
        self.delays.clear()
        self.asked.clear()

    def answer(self, path: str, body: bytes) -> bytes:
        """What the service at a path says to a body; "" when there is none."""
        _, _, service, label, *_ = path.split("/")
        at = _moment(self.clock)
        refuses = self.modes.get(service) == "refusing"
        if service == "ocsp":
            return self._ocsp(label, body, at, refuses=refuses)
        if service == "tsa":
            return self._time(label, body, at, refuses=refuses)
        return self.pki.crl(label.removeprefix("crl-"), at=at)

    def _ocsp(self, label: str, body: bytes, at: datetime, *, refuses: bool) -> bytes:
        if refuses:
            return bytes(OCSPResponse({"response_status": "try_later"}).dump())
        return bytes(self.pki.answer_ocsp(label, OCSPRequest.load(body), at).dump())

    def _time(self, label: str, body: bytes, at: datetime, *, refuses: bool) -> bytes:
        if refuses:
            return REJECTION
        asked = tsp.TimeStampReq.load(body)
        if self.nonce_shift:
            asked["nonce"] = asked["nonce"].native + self.nonce_shift
        return bytes(self.pki.answer_time(label, asked, at).dump())


def _moment(at: datetime | None) -> datetime:
    return (at or timezone.now()).replace(microsecond=0)


def _issuer_of(label: str) -> str:
    if label in {"root", "time-root", "stranger-root"}:
        return label
    if label in {"people", "organisations", "ocsp-root"}:
        return "root"
    if label in {*SEALS, "ocsp-organisations"}:
        return "organisations"
    if label in {"stranger", "stranger-tsa"}:
        return "stranger-root"
    return "time-root" if label == "tsa" else "people"


def _question(pki: Pki, label: str) -> OCSPRequest:
    certificate = pki.arch.get_cert(CertLabel(label))
    issuer = pki.arch.get_cert(CertLabel(_issuer_of(label)))
    one = {
        "hash_algorithm": {"algorithm": "sha1"},
        "issuer_name_hash": issuer.subject.sha1,
        "issuer_key_hash": issuer.public_key.sha1,
        "serial_number": certificate.serial_number,
    }
    return OCSPRequest({"tbs_request": {"request_list": [{"req_cert": one}]}})


def _extension(name: str, value: Any, *, critical: bool = True) -> dict[str, Any]:
    return {"id": name, "critical": critical, "value": value}


def _usage(*names: str) -> dict[str, Any]:
    smart = {"schema": "key-usage", "params": list(names)}
    return {"id": "key_usage", "critical": True, "smart_value": smart}


def _services(issuer: str, *, ask: bool = True, listed: bool = True) -> list[dict[str, Any]]:
    """The extensions that say where to ask whether a certificate is revoked."""
    extensions: list[dict[str, Any]] = []
    if listed:
        smart: dict[str, Any] = {"schema": "crl-dist-url"}
        smart["params"] = {"crl-repo-names": [f"crl-{issuer}"]}
        extensions.append({"id": "crl_distribution_points", "smart_value": smart})
    if ask:
        smart = {"schema": "aia-urls", "params": {"ocsp-responder-names": [f"ocsp-{issuer}"]}}
        extensions.append({"id": "authority_information_access", "smart_value": smart})
    return extensions


def _validity(start: str = STARTED, end: str = ENDS) -> dict[str, str]:
    return {"valid_from": start, "valid_to": end}


def _authority(label: str) -> dict[str, Any]:
    issuer = _issuer_of(label)
    above = issuer == label
    return {
        "issuer": issuer,
        "validity": _validity(LONG_AGO, LONG_AFTER),
        "extensions": [
            _extension("basic_constraints", {"ca": True}),
            _usage("key_cert_sign", "crl_sign"),
            *([] if above else _services(issuer, ask=False)),
        ],
    }


def _leaf(label: str, issuer: str, **more: Any) -> dict[str, Any]:
    usage = more.pop("usage", ["digital_signature", "non_repudiation"])
    silent = more.pop("silent", False)
    ask = not (more.pop("without_ocsp", False) or silent)
    listed = not (more.pop("without_crl", False) or silent)
    return {
        "subject": label,
        "issuer": issuer,
        "validity": _validity(),
        "extensions": [_usage(*usage), *_services(issuer, ask=ask, listed=listed)],
        **more,
    }


def _service_leaf(label: str, purpose: str, *more: dict[str, Any]) -> dict[str, Any]:
    return {
        "issuer": _issuer_of(label),
        "validity": _validity(LONG_AGO, LONG_AFTER),
        "extensions": [
            _usage("digital_signature"),
            _extension("extended_key_usage", [purpose], critical=purpose == "time_stamping"),
            *more,
        ],
    }


def _certificates() -> dict[str, Any]:
    no_check = _extension("ocsp_no_check", None, critical=False)
    made: dict[str, Any] = {
        label: _authority(label)
        for label in ("root", "people", "organisations", "time-root", "stranger-root")
    }
    made["ocsp-people"] = _service_leaf("ocsp-people", "ocsp_signing", no_check)
    made["ocsp-organisations"] = _service_leaf("ocsp-organisations", "ocsp_signing", no_check)
    where = _services("time-root", ask=False)
    made["tsa"] = _service_leaf("tsa", "time_stamping", *where)
    made["stranger-tsa"] = _service_leaf("stranger-tsa", "time_stamping") | {"subject_key": "spare"}
    made |= {label: _leaf(label, "people") for label in PEOPLE}
    made |= {label: _leaf(label, "organisations") for label in SEALS}
    for label, fault in FAULTY.items():
        made[label] = _leaf("hoa", **{"issuer": "people", "subject_key": "spare", **fault})
    return made


def _entities() -> dict[str, Any]:
    authorities = {
        "root": "CA gốc thử nghiệm",
        "people": "CA thử nghiệm cho cá nhân",
        "organisations": "CA thử nghiệm cho tổ chức",
        "time-root": "CA gốc thử nghiệm của dấu thời gian",
        "tsa": "Dịch vụ cấp dấu thời gian thử nghiệm",
        "ocsp-people": "OCSP của CA cho cá nhân",
        "ocsp-organisations": "OCSP của CA cho tổ chức",
        "stranger-root": "CA gốc không ai biết",
        "stranger-tsa": "Dịch vụ cấp dấu thời gian không ai biết",
    }
    made: dict[str, Any] = {
        label: {"common-name": name, "organization-name": "Cơ quan thử nghiệm"}
        for label, name in authorities.items()
    }
    for number, (label, (name, title, where)) in enumerate(PEOPLE.items()):
        made[label] = {
            "user-id": f"CCCD:02018500{number:04}",
            "common-name": name,
            "title": title,
            "organization-name": where,
        }
    for number, (label, name) in enumerate(SEALS.items()):
        made[label] = {
            "user-id": f"MST:480000{number:04}",
            "common-name": name,
            "organization-name": name,
        }
    made["unnamed"] = {"user-id": "CCCD:020185009999", "common-name": "Nông Thị Hoa"}
    return made


def _config() -> dict[str, Any]:
    issuers = ("root", "people", "organisations", "time-root")
    keys = [*RSA_KEYS, *ELLIPTIC, "weak"]
    return {
        "keysets": {ARCH: {"keys": {key: {"path": f"{key}.pem"} for key in keys}}},
        "pki-architectures": {
            ARCH: {
                "entity-defaults": {"country-name": "VN"},
                "entities": _entities(),
                "certs": _certificates(),
                "services": {
                    "ocsp": {
                        f"ocsp-{issuer}": {
                            "for-issuer": issuer,
                            "responder-cert": f"ocsp-{issuer}",
                        }
                        for issuer in ("people", "organisations")
                    },
                    "crl-repo": {
                        f"crl-{issuer}": {
                            "for-issuer": issuer,
                            "signing-key": issuer,
                            "simulated-update-schedule": "P1D",
                        }
                        for issuer in issuers
                    },
                    "time-stamping": {
                        "tsa": {"signing-cert": "tsa", "certs-to-embed": ["time-root"]},
                        "stranger-tsa": {"signing-cert": "stranger-tsa", "signing-key": "spare"},
                    },
                },
            }
        },
    }


def _write_keys(folder: Path) -> None:
    made: dict[str, PrivateKey] = {
        label: ec.generate_private_key(ec.SECP256R1()) for label in ELLIPTIC
    }
    for label in RSA_KEYS:
        made[label] = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    made["weak"] = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    for label, key in made.items():
        (folder / f"{label}.pem").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    authority: Authority

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is nothing to print."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers.get("Content-Length", "0"))))

    def _serve(self, body: bytes) -> None:
        authority = self.server.authority
        service = self.path.split("/")[2]
        authority.asked.append(self.path)
        time.sleep(authority.delays.get(service, 0))
        mode = authority.modes.get(service, "")
        if mode == "down":
            self.close_connection = True
            self.connection.close()
        elif mode == "failing":
            self.send_error(503)
        else:
            self._send(_content(authority, mode, self.path, body))

    def _send(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Tests print no access log."""


def _content(authority: Authority, mode: str, path: str, body: bytes) -> bytes:
    if mode == "garbled":
        return b"<html>Xin l\xe1\xbb\x97i</html>"
    if mode == "endless":
        return b"0" * 60_000_000
    return authority.answer(path, body)


def make_authority(folder: Path) -> tuple[_Server, Authority]:
    """Make keys and certificates in a folder and a server that is not running yet."""
    server = _Server(("127.0.0.1", 0), _Handler)
    url = f"http://127.0.0.1:{server.server_address[1]}"
    _write_keys(folder)
    config = CertomancerConfig(_config(), key_search_dir=str(folder), external_url_prefix=url)
    pki = Pki(url, config.get_pki_arch(ArchLabel(ARCH)))
    server.authority = Authority(pki, url)
    return server, server.authority


@pytest.fixture(scope="session")
def _authority_of_run() -> Iterator[Authority]:
    with tempfile.TemporaryDirectory() as folder:
        server, authority = make_authority(Path(folder))
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield authority
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="session")
def pki(_authority_of_run: Authority) -> Pki:
    """The certificates of the test run."""
    return _authority_of_run.pki


@pytest.fixture
def trusting(pki: Pki, db: None) -> Pki:
    """The certificates, with their roots in the trusted list of the database."""
    from khue.ledger.api import Operation
    from khue.signing.services.trust import COMMAND, keep_trusted

    operation = Operation(COMMAND, datetime(2026, 9, 1, tzinfo=UTC))
    keep_trusted(operation, pki.certificate("root"), "root")
    keep_trusted(operation, pki.certificate("time-root"), "time")
    for label in ("people", "organisations"):
        keep_trusted(operation, pki.certificate(label), "between")
    return pki


@pytest.fixture
def authority(_authority_of_run: Authority) -> Iterator[Authority]:
    """The services of the test authorities, in order; put back in order afterwards."""
    _authority_of_run.reset()
    yield _authority_of_run
    _authority_of_run.reset()
