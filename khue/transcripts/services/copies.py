"""Bản sao học bạ: the signed files as they are, and the whole transcript on paper; each noted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from khue.access.api import Actor, OutsidePlace
from khue.records.api import photos_of, student_summary
from khue.signing.api import FoundSignature, Holder, facts_of, holder_of, read_xades
from khue.transcripts.permissions import VIEW
from khue.transcripts.queries.published import (
    OutYear,
    facts_out,
    open_out,
    open_transcript,
    open_version,
    pdf_of,
    xml_of,
)
from khue.transcripts.queries.received import (
    ReceivedYear,
    file_of_received,
    open_received,
    received_years,
)
from khue.transcripts.queries.sealed import digest
from khue.transcripts.rules.facts import YearFacts
from khue.transcripts.rules.papers import PaperSigner
from khue.transcripts.rules.xml import write_body
from khue.transcripts.services.lookups import note_lookup
from khue.transcripts.services.printing import PaperYear, render_transcript_pdf
from khue.transcripts.services.signed_pdf import rendered_now, signers_of
from kit.fences import EVERYTHING, scoped

XML_WORDS, PDF_WORDS, WHOLE_WORDS = "tải tệp XML", "tải tệp PDF", "tải toàn bộ học bạ"
SEEN_WORDS = "xem bản PDF"


@dataclass(frozen=True, slots=True)
class Copy:
    """A file to take along."""

    name: str
    media_type: str
    content: bytes


def copy_xml(*, actor: Actor, now: datetime, permission: str, version_id: int) -> Copy:
    """Tệp XML đã ký of a version that went out."""
    return _copy(actor, now, permission, version_id, XML_WORDS)


def copy_pdf(*, actor: Actor, now: datetime, permission: str, version_id: int) -> Copy:
    """Tệp PDF đã ký of a version that went out."""
    return _copy(actor, now, permission, version_id, PDF_WORDS)


@transaction.atomic
def _copy(actor: Actor, now: datetime, permission: str, version_id: int, words: str) -> Copy:
    out = open_out(actor, permission, version_id)
    with scoped(EVERYTHING):
        content = xml_of(out.id) if words == XML_WORDS else pdf_of(out.id)
        if not content:
            raise OutsidePlace(version_id)
        _note(now, actor, out, words)
    ending, kind = ("xml", "application/xml") if words == XML_WORDS else ("pdf", "application/pdf")
    return Copy(f"hoc-ba-{out.year}-{out.year + 1}.{ending}", kind, content)


def _note(now: datetime, actor: Actor, out: OutYear, words: str) -> None:
    note_lookup(
        now=now,
        actor=actor,
        student_id=out.student_id,
        province_id=out.province_id,
        version_id=out.id,
        what=words,
    )


@transaction.atomic
def copy_transcript(*, actor: Actor, now: datetime, permission: str, student_id: int) -> Copy:
    """Toàn bộ học bạ trên giấy: every year that holds; raises OutsidePlace when there is none."""
    years = open_transcript(actor, permission, student_id)
    with scoped(EVERYTHING):
        content = whole_transcript(student_id, years, now)
        if content is None:
            raise OutsidePlace(student_id)
        _note_whole(now, actor, student_id)
    return Copy("hoc-ba.pdf", "application/pdf", content)


def _note_whole(now: datetime, actor: Actor, student_id: int) -> None:
    student = student_summary(student_id)
    if student is not None:
        note_lookup(
            now=now,
            actor=actor,
            student_id=student_id,
            province_id=student.province_id,
            what=WHOLE_WORDS,
        )


def whole_transcript(student_id: int, years: Sequence[OutYear], now: datetime) -> bytes | None:
    """The paper of every year, those of earlier schools included; None when there is none.

    Not gated; fenced.
    """
    papers = {one.packed.year: received_paper(one) for one in received_years(student_id)}
    signers = signers_of([one.id for one in years])
    for one in years:
        papers[one.year] = PaperYear(
            facts=facts_out(one.id), body_digest=one.body_digest, signers=signers[one.id]
        )
    if not papers:
        return None
    photo = photos_of([student_id]).get(student_id)
    return render_transcript_pdf([papers[year] for year in sorted(papers)], photo=photo, at=now)


def received_paper(one: ReceivedYear) -> PaperYear:
    """A year of an earlier school, with the signers that its file names."""
    file = file_of_received(one.package_id, one.packed.body) or b""
    found = [_signer(one.facts, signature) for signature in read_xades(file)]
    return PaperYear(facts=one.facts, body_digest=digest(write_body(one.facts)), signers=found)


def _signer(facts: YearFacts, found: FoundSignature) -> PaperSigner:
    """Which role it was is told by what the signature covers."""
    name, first = facts_of(found.certificate).name, found.covers[0] if found.covers else ""
    if first.startswith("mh-"):
        return PaperSigner("subject", first, name, found.claimed_at)
    if first == facts.element:
        return PaperSigner("homeroom", first, name, found.claimed_at)
    is_seal = holder_of(found.certificate) is Holder.ORGANISATION
    return PaperSigner("seal" if is_seal else "principal", first, name, found.claimed_at)


@transaction.atomic
def copy_received(
    *, actor: Actor, now: datetime, permission: str, received_id: int, year: int
) -> Copy:
    """Tệp PDF của một năm học ở trường cũ, byte for byte as it came in an accepted package."""
    with scoped(EVERYTHING):
        package = open_received(actor, permission, received_id)
        found = [one for one in received_years(package.student_id) if one.packed.year == year]
        name = (found[0].packed.view or found[0].packed.body) if found else ""
        content = file_of_received(found[0].package_id, name) if found else None
        if content is None:
            raise OutsidePlace(received_id)
        note_lookup(
            now=now,
            actor=actor,
            student_id=package.student_id,
            province_id=package.province_id,
            what=PDF_WORDS,
        )
    ending = name.rsplit(".", 1)[-1]
    return Copy(f"hoc-ba-{year}-{year + 1}.{ending}", f"application/{ending}", content)


def copy_pdf_in_work(*, actor: Actor, now: datetime, version_id: int) -> Copy:
    """Bản PDF of a version, also while it is being signed; for those who see the class."""
    version = open_version(actor, VIEW, version_id)
    with scoped(EVERYTHING):
        content = pdf_of(version_id) or rendered_now(version_id)
        note_lookup(
            now=now,
            actor=actor,
            student_id=version.student_id,
            province_id=version.province_id,
            version_id=version_id,
            what=SEEN_WORDS,
        )
    return Copy(f"hoc-ba-{version.year}-{version.year + 1}.pdf", "application/pdf", content)
