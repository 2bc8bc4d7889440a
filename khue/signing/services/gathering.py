"""Bằng chứng kèm hồ sơ: what proves the certificates of signed files, while it can be had."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from khue.signing.rules.pades import UnfitPdf, read_pades
from khue.signing.rules.shapes import Evidence, FoundSignature, SigningCertificate
from khue.signing.rules.verifying import PDF, XML, kind_of
from khue.signing.rules.xades import read_xades
from khue.signing.rules.xml_safe import UnsafeXml
from khue.signing.services.evidence import CertificateRevoked, EvidenceDown, collect_evidence


def gather_evidence(files: Iterable[tuple[str, bytes]], *, now: datetime) -> Evidence:
    """Proof about every certificate that signed one of these files, as far as it can be had now.

    Who cannot be asked, or answers that a certificate was revoked, gives none; nothing is raised.
    """
    gathered = Evidence()
    signers = {one.certificate: one for name, content in files for one in _found(name, content)}
    for one in signers.values():
        with suppress(EvidenceDown, CertificateRevoked):
            signer = SigningCertificate(one.certificate, one.chain)
            gathered = _joined(gathered, collect_evidence(signer, now=now))
    return gathered


def _found(name: str, content: bytes) -> list[FoundSignature]:
    kind = kind_of(content, name)
    with suppress(UnsafeXml, UnfitPdf):
        if kind == XML:
            return list(read_xades(content))
        if kind == PDF:
            return list(read_pades(content))
    return []


def _joined(one: Evidence, other: Evidence) -> Evidence:
    return Evidence(
        tuple(dict.fromkeys((*one.certificates, *other.certificates))),
        tuple(dict.fromkeys((*one.ocsp, *other.ocsp))),
        tuple(dict.fromkeys((*one.crls, *other.crls))),
    )
