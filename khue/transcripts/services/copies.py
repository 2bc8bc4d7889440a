"""Bản sao học bạ: the signed files as they are, and the whole transcript on paper; each noted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from khue.access.api import Actor, OutsidePlace
from khue.records.api import photos_of
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
from khue.transcripts.queries.received import file_of_received, open_received, received_years
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
    if not years:
        raise OutsidePlace(student_id)
    with scoped(EVERYTHING):
        content = whole_transcript(years, now)
        _note(now, actor, years[-1], WHOLE_WORDS)
    return Copy("hoc-ba.pdf", "application/pdf", content)


def whole_transcript(years: Sequence[OutYear], now: datetime) -> bytes:
    """The paper of these years of one pupil. Not gated; fenced."""
    signers = signers_of([one.id for one in years])
    papers = [
        PaperYear(facts=facts_out(one.id), body_digest=one.body_digest, signers=signers[one.id])
        for one in years
    ]
    photos = photos_of([years[-1].student_id])
    return render_transcript_pdf(papers, photo=photos.get(years[-1].student_id), at=now)


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
