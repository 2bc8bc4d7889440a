"""Tệp tin cậy: the roots of an installation in one text file, for verifiers that stand alone.

PEM, with a line before each certificate that says what it is for; and the keys that seal the
ledger. A file of plain PEM certificates does as well: they are then trusted for everything.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass

from khue.signing.rules.certificates import NOBODY, facts_of, is_self_signed
from khue.signing.rules.shapes import Trust

ROOT, BETWEEN, TIME = "gốc tin cậy", "chứng thư trung gian", "gốc của dịch vụ cấp dấu thời gian"
HEADING = "# Danh sách tin cậy của Khuê. Mỗi chứng thư đứng sau một dòng nói dùng để làm gì."
_BLOCK = re.compile(
    r"(?:^#\s*([^\n:]*)[^\n]*\n)?-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----",
    re.DOTALL | re.MULTILINE,
)
_KEY = re.compile(r"^#\s*khóa niêm phong:\s*([0-9a-f]{64})\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class TrustFile:
    """What a trust file says: certificates, and public keys of the ledger."""

    trust: Trust
    seal_keys: tuple[str, ...] = ()


def write_trust_file(trust: Trust, seal_keys: Iterable[str] = ()) -> bytes:
    """The file of an installation."""
    blocks = [
        *(_block(ROOT, one) for one in trust.roots),
        *(_block(BETWEEN, one) for one in trust.others),
        *(_block(TIME, one) for one in trust.time_roots),
    ]
    keys = [f"# khóa niêm phong: {one}" for one in seal_keys]
    return ("\n".join([HEADING, *keys, "", *blocks]) + "\n").encode()


def _block(kind: str, certificate: bytes) -> str:
    text = base64.encodebytes(certificate).decode().strip()
    name = facts_of(certificate).name.replace("\n", " ")
    return f"# {kind}: {name}\n-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"


def read_trust_file(content: bytes) -> TrustFile:
    """The certificates and keys of a file; ValueError with a sentence when there is none."""
    text = content.decode("utf-8", "replace").replace("\r\n", "\n")
    found: dict[str, list[bytes]] = {ROOT: [], BETWEEN: [], TIME: []}
    for kind, body in _BLOCK.findall(text):
        certificate = _certificate(body)
        for one in [kind.strip()] if kind.strip() in found else _kinds_of(certificate):
            found[one].append(certificate)
    keys = tuple(_KEY.findall(text))
    if not any(found.values()) and not keys:
        raise ValueError("Tệp tin cậy không có chứng thư nào dạng PEM.")
    trust = Trust(tuple(found[ROOT]), tuple(found[BETWEEN]), tuple(found[TIME]))
    return TrustFile(trust, keys)


def _certificate(body: str) -> bytes:
    try:
        certificate = base64.b64decode(body)
    except ValueError:
        certificate = b""
    if facts_of(certificate) is NOBODY:
        raise ValueError("Tệp tin cậy có chứng thư hỏng.")
    return certificate


def _kinds_of(certificate: bytes) -> Iterable[str]:
    return (ROOT, TIME) if is_self_signed(certificate) else (BETWEEN,)
