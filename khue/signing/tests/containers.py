"""Signed XML for tests: a year of a pupil with its five signatures, and xmlsec1 as the judge."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from lxml import etree

from khue.signing.rules.shapes import FoundSignature, Level, Prepared, XmlPlace
from khue.signing.rules.xades import (
    finish_xades,
    place_signature,
    prepare_xades,
    read_xades,
    xades_stamped,
)
from khue.signing.tests.pki import Pki, PrivateKey

AT = datetime(2026, 6, 5, 1, 30, tzinfo=UTC)
SPACE = "urn:vn:oss-school:hocba:1"
HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}

CONTAINER = f"""<?xml version="1.0" encoding="UTF-8"?>
<HocBaSo xmlns="{SPACE}" Id="hb-1" phienBan="1">
  <ThongTinChung Id="tt"><ngayPhatHanh>2026-06-05</ngayPhatHanh></ThongTinChung>
  <HocSinh Id="hs"><hoVaTen>Lò Thị Mây</hoVaTen><ngaySinh>2013-09-14</ngaySinh></HocSinh>
  <NamHoc Id="nh-2026"><maLop>8A</maLop>
    <MonHoc Id="mh-toan"><maMonHoc>TOAN</maMonHoc><dtbCn>8,5</dtbCn></MonHoc>
    <MonHoc Id="mh-van"><dtbCn>7,2</dtbCn><nhanXet>Viết tốt &amp; sạch</nhanXet></MonHoc>
  </NamHoc>
  <KyGiaoVien Id="ky-gv"/>
  <KyGVCN Id="ky-gvcn"></KyGVCN>
  <KyHieuTruong Id="ky-ht" />
  <KyDonVi Id="ky-dv"> </KyDonVi>
</HocBaSo>
""".encode()
EARLIER = ("gv-toan-value", "gv-van-value", "gvcn-value")
# Who signs, where, as whom; in the order of signing.
STEPS = (
    ("hoa", XmlPlace(("mh-toan",), "ky-gv", "gv-toan", "Giáo viên môn Toán")),
    ("binh", XmlPlace(("mh-van",), "ky-gv", "gv-van", "Giáo viên môn Ngữ văn")),
    ("hoa", XmlPlace(("nh-2026",), "ky-gvcn", "gvcn", "Giáo viên chủ nhiệm")),
    ("mai", XmlPlace(("tt", "hs", "nh-2026", *EARLIER), "ky-ht", "ht", "Hiệu trưởng")),
    ("sao_khue", XmlPlace(("tt", "hs", "nh-2026", *EARLIER, "ht-value"), "ky-dv", "dv")),
)
SIGNATURES = tuple(place.signature_id for _, place in STEPS)
POSITIONS = {
    "tt": "HocBaSo/ThongTinChung",
    "hs": "HocBaSo/HocSinh",
    "nh-2026": "HocBaSo/NamHoc",
    "mh-toan": "HocBaSo/NamHoc/MonHoc",
    "mh-van": "HocBaSo/NamHoc/MonHoc",
}


def value_of(key: PrivateKey, data: bytes, digest: str = "sha256") -> bytes:
    """What a token answers: RSA as it is, ECDSA as DER."""
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), HASHES[digest])
    return key.sign(data, ec.ECDSA(HASHES[digest]))


def finished(pki: Pki, label: str, prepared: Prepared, level: Level = Level.B_B) -> bytes:
    """The signature element at a level."""
    _, key = pki.signer(label)
    value = value_of(key, prepared.to_be_signed, prepared.digest)
    token = pki.stamp(xades_stamped(prepared, value), at=AT) if level.needs_timestamp else None
    proof = pki.evidence(label, at=AT) if level.needs_evidence else None
    return finish_xades(prepared, value, timestamp=token, evidence=proof)


def sign_in(
    pki: Pki, document: bytes, label: str, place: XmlPlace, level: Level = Level.B_B
) -> bytes:
    """The document with one more signature."""
    signer, _ = pki.signer(label)
    prepared = prepare_xades(document, place, signer, at=AT)
    return place_signature(document, place.parent, finished(pki, label, prepared, level))


def signed_container(pki: Pki, level: Level = Level.B_B) -> bytes:
    document = CONTAINER
    for label, place in STEPS:
        document = sign_in(pki, document, label, place, level)
    return document


def position(element: Any) -> str:
    """What the schema of the container says of where an element stands."""
    names = [etree.QName(one).localname for one in [*reversed(list(element.iterancestors()))]]
    path = "/".join([*names, etree.QName(element).localname])
    wanted = POSITIONS.get(element.get("Id"), path)
    return "" if path == wanted else f"Phần “{element.get('Id')}” không đứng đúng chỗ."


def readings(
    document: bytes, positions: Callable[[Any], str] | None = position
) -> dict[str, FoundSignature]:
    return {one.id: one for one in read_xades(document, positions=positions)}


def unsound(found: dict[str, FoundSignature]) -> dict[str, tuple[str, ...]]:
    """The signatures that do not count, each with what is broken."""
    return {one.id: one.broken for one in found.values() if one.fault or not one.intact}


def xmlsec(
    document: bytes,
    signature_id: str,
    folder: Path,
    roots: Iterable[bytes] = (),
    *options: str,
) -> bool:
    """Whether xmlsec1 accepts a signature of a document."""
    trusted = folder / "roots.pem"
    trusted.write_text("".join(map(ssl.DER_cert_to_PEM_cert, roots)))
    path = folder / "document.xml"
    path.write_bytes(document)
    command = ["xmlsec1", "--verify", "--enabled-key-data", "x509", "--trusted-pem", str(trusted)]
    command += [*_ids(document), *options, "--node-xpath", f"//*[@Id='{signature_id}']"]
    done = subprocess.run([*command, str(path)], capture_output=True, text=True, check=False)
    return done.returncode == 0


def _ids(document: bytes) -> Sequence[str]:
    """The options that tell xmlsec1 which elements have ids."""
    found = {
        etree.QName(one).namespace + ":" + etree.QName(one).localname
        if etree.QName(one).namespace
        else etree.QName(one).localname
        for one in etree.fromstring(document).iter("*")
        if one.get("Id")
    }
    return [word for name in sorted(found) for word in ("--id-attr:Id", name)]
