"""Gói học bạ khi chuyển trường: what is in it, and whether it is what its list says.

A ZIP with `goi-hoc-ba.json` (the list: whose, which years, a SHA-256 for every file), the same list
signed (`goi-hoc-ba.jws`), and for each published year its XML and its PDF. The files carry the
signatures that count, with their timestamps and certificates; the list says that none is missing.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from khue.transcripts.rules.credentials import KEY_NAME, Issuer, IssuerKey
from kit.archives import MEGABYTE, Limits, UnsafeArchive, read_archive, write_archive

KIND, SHAPE = "khue.goi-hoc-ba", 1
LIST, SIGNED_LIST = "goi-hoc-ba.json", "goi-hoc-ba.jws"
LIMITS = Limits(files=120, bytes=100 * MEGABYTE)
PROOFS = "minh-chung"
BODY, VIEW = "hoc-ba.xml", "hoc-ba.pdf"

NO_LIST = "Gói không có danh sách {name} đọc được, không phải gói học bạ. Hãy xin lại gói."
OTHER_SHAPE = "Gói được lập theo dạng mới hơn mà hệ thống này chưa biết. Hãy cập nhật hệ thống."
BAD_SIGNATURE = "Danh sách của gói đã bị sửa sau khi lập. Hãy xin lại gói từ trường cũ."
MISSING = "Gói thiếu tệp “{name}”. Hãy xin lại gói từ trường cũ."
CHANGED = "Tệp “{name}” không còn đúng như lúc lập gói. Hãy xin lại gói từ trường cũ."
EXTRA = "Gói có thêm tệp “{name}” mà danh sách không ghi. Hãy xin lại gói từ trường cũ."
EMPTY = "Gói không có năm học nào."


class NotAPackage(ValueError):
    """Not a package that can be judged; `sentence` tells the person why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class PackedYear:
    """A year of the list: what it is, and the names and digests of its two files."""

    year: int
    class_name: str
    school: str
    version: int
    verify_code: str
    body: str
    body_digest: str
    view: str = ""
    view_digest: str = ""

    @property
    def label(self) -> str:
        return f"{self.year}–{self.year + 1}"


@dataclass(frozen=True)
class Contents:
    """The list: who packed it and when, whose it is, its years, the proofs beside them.

    `proofs`: by name the SHA-256 of certificates (.cer), OCSP responses and CRLs, all DER.
    """

    made_at: str
    school_code: str
    school: str
    record: str
    pupil: str
    born: str
    years: list[PackedYear]
    proofs: dict[str, str] = field(default_factory=dict)
    kind: str = KIND
    shape: int = SHAPE


@dataclass(frozen=True)
class Package:
    """A package taken apart. `faults`: what is not as the list says, in sentences."""

    contents: Contents
    files: Mapping[str, bytes]
    signer: str
    signer_key: dict[str, str]
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Proofs:
    """Minh chứng about the certificates of the signers, DER."""

    certificates: tuple[bytes, ...] = ()
    ocsp: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class YearToPack:
    """What a school gives of a published year."""

    year: int
    class_name: str
    school: str
    version: int
    verify_code: str
    file: bytes
    pdf: bytes


def pack(
    years: Sequence[YearToPack],
    *,
    issuer: Issuer,
    key: IssuerKey,
    record: str,
    pupil: str,
    born: str,
    at: datetime,
    proofs: Proofs | None = None,
) -> bytes:
    """Đóng gói: the same bytes for the same years, key and time."""
    files: dict[str, bytes] = {}
    packed = [_packed(one, files) for one in years]
    beside = dict(_named(proofs or Proofs()))
    contents = Contents(
        at.isoformat(timespec="seconds"),
        issuer.code,
        issuer.name,
        record,
        pupil,
        born,
        packed,
        {name: digest_of(content) for name, content in beside.items()},
    )
    listed = _text(contents)
    signed = _sign(listed, issuer, key)
    return write_archive({LIST: listed, SIGNED_LIST: signed, **files, **beside})


def _packed(one: YearToPack, files: dict[str, bytes]) -> PackedYear:
    folder = f"{one.year}-{one.year + 1}"
    body, view = f"{folder}/{BODY}", f"{folder}/{VIEW}" if one.pdf else ""
    files[body] = one.file
    if view:
        files[view] = one.pdf
    return PackedYear(
        one.year,
        one.class_name,
        one.school,
        one.version,
        one.verify_code,
        body,
        digest_of(one.file),
        view,
        digest_of(one.pdf) if one.pdf else "",
    )


def _named(proofs: Proofs) -> Iterable[tuple[str, bytes]]:
    kinds = ((".cer", proofs.certificates), (".ocsp", proofs.ocsp), (".crl", proofs.crls))
    for ending, held in kinds:
        for number, content in enumerate(held, start=1):
            yield f"{PROOFS}/{number}{ending}", content


def proofs_of(package: Package) -> Proofs:
    """The proofs that came with a package; they are believed for their own signatures alone."""

    def held(ending: str) -> tuple[bytes, ...]:
        names = (name for name in package.contents.proofs if name.endswith(ending))
        return tuple(package.files[name] for name in names)

    return Proofs(held(".cer"), held(".ocsp"), held(".crl"))


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _text(contents: Contents) -> bytes:
    return json.dumps(asdict(contents), ensure_ascii=False, indent=1).encode()


def _sign(listed: bytes, issuer: Issuer, key: IssuerKey) -> bytes:
    """A compact JWS (RFC 7515, EdDSA) over the list as it stands."""
    header = {"alg": "EdDSA", "kid": f"{issuer.did}#{KEY_NAME}", "jwk": key.jwk}
    start = f"{_b64(json.dumps(header).encode())}.{_b64(listed)}"
    return f"{start}.{_b64(key.private.sign(start.encode()))}".encode()


def read_package(content: bytes) -> Package:
    """Mở gói: safely taken apart, and compared with its list. Raises NotAPackage."""
    try:
        files = read_archive(content, LIMITS)
    except UnsafeArchive as error:
        raise NotAPackage(error.sentence) from error
    contents = _read_list(files.get(LIST, b""))
    header = _read_signature(files.get(SIGNED_LIST, b""), files[LIST])
    faults = list(_differences(contents, files))
    return Package(contents, files, str(header.get("kid", "")), dict(header["jwk"]), faults)


def _read_list(text: bytes) -> Contents:
    try:
        told = json.loads(text)
        if told["kind"] != KIND:
            raise NotAPackage(NO_LIST.format(name=LIST))
        if told["shape"] != SHAPE:
            raise NotAPackage(OTHER_SHAPE)
        years = [PackedYear(**_of_kinds(one)) for one in told.pop("years")]
        told["proofs"] = _of_kinds(dict(told["proofs"]))
        contents = Contents(**told, years=years)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        if isinstance(error, NotAPackage):
            raise
        raise NotAPackage(NO_LIST.format(name=LIST)) from error
    return contents


def _of_kinds(told: dict[str, Any]) -> dict[str, Any]:
    """Numbers are numbers and texts are texts, whatever a stranger wrote."""
    for name, value in told.items():
        wanted = int if name in {"year", "version"} else str
        if type(value) is not wanted:
            raise TypeError(name)
    return told


def _read_signature(signed: bytes, listed: bytes) -> dict[str, Any]:
    """The header of the signature, when it holds for the list."""
    try:
        start, _, value = signed.decode("ascii").rpartition(".")
        head, _, body = start.partition(".")
        header: dict[str, Any] = json.loads(_unb64(head))
        key = Ed25519PublicKey.from_public_bytes(_unb64(header["jwk"]["x"]))
        key.verify(_unb64(value), start.encode())
        if _unb64(body) != listed:
            raise NotAPackage(BAD_SIGNATURE)
    except (InvalidSignature, ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotAPackage(BAD_SIGNATURE) from error
    return header


def _differences(contents: Contents, files: Mapping[str, bytes]) -> Iterable[str]:
    listed = dict(_listed(contents.years)) | contents.proofs
    for name, digest in listed.items():
        if name not in files:
            yield MISSING.format(name=name)
        elif digest_of(files[name]) != digest:
            yield CHANGED.format(name=name)
    for name in files:
        if name not in listed and name not in {LIST, SIGNED_LIST}:
            yield EXTRA.format(name=name)
    if not contents.years:
        yield EMPTY


def _listed(years: Iterable[PackedYear]) -> Iterable[tuple[str, str]]:
    for one in years:
        yield one.body, one.body_digest
        if one.view:
            yield one.view, one.view_digest


def _b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
