"""Nơi cấp chứng thư tự lập: kept in files of this installation, keys readable by their owner only.

Two of them may stand side by side: the demonstration's (only while KHUE_DEMO is on; it stamps
and lists without any network) and one for trials, whose root somebody has to put into the trusted
list by hand.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.conf import settings

from khue.signing.rules import authorities
from khue.signing.rules.authorities import Issuer, PrivateKey, PublicKey, Subject, Validity
from khue.signing.rules.certificates import load
from khue.signing.rules.shapes import Holder, SigningCertificate

DEMONSTRATION = "demo:"
DEMONSTRATION_FOLDER, TRIAL_FOLDER = "demo-authority", "signing-authority"
ISSUED = "issued.json"
AUTHORITY_LASTS, SIGNER_LASTS = timedelta(days=3650), timedelta(days=1095)
STARTED = timedelta(days=1)
DEMONSTRATION_STARTED = timedelta(days=1460)
"""The demonstration tells of past years, and what was signed in them."""
LONGEST_NAME = 64
LIST_LASTS = timedelta(days=7)
FRESH_LIST_LASTS = timedelta(hours=1)
_NAMES = {
    "root": "CA gốc",
    "people": "CA cho cá nhân",
    "organisations": "CA cho tổ chức",
    "time": "Dịch vụ cấp dấu thời gian",
}
_ABOVE = {"people": "root", "organisations": "root", "time": "root"}


class AuthorityRefused(Exception):
    """An authority cannot be made or used; `sentence` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority in a folder: root, one authority for people, one for organisations, a TSA."""

    folder: Path

    def issuer(self, label: str) -> Issuer:
        certificate = self.certificate(label)
        above = self.issuer(_ABOVE[label]).chain if label in _ABOVE else ()
        return Issuer(
            certificate, _read_key(self.folder / f"{label}.key"), above, self.list_at(label)
        )

    def certificate(self, label: str) -> bytes:
        return _read_certificate(self.folder / f"{label}.crt")

    def list_at(self, label: str) -> str:
        """Where the revocation list of an issuer is found; "" when nowhere."""
        address = self._kept()["lists_at"]
        return f"{address}{label}.crl" if address else ""

    def issue(
        self, subject: Subject, key: PublicKey, holder: Holder, *, now: datetime
    ) -> SigningCertificate:
        """Cấp chứng thư số, and remember its number so that it can be revoked."""
        label = "people" if holder is Holder.PERSON else "organisations"
        made = authorities.make_signer(
            self.issuer(label), subject, key, _lasting(now, SIGNER_LASTS)
        )
        serial = f"{load(made.certificate).serial_number:x}"
        with self._book() as kept:
            kept["issued"].append(
                {"serial": serial, "by": label, "name": subject.name, "revoked": ""}
            )
        return made

    def revoke(self, serial: str, *, now: datetime) -> str:
        """Thu hồi chứng thư theo số sê-ri; the name of its holder."""
        wanted = serial.lower().replace(":", "")
        with self._book() as kept:
            for one in kept["issued"]:
                if one["serial"] == wanted:
                    one["revoked"] = one["revoked"] or now.astimezone(UTC).isoformat()
                    return str(one["name"])
        raise AuthorityRefused(f"Nơi cấp này chưa cấp chứng thư nào có số {serial}.")

    def make_list(self, label: str, *, now: datetime, lasts: timedelta = LIST_LASTS) -> bytes:
        """Danh sách thu hồi của một nơi cấp, mới nhất."""
        revoked = [
            (int(one["serial"], 16), datetime.fromisoformat(one["revoked"]))
            for one in self._kept()["issued"]
            if one["by"] == label and one["revoked"]
        ]
        return authorities.make_list(self.issuer(label), revoked, now=now, lasts=lasts)

    def stamp(self, request: bytes, *, now: datetime) -> bytes:
        """The answer to a timestamp request."""
        serial = secrets.randbits(63)
        return authorities.answer_time_request(request, self.issuer("time"), at=now, serial=serial)

    def issued(self) -> list[dict[str, str]]:
        """What was issued: serial, by, name, revoked ("" or when)."""
        return list(self._kept()["issued"])

    def _kept(self) -> dict[str, Any]:
        return dict(json.loads((self.folder / ISSUED).read_text()))

    @contextmanager
    def _book(self) -> Iterator[dict[str, Any]]:
        """The book of what was issued, for one writer at a time; kept when the block ends."""
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            kept = self._kept()
            yield kept
            _write_book(self.folder, kept)


def _write_book(folder: Path, kept: dict[str, Any]) -> None:
    fresh = folder / f"{ISSUED}.new"
    fresh.write_text(json.dumps(kept, ensure_ascii=False, indent=1))
    fresh.replace(folder / ISSUED)


def _lasting(now: datetime, lasts: timedelta) -> Validity:
    started = DEMONSTRATION_STARTED if settings.DEMO else STARTED
    return Validity(now - started, now + lasts)


def authority_folder() -> Path:
    """Where this installation keeps its authority: the demonstration's, or one for trials."""
    return Path(settings.DATA_DIR) / (DEMONSTRATION_FOLDER if settings.DEMO else TRIAL_FOLDER)


def own_authority() -> Authority:
    """The authority of this installation; raises AuthorityRefused when it was never made."""
    folder = authority_folder()
    if not (folder / ISSUED).exists():
        sentence = "Chưa có nơi cấp chứng thư thử nghiệm. Hãy gõ: manage.py signing_authority make"
        raise AuthorityRefused(sentence)
    return Authority(folder)


def make_own_authority(*, now: datetime, organisation: str = "", lists_at: str = "") -> Authority:
    """Lập nơi cấp; one that already stands is left as it is.

    In the demonstration it bears the demonstration's name, and its lists are made on the spot.
    """
    folder = authority_folder()
    if (folder / ISSUED).exists():
        return Authority(folder)
    if settings.DEMO:
        organisation, lists_at = authorities.FOR_DEMONSTRATION, DEMONSTRATION
    if not organisation:
        raise AuthorityRefused('Hãy ghi tên tổ chức lập nơi cấp: --organisation "Sở GD&ĐT …"')
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        fresh = Path(place) / "new"
        fresh.mkdir(mode=0o700)
        for label in _NAMES:
            _make(fresh, label, organisation, lists_at, now)
        _write_book(fresh, {"lists_at": lists_at, "issued": []})
        # Whoever comes second finds the first one's authority standing.
        with suppress(OSError):
            fresh.rename(folder)
    return Authority(folder)


def _make(folder: Path, label: str, organisation: str, lists_at: str, now: datetime) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = _NAMES[label]
    subject = Subject(f"{name} ({organisation[: LONGEST_NAME - len(name) - 3]})", organisation)
    made = _certificate(folder, label, subject, key, lists_at, _lasting(now, AUTHORITY_LASTS))
    _write_key(folder / f"{label}.key", key)
    pem = load(made).public_bytes(serialization.Encoding.PEM)
    (folder / f"{label}.crt").write_bytes(pem)


def _certificate(
    folder: Path, label: str, subject: Subject, key: PrivateKey, lists_at: str, validity: Validity
) -> bytes:
    if label == "root":
        return authorities.make_root(subject, key, validity)
    above = Issuer(
        _read_certificate(folder / "root.crt"),
        _read_key(folder / "root.key"),
        lists_at=f"{lists_at}root.crl" if lists_at else "",
    )
    if label == "time":
        return authorities.make_time_authority(above, subject, key.public_key(), validity)
    return authorities.make_authority(above, subject, key, validity)


def _read_certificate(file: Path) -> bytes:
    read = x509.load_pem_x509_certificate(file.read_bytes())
    return read.public_bytes(serialization.Encoding.DER)


def _read_key(file: Path) -> PrivateKey:
    return _key_in(file.read_bytes())


@lru_cache(maxsize=16)
def _key_in(content: bytes) -> PrivateKey:
    key = serialization.load_pem_private_key(
        content, password=None, unsafe_skip_rsa_key_validation=True
    )
    assert isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
    return key


def _write_key(file: Path, key: PrivateKey) -> None:
    content = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    write_private(file, content)


def write_private(file: Path, content: bytes) -> None:
    """A new file that only its owner reads; raises AuthorityRefused when there is one already."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as refused:
        raise AuthorityRefused(f"Không tạo được tệp khóa {file}; có thể đã có tệp.") from refused
    with os.fdopen(descriptor, "wb") as target:
        target.write(content)


def demonstration_time(request: bytes, *, now: datetime) -> bytes:
    """Dấu thời gian trình diễn, made in this process; only while KHUE_DEMO is on."""
    require_demonstration()
    return make_own_authority(now=now).stamp(request, now=now)


def demonstration_list(address: str, *, now: datetime) -> bytes:
    """The revocation list at an address such as "demo:people.crl", made on the spot."""
    require_demonstration()
    label = address.removeprefix(DEMONSTRATION).removesuffix(".crl")
    if label not in _NAMES:
        raise AuthorityRefused("Danh sách thu hồi trình diễn không có tên này.")
    return own_authority().make_list(label, now=now, lasts=FRESH_LIST_LASTS)


def require_demonstration() -> None:
    if not settings.DEMO:
        raise AuthorityRefused("Nơi cấp trình diễn chỉ dùng được trong bản trình diễn.")
