"""Tạo chữ ký: the three formats behind one way: prepare, what a timestamp covers, finish."""

from __future__ import annotations

from khue.signing.rules.cms import cms_stamped, finish_cms, prepare_cms
from khue.signing.rules.pades import finish_pades, pades_stamped, prepare_pades
from khue.signing.rules.requests import OpenRequest, Signable
from khue.signing.rules.shapes import (
    Evidence,
    Format,
    PdfLook,
    Prepared,
    SigningCertificate,
)
from khue.signing.rules.xades import (
    finish_xades,
    prepare_xades,
    prepare_xades_parts,
    xades_stamped,
)

DIGEST = "sha256"
FINISHERS = {Format.XADES: finish_xades, Format.PADES: finish_pades, Format.CMS: finish_cms}
STAMPED = {Format.XADES: xades_stamped, Format.PADES: pades_stamped, Format.CMS: cms_stamped}


class PlaceMissing(ValueError):
    """An XML document was opened for signing without the place of its signature."""


def prepare(request: OpenRequest, signable: Signable, signer: SigningCertificate) -> Prepared:
    """A document one signature short."""
    if request.format == Format.XADES:
        return _prepare_xml(request, signable, signer)
    if request.format == Format.PADES:
        look = signable.look or PdfLook()
        return prepare_pades(
            signable.content, signer, look, at=request.at, digest=DIGEST, level=request.level
        )
    return prepare_cms(signable.content, signer, at=request.at, digest=DIGEST)


def _prepare_xml(request: OpenRequest, signable: Signable, signer: SigningCertificate) -> Prepared:
    place = signable.place
    if place is None:
        raise PlaceMissing(request.key)
    if signable.parts is not None:
        return prepare_xades_parts(signable.parts, place, signer, at=request.at, digest=DIGEST)
    return prepare_xades(signable.content, place, signer, at=request.at, digest=DIGEST)


def stamped(prepared: Prepared, value: bytes) -> bytes:
    """The very bytes that a timestamp covers."""
    return STAMPED[prepared.format](prepared, value)


def finish(
    prepared: Prepared,
    value: bytes,
    *,
    timestamp: bytes | None = None,
    evidence: Evidence | None = None,
) -> bytes:
    """The finished signature in the form of its format (see rules.requests.Signed)."""
    return FINISHERS[prepared.format](prepared, value, timestamp=timestamp, evidence=evidence)
