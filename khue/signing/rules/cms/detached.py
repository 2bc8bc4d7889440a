"""Ký CMS tách rời: prepare, finish, and put a further signer beside the first."""

from __future__ import annotations

from datetime import datetime

from khue.signing.rules.algorithms import digest as digest_value
from khue.signing.rules.cms.der import NotDer, children, retagged, sequence
from khue.signing.rules.cms.making import (
    DATA,
    packed,
    signature_algorithm,
    signature_of,
    signed_attributes,
    signed_data,
    unpacked,
)
from khue.signing.rules.cms.reading import UnfitCms, as_der
from khue.signing.rules.shapes import Evidence, Format, Prepared, SigningCertificate

Opened = dict[str, bytes]

OTHER_CONTENT = "Các chữ ký này không nằm cạnh cùng một loại nội dung nên không ghép được."


def prepare_cms(
    content: bytes, signer: SigningCertificate, *, at: datetime, digest: str = "sha256"
) -> Prepared:
    """A file one signature short. Raises Weak for a key or digest that is too weak."""
    signature_algorithm(signer.certificate, digest)
    attributes = signed_attributes(digest_value(digest, content), signer.certificate, at)
    return Prepared(Format.CMS, attributes, digest, packed(signer.certificate, *signer.chain))


def cms_stamped(prepared: Prepared, signature: bytes) -> bytes:
    """What a timestamp covers: the signature value."""
    return signature


def finish_cms(
    prepared: Prepared,
    signature: bytes,
    *,
    timestamp: bytes | None = None,
    evidence: Evidence | None = None,
) -> bytes:
    """The signature beside the file, DER."""
    certificate, *chain = unpacked(prepared.state)
    return signature_of(
        SigningCertificate(certificate, tuple(chain)),
        prepared.to_be_signed,
        signature,
        prepared.digest,
        timestamp=timestamp,
        evidence=evidence,
    )


def add_cms_signer(existing_cms: bytes, new_cms: bytes) -> bytes:
    """Both signatures beside the same content; the bytes of each signer stay as they were."""
    try:
        return _joined(_opened(existing_cms), _opened(new_cms))
    except (NotDer, ValueError, LookupError):
        raise UnfitCms from None


def _joined(first: Opened, second: Opened) -> bytes:
    content = {kind["content"] for kind in (first, second)} - {sequence(DATA)}
    if content:
        raise UnfitCms(OTHER_CONTENT)
    return signed_data(
        _both(first, second, "digests"),
        _both(first, second, "certificates"),
        _both(first, second, "revoked"),
        _both(first, second, "signers"),
    )


def _both(first: Opened, second: Opened, part: str) -> list[bytes]:
    return [raw for one in (first, second) if one[part] for _, raw in children(one[part])]


def _opened(cms: bytes) -> Opened:
    signed = children(children(as_der(cms))[1][1])[0][1]
    _, (_, digests), (_, content), *rest = children(signed)
    told = {tag: raw for tag, raw in rest if tag in {0xA0, 0xA1}}
    return {
        "digests": digests,
        "content": content,
        "certificates": _as_set(told.get(0xA0, b"")),
        "revoked": _as_set(told.get(0xA1, b"")),
        "signers": rest[-1][1],
    }


def _as_set(value: bytes) -> bytes:
    return retagged(value, 0x31) if value else b""
