"""Bằng chứng lâu dài trong PDF (DSS, VRI): certificates, OCSP answers and lists, one increment.

ETSI EN 319 142-1, mục 5.4.
"""

from __future__ import annotations

import hashlib

from khue.signing.rules.pades.file import PdfFile
from khue.signing.rules.pades.forms import replace_catalog
from khue.signing.rules.pades.ranges import signed_values
from khue.signing.rules.pades.syntax import Entries, UnfitPdf, array, dictionary, reference
from khue.signing.rules.pades.update import Increment
from khue.signing.rules.shapes import Evidence

_KINDS = (b"/Certs", b"/OCSPs", b"/CRLs")
_OF_SIGNATURE = {b"/Certs": b"/Cert", b"/OCSPs": b"/OCSP", b"/CRLs": b"/CRL"}
_EXTENSION = b"<</ESIC <</BaseVersion /1.7/ExtensionLevel 5>>>>"
NO_SIGNATURE = "Tệp PDF chưa có chữ ký nào nên không có gì để bổ sung bằng chứng."


def lengthen_pades(pdf: bytes, *, evidence: Evidence) -> bytes:
    """The file with proof for its last signature; what was signed keeps its bytes."""
    increment = Increment(PdfFile(pdf))
    values = signed_values(increment.pdf)
    if not values:
        raise UnfitPdf(NO_SIGNATURE)
    _write_store(increment, values[-1], evidence)
    return bytes(increment.written())


def store_key(contents: bytes) -> bytes:
    """The name that a signature has in the store: SHA-1 of its value as the file holds it."""
    return b"/" + hashlib.sha1(contents, usedforsecurity=False).hexdigest().upper().encode()


def _write_store(increment: Increment, contents: bytes, evidence: Evidence) -> None:
    pdf = increment.pdf
    raw = pdf.catalog.get(b"/DSS", b"null")
    store = pdf.entries(raw)
    placed = _placed(increment, store, evidence)
    for kind, references in placed.items():
        kept = pdf.items(store.get(kind, b"[]"))
        store[kind] = array(list(dict.fromkeys([*kept, *references])))
    own = {_OF_SIGNATURE[kind]: array(references) for kind, references in placed.items()}
    told = pdf.entries(store.get(b"/VRI", b"null"))
    store[b"/VRI"] = dictionary({**told, store_key(contents): dictionary(own)})
    _put_back(increment, raw, store)


def _put_back(increment: Increment, raw: bytes, store: Entries) -> None:
    if reference(raw) is not None:
        increment.replace(raw, dictionary(store))
        return
    more: Entries = {b"/DSS": increment.add(dictionary(store))}
    if b"/Extensions" not in increment.pdf.catalog:
        more[b"/Extensions"] = _EXTENSION
    replace_catalog(increment, more)


def _placed(increment: Increment, store: Entries, evidence: Evidence) -> dict[bytes, list[bytes]]:
    """References to each proof: an old one that is the same, else a new object."""
    given = dict(zip(_KINDS, (evidence.certificates, evidence.ocsp, evidence.crls), strict=True))
    found: dict[bytes, list[bytes]] = {}
    for kind, proofs in given.items():
        known = _known(increment.pdf, store, kind)
        made = [known.get(one) or increment.add_stream({}, one) for one in dict.fromkeys(proofs)]
        if made:
            found[kind] = made
    return found


def _known(pdf: PdfFile, store: Entries, kind: bytes) -> dict[bytes, bytes]:
    return {pdf.stream(one): one for one in pdf.items(store.get(kind, b"[]"))}


def evidence_of(pdf: PdfFile) -> Evidence:
    """All proof that the file's store holds."""
    store = pdf.entries(pdf.catalog.get(b"/DSS", b"null"))
    certificates, answers, lists = (tuple(_known(pdf, store, kind)) for kind in _KINDS)
    return Evidence(certificates, answers, lists)
