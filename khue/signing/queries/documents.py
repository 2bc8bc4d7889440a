"""Tệp trình ký: its state, who signed and who is next, and its signed form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from khue.access.api import Actor, OutsidePlace, permit
from khue.signing.models import Document, Request
from khue.signing.queries.mine import own_requests
from kit.cipher import unseal_bytes

CONTENT_LABEL = "signing.document"
SIGNED_SUFFIX = ".p7s"


@dataclass(frozen=True, slots=True)
class StepLine:
    """One signer of a document, in order."""

    number: int
    role: str
    who: str
    state: str
    state_name: str
    at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class DocumentCard:
    """A document that was handed in, and how far its signatures are."""

    id: int
    kind: str
    key: str
    version: int
    title: str
    file_name: str
    media_type: str
    format: str
    state: str
    state_name: str
    verify_code: str
    asked_by: str
    asked_at: datetime
    finished_at: datetime | None
    steps: tuple[StepLine, ...]

    @property
    def signed_count(self) -> int:
        return sum(one.state == Request.State.SIGNED for one in self.steps)


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """Bytes to take home; `signatures`: the detached CMS beside a file that is no PDF or XML."""

    card: DocumentCard
    content: bytes
    signatures: bytes = b""


def content_of(row: Document) -> bytes:
    return _opened(bytes(row.content))


def signatures_of(row: Document) -> bytes:
    return _opened(bytes(row.signatures)) if row.signatures else b""


def _opened(held: bytes) -> bytes:
    return unseal_bytes(held, label=CONTENT_LABEL, key_hex=settings.FIELD_KEY)


def signed_document(actor: Actor, document_id: int) -> DocumentFile:
    """The newest form of a document with every signature so far, for those who may see it.

    That is who holds its permission at its place, or whose signature was asked for.
    """
    row = Document.objects.filter(pk=document_id).first()
    if row is None:
        raise OutsidePlace(document_id)
    if not own_requests(actor).filter(bundle=bundle_of(row.pk)).exists():
        permit(actor, row.view_permission, row.place)
    return DocumentFile(_cards([row])[0], content_of(row), signatures_of(row))


def bundle_of(document_id: int) -> str:
    return f"signing.document:{document_id}"


def newest_documents(kind: str, keys: Iterable[str]) -> dict[str, DocumentCard]:
    """The newest version for each key; the caller has passed the gate, the fence holds."""
    rows = (
        Document.objects.filter(kind=kind, key__in=list(keys))
        .defer("content", "signatures")
        .order_by("key", "-version")
        .distinct("key")
    )
    return {card.key: card for card in _cards(list(rows))}


def versions_of(kind: str, key: str) -> list[DocumentCard]:
    """Every version that was handed in, newest first; the caller has passed the gate."""
    rows = Document.objects.filter(kind=kind, key=key).defer("content", "signatures")
    return _cards(list(rows.order_by("-version")))


def _cards(rows: Sequence[Document]) -> list[DocumentCard]:
    lines = _lines([row.pk for row in rows])
    return [_card(row, lines.get(row.pk, ())) for row in rows]


def _card(row: Document, steps: Sequence[StepLine]) -> DocumentCard:
    return DocumentCard(
        id=row.pk,
        kind=row.kind,
        key=row.key,
        version=row.version,
        title=row.title,
        file_name=row.file_name,
        media_type=row.media_type,
        format=row.format,
        state=row.state,
        state_name=Document.State(row.state).label,
        verify_code=row.verify_code,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        finished_at=row.finished_at,
        steps=tuple(steps),
    )


def _lines(ids: Sequence[int]) -> dict[int, list[StepLine]]:
    bundles = {bundle_of(one): one for one in ids}
    rows = Request.objects.filter(bundle__in=list(bundles)).select_related("account", "seal_of")
    found: dict[int, list[StepLine]] = {}
    for row in rows.order_by("bundle", "step"):
        found.setdefault(bundles[row.bundle], []).append(_line(row))
    return found


def _line(row: Request) -> StepLine:
    return StepLine(
        row.step,
        row.role,
        asked_of(row),
        row.state,
        Request.State(row.state).label,
        row.signed_at,
        row.refused_reason,
    )


def asked_of(row: Request) -> str:
    """Whose signature is asked for: a person, or the seal of an organisation."""
    if row.account is not None:
        return str(row.account.name)
    return f"Con dấu {row.seal_of.name}" if row.seal_of else ""
