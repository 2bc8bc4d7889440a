"""Bản PDF đã ký của học bạ: rendered once every teacher has signed, then signed by the leader and
sealed by the school, beside the XML and in the same act."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef

from khue.ledger.api import Operation
from khue.records.api import photos_of
from khue.signing.api import (
    Ask,
    Format,
    Holder,
    OpenRequest,
    PdfLook,
    Signable,
    Signed,
    SigningKind,
    organisation_look,
    personal_look,
    register_signing_kind,
    seal_box,
    withdraw_requests,
)
from khue.transcripts.models import Part, Version
from khue.transcripts.queries.sealed import BODY, PDF, digest, seal, unseal
from khue.transcripts.rules.papers import (
    SEAL_TEXT,
    SEAL_WIDE,
    SIGNATURE,
    SIGNATURE_TEXT,
    PaperSigner,
)
from khue.transcripts.rules.signing import SignerRole
from khue.transcripts.rules.states import State
from khue.transcripts.rules.xml import read_body
from khue.transcripts.services.printing import PaperYear, render_year_pdf

AHEAD = 90
PDF_KIND = "transcripts.pdf"
TITLE = "Học bạ số, bản PDF"
FIELDS: Mapping[SignerRole, str] = {
    SignerRole.PRINCIPAL: "KyHieuTruong",
    SignerRole.SEAL: "KyDonVi",
}
# The XML signature of the same act may have moved the version a step on already.
OPEN_IN: Mapping[SignerRole, Collection[str]] = {
    SignerRole.PRINCIPAL: (State.CONFIRMED, State.SIGNED_PERSONAL),
    SignerRole.SEAL: (State.SIGNED_PERSONAL, State.SIGNED_ORG),
}


class PdfTrouble(Exception):
    """A signed PDF came for a version that takes none now; the whole chunk is undone."""


@dataclass(frozen=True, slots=True)
class _Key:
    """What the key of a request names: a version, and who signs its PDF."""

    version_id: int
    role: SignerRole

    def __str__(self) -> str:
        return f"{self.version_id}.{self.role}"

    @classmethod
    def read(cls, key: str) -> _Key:
        version_id, _, role = key.partition(".")
        return cls(int(version_id), SignerRole(role))


def register() -> None:
    register_signing_kind(SigningKind(PDF_KIND, TITLE, open_many, accept_many, page=page))


def page(key: str) -> str:
    """Where the PDF is read before signing."""
    return f"/hoc-ba/phien-ban/{_Key.read(key).version_id}/hoc-ba.pdf"


def pdf_asks(asks: Iterable[tuple[Part, Ask]]) -> list[Ask]:
    """For each leader's and seal's part of the XML the request for its PDF, beside it."""
    return [
        Ask(
            kind=PDF_KIND,
            key=str(_Key(part.version_id, SignerRole(part.role))),
            bundle=one.bundle,
            step=one.step,
            group=one.group,
            group_title=one.group_title,
            title=f"{one.title} (bản PDF)",
            position=one.position,
            account_id=one.account_id,
            seal_of=one.seal_of,
            format=Format.PADES,
            level=one.level,
            role=one.role,
            school_id=one.school_id,
            province_id=one.province_id,
        )
        for part, one in asks
        if SignerRole(part.role) in FIELDS
    ]


def withdraw_pdfs(operation: Operation, version_ids: Iterable[int], reason: str) -> None:
    """Taken back with the requests for the XML."""
    keys = [str(_Key(one, role)) for one in version_ids for role in FIELDS]
    withdraw_requests(operation=operation, kind=PDF_KIND, keys=keys, reason=reason)


def without_pdf(version_ids: Collection[int]) -> set[int]:
    """Versions whose PDF the school has not sealed yet."""
    rows = Version.objects.filter(pk__in=version_ids, pdf_digest="")
    return set(rows.values_list("pk", flat=True))


def open_many(requests: Sequence[OpenRequest]) -> dict[int, Signable]:
    """Mở để ký: rendered when the leader opens it first, kept for the seal."""
    keys = {one.id: _Key.read(one.key) for one in requests}
    rows = _held({key.version_id for key in keys.values()})
    render_missing(list(rows.values()))
    return {
        one.id: Signable(unseal(row.pdf, PDF), look=_look(keys[one.id].role, one))
        for one in requests
        if (row := rows.get(keys[one.id].version_id)) is not None
        if row.pdf and row.state in OPEN_IN[keys[one.id].role]
    }


def _held(version_ids: Iterable[int]) -> dict[int, Version]:
    rows = Version.objects.filter(pk__in=set(version_ids)).order_by("pk")
    return {row.pk: row for row in rows.select_for_update(of=("self",)).defer("file")}


@transaction.atomic
def render_ahead(*, limit: int = AHEAD) -> int:
    """Render what every teacher has signed before the leader opens it; return how many.

    So her act of signing does not wait for the printer. What somebody is signing is left alone.
    """
    unsigned = Part.objects.filter(version=OuterRef("pk"), signature__isnull=True)
    rows = Version.objects.filter(
        ~Exists(unsigned.exclude(role__in=FIELDS)), state=State.CONFIRMED, pdf__isnull=True
    )
    locked = rows.select_for_update(of=("self",), skip_locked=True).defer("file")
    return render_missing(list(locked.order_by("pk")[:limit]))


def render_missing(rows: Sequence[Version]) -> int:
    """Render what every teacher has signed and nobody rendered yet; return how many."""
    wanted = [row for row in rows if not row.pdf and row.state in OPEN_IN[SignerRole.PRINCIPAL]]
    if not wanted:
        return 0
    signers = signers_of([row.pk for row in wanted])
    ready = [row for row in wanted if _teachers_signed(signers[row.pk])]
    photos = photos_of([row.student_id for row in ready])
    for row in ready:
        row.pdf = seal(_rendered(row, signers[row.pk], photos.get(row.student_id)), PDF)
    Version.objects.bulk_update(ready, ["pdf"])
    return len(ready)


def rendered_now(version_id: int) -> bytes:
    """The view of a version as it stands, with the signatures made so far; kept nowhere."""
    row = Version.objects.defer("file").get(pk=version_id)
    signers = [one for one in signers_of([version_id])[version_id] if one.at]
    return _rendered(row, signers, photos_of([row.student_id]).get(row.student_id))


def signers_of(version_ids: Sequence[int]) -> dict[int, list[PaperSigner]]:
    """Who signs each version, and when, in their order."""
    rows = Part.objects.filter(version__in=version_ids).order_by("pk")
    found: dict[int, list[PaperSigner]] = defaultdict(list)
    values = rows.values_list("version_id", "role", "element", "signer_name", "signed_at")
    for version_id, role, element, name, at in values:
        found[version_id].append(PaperSigner(role, element, name, at))
    return found


def _teachers_signed(signers: Iterable[PaperSigner]) -> bool:
    return all(one.at for one in signers if one.role not in FIELDS)


def _rendered(row: Version, signers: Sequence[PaperSigner], photo: bytes | None) -> bytes:
    """The time in the file is that of the last teacher's signature, so it is the same each time."""
    facts = read_body(unseal(row.body, BODY))
    teachers = [one for one in signers if one.role not in FIELDS]
    at = max((one.at for one in teachers if one.at), default=row.changed_at)
    paper = PaperYear(facts=facts, body_digest=row.body_digest, signers=teachers)
    return render_year_pdf(paper, photo=photo, at=at)


def _look(role: SignerRole, request: OpenRequest) -> PdfLook:
    """Blue over the leader's name, the red seal over a third of it; without images, two texts."""
    signer = request.signer
    if role is SignerRole.SEAL or signer.holder is Holder.ORGANISATION:
        box = seal_box(SIGNATURE, signer.image, side=SEAL_WIDE) if signer.image else SEAL_TEXT
        make = organisation_look
    else:
        box, make = (SIGNATURE if signer.image else SIGNATURE_TEXT), personal_look
    title = request.role or signer.title
    return make(
        signer.image or None, signer.name, title, request.at, box=box, field_name=FIELDS[role]
    )


def accept_many(signed: Sequence[Signed]) -> None:
    """Nhận bản đã ký; its digest is told once the seal is on it."""
    keys = {one.request_id: _Key.read(one.key) for one in signed}
    rows = _held({key.version_id for key in keys.values()})
    for one in signed:
        key = keys[one.request_id]
        row = rows.get(key.version_id)
        if row is None or row.pdf_digest or row.state not in OPEN_IN[key.role]:
            raise PdfTrouble(one.key)
        row.pdf = seal(one.result, PDF)
        if key.role is SignerRole.SEAL:
            row.pdf_digest = digest(one.result)
    Version.objects.bulk_update(rows.values(), ["pdf", "pdf_digest"])
