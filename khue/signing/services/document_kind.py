"""Tệp trình ký as a kind of signing: how a file opens for a signer and takes the signature."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from khue.ledger.api import Author, Change, Operation, append_changes
from khue.signing.models import Document, Request
from khue.signing.queries.documents import content_of, signatures_of
from khue.signing.rules.cms import add_cms_signer
from khue.signing.rules.documents import xml_place
from khue.signing.rules.looks import Box, organisation_look, personal_look, seal_box
from khue.signing.rules.requests import OPEN, OpenRequest, RefusedRequest, Signable, Signed
from khue.signing.rules.shapes import Format, Holder, PdfLook
from khue.signing.rules.xades import place_signature
from khue.signing.services.documents import DOCUMENT_KIND, sealed
from khue.signing.services.kinds import SigningKind, register_signing_kind

TITLE = "Tệp trình ký"
WORDS_WIDTH = 130.0


def register_documents(page: Callable[[str], str]) -> None:
    """At start-up: documents are a kind like any other; `page` gives the address of a file."""
    register_signing_kind(
        SigningKind(DOCUMENT_KIND, TITLE, open_documents, accept_documents, refuse_documents, page)
    )


def document_of(key: str) -> tuple[int, int]:
    """The document and the step that a request's key names."""
    document, _, step = key.partition(".")
    return int(document), int(step)


def _held(keys: Iterable[str]) -> dict[int, Document]:
    ids = sorted({document_of(key)[0] for key in keys})
    rows = Document.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    return {row.pk: row for row in rows}


def open_documents(requests: Sequence[OpenRequest]) -> dict[int, Signable]:
    """What each signer signs: the file with every signature before hers."""
    rows = _held(one.key for one in requests)
    return {
        one.id: _signable(rows[document_of(one.key)[0]], one)
        for one in requests
        if rows[document_of(one.key)[0]].state == Document.State.WAITING
    }


def _signable(row: Document, request: OpenRequest) -> Signable:
    content = content_of(row)
    if row.format == Format.XADES:
        return Signable(content, place=xml_place(request.step, request.role))
    if row.format == Format.PADES:
        return Signable(content, look=_look(row.looks[request.step - 1], request))
    return Signable(content)


def _look(told: dict[str, Any] | None, request: OpenRequest) -> PdfLook:
    if told is None:
        return PdfLook(field_name=f"ChuKy{request.step}", holder=request.signer.holder)
    signer, box = request.signer, tuple(told["box"])
    if signer.holder is Holder.ORGANISATION:
        box = seal_box(box, signer.image) if signer.image else _beside(box)
    make = organisation_look if signer.holder is Holder.ORGANISATION else personal_look
    return make(
        signer.image or None,
        signer.name,
        request.role or signer.title,
        request.at,
        box=box,
        page=told["page"],
        field_name=f"ChuKy{request.step}",
    )


def _beside(box: Box) -> Box:
    """A seal without an image: its words to the left of the signature that it stands over."""
    left, bottom, _, top = box
    return (max(left - WORDS_WIDTH, 15.0), bottom, left, top)


def accept_documents(signed: Sequence[Signed]) -> None:
    """Keep the signed form; the last signature finishes the document."""
    rows = _held(one.key for one in signed)
    for one in signed:
        row = rows[document_of(one.key)[0]]
        _take_signature(row, one.result)
        _finish_if_last(row, one.at)
        row.save(update_fields=["content", "signatures", "state", "finished_at"])


def _take_signature(row: Document, result: bytes) -> None:
    if row.format == Format.PADES:
        row.content = sealed(result)
    elif row.format == Format.XADES:
        row.content = sealed(place_signature(content_of(row), xml_place(1, "").parent, result))
    else:
        before = signatures_of(row)
        row.signatures = sealed(add_cms_signer(before, result) if before else result)


def _finish_if_last(row: Document, at: datetime) -> None:
    bundle = f"{DOCUMENT_KIND}:{row.pk}"
    if Request.objects.filter(bundle=bundle, state__in=OPEN).exists():
        return
    row.state, row.finished_at = Document.State.SIGNED, at
    Document.objects.filter(
        kind=row.kind, key=row.key, version__lt=row.version, state=Document.State.SIGNED
    ).update(state=Document.State.SUPERSEDED)


def refuse_documents(refused: Sequence[RefusedRequest]) -> None:
    """A document that one signer refuses waits no longer."""
    for one in refused:
        document_id, _ = document_of(one.key)
        row = Document.objects.select_for_update().get(pk=document_id)
        row.state = Document.State.REFUSED
        row.save(update_fields=["state"])
        change = Change(
            subject=f"signed_document:{row.pk}",
            action="refuse_signature",
            label=row.title,
            reason=one.reason,
            school_id=row.school_id,
            province_id=row.province_id,
        )
        append_changes(Operation(Author(one.account_id, one.name), one.at), [change])
