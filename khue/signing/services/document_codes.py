"""Mã xác thực của tệp trình ký: what everyone who has the code may know of the file."""

from __future__ import annotations

import hashlib

from khue.organisations.api import organisations_by_ids
from khue.signing.models import Document, Request
from khue.signing.queries.documents import bundle_of, content_of
from khue.signing.rules.codes import CodeFacts, CodeState
from khue.signing.rules.requests import State
from khue.signing.services.codes import register_verify_code

STATES = {
    Document.State.SIGNED: CodeState.VALID,
    Document.State.WAITING: CodeState.WAITING,
    Document.State.SUPERSEDED: CodeState.SUPERSEDED,
    Document.State.REFUSED: CodeState.CANCELLED,
    Document.State.WITHDRAWN: CodeState.CANCELLED,
}


def register_document_codes() -> None:
    """At start-up: files that were handed in answer for their own codes."""
    register_verify_code("document", facts_of_code)


def facts_of_code(code: str) -> CodeFacts | None:
    """The facts of a file; its title names no pupil."""
    row = Document.objects.filter(verify_code=code).first()
    if row is None:
        return None
    state = STATES[Document.State(row.state)]
    later = _later(row) if state is CodeState.SUPERSEDED else None
    return CodeFacts(
        state=state,
        title=row.title,
        issuer=_issuer(row),
        number=row.version,
        digest=hashlib.sha256(content_of(row)).hexdigest() if row.finished_at else "",
        issued_at=row.finished_at,
        ended_at=later.finished_at if later else None,
        replaced_by=later.version if later else None,
        signatures=_signed(row),
    )


def _later(row: Document) -> Document | None:
    signed = Document.objects.filter(kind=row.kind, key=row.key, version__gt=row.version)
    return signed.filter(state=Document.State.SIGNED).order_by("version").first()


def _issuer(row: Document) -> str:
    where = row.school_id or row.province_id
    found = organisations_by_ids([where]) if where else {}
    return found[where].name if where in found else ""


def _signed(row: Document) -> int:
    return Request.objects.filter(bundle=bundle_of(row.pk), state=State.SIGNED).count()
