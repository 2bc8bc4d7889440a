"""Gia hạn giá trị chữ ký XML: unsigned properties added to a signature that stands already."""

from __future__ import annotations

import re

from khue.signing.rules.shapes import Evidence
from khue.signing.rules.xades.writing import (
    END_OF_PROPERTIES,
    END_OF_UNSIGNED,
    evidence_text,
    timestamp_text,
)

_ID = re.compile(rb'\A<ds:Signature [^>]*\bId="([\w.-]+)"')
_TIMES = b"<xades:SignatureTimeStamp "
_EVIDENCE = (b"<xades:CertificateValues>", b"<xades:RevocationValues>")


def lengthen_xades(
    signature_element: bytes, *, timestamp: bytes | None = None, evidence: Evidence | None = None
) -> bytes:
    """Nâng mức chữ ký (B-B → B-T → B-LT); the ds:Signature as `finish_xades` wrote it, longer.

    `timestamp`: a token over the canonical ds:SignatureValue. Nothing that is signed changes.
    Raises ValueError for an element that was not written here.
    """
    added = _added(signature_element, timestamp, evidence or Evidence())
    if not added:
        return signature_element
    if END_OF_UNSIGNED in signature_element:
        return _put_before(signature_element, END_OF_UNSIGNED, added)
    wrapped = b"<xades:UnsignedProperties><xades:UnsignedSignatureProperties>%s%s%s" % (
        added,
        END_OF_UNSIGNED,
        b"</xades:UnsignedProperties>",
    )
    return _put_before(signature_element, END_OF_PROPERTIES, wrapped)


def _added(element: bytes, timestamp: bytes | None, evidence: Evidence) -> bytes:
    text = ""
    if timestamp is not None:
        text = timestamp_text(_id_of(element), element.count(_TIMES), timestamp)
    again = any(name in element for name in _EVIDENCE)
    return (text + evidence_text(evidence, again=again)).encode()


def _id_of(element: bytes) -> str:
    found = _ID.match(element)
    if found is None:
        raise ValueError("not a signature that was written here")
    return found[1].decode()


def _put_before(element: bytes, mark: bytes, added: bytes) -> bytes:
    before, found, after = element.rpartition(mark)
    if not found:
        raise ValueError("not a signature that was written here")
    return before + added + found + after
