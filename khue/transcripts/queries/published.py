"""Học bạ đã phát hành: what of a pupil is out, for the family, a package, a paper, a credential."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from khue.access.api import Actor, OutsidePlace, class_place, permit
from khue.organisations.api import school_summary
from khue.records.api import student_places
from khue.transcripts.models import Transcript, Version
from khue.transcripts.queries.sealed import BODY, FILE, PDF, unseal
from khue.transcripts.rules.facts import YearFacts
from khue.transcripts.rules.states import State
from khue.transcripts.rules.xml import read_body
from kit.fences import EVERYTHING, scoped
from kit.statements import kept_rows

OUT = (State.PUBLISHED, State.SUPERSEDED, State.CANCELLED)
# On the first page of every family; the plan is kept. In the order of OutYear.
YEARS_OUT = """
select version.id, version.student_id, version.school_id, version.province_id, part.year,
  part.grade, part.class_name, part.school_name, version.number, version.state,
  version.verify_code, version.body_digest, version.published_at, version.ended_at,
  coalesce(version.pdf_digest, '') <> ''
from transcripts_version version
join transcripts_transcriptyear part on part.id = version.part_of_id
where version.student_id = %(student)s and version.state = any(%(states)s)
order by part.year, version.number
"""


@dataclass(frozen=True, slots=True)
class OutYear:
    """A version that went out. `ended_at`: since when it holds no more."""

    id: int
    student_id: int
    school_id: int
    province_id: int
    year: int
    grade: str
    class_name: str
    school: str
    number: int
    state: State
    verify_code: str
    body_digest: str
    published_at: datetime
    ended_at: datetime | None
    has_pdf: bool

    @property
    def label(self) -> str:
        return f"{self.year}–{self.year + 1}"

    @property
    def holds(self) -> bool:
        return self.state is State.PUBLISHED


def transcript_code(student_id: int) -> str:
    """Mã định danh học bạ of a pupil, "" when there is no transcript yet. Not gated; fenced."""
    row = Transcript.objects.filter(student_id=student_id).values_list("code", flat=True)
    return row.first() or ""


def years_out(student_id: int, *, all_versions: bool = False) -> list[OutYear]:
    """Published years of a pupil, the oldest first. Not gated; fenced."""
    states = OUT if all_versions else (State.PUBLISHED,)
    values = {"student": student_id, "states": [one.value for one in states]}
    rows = kept_rows(YEARS_OUT, values)
    return [OutYear(*[*row[:9], State(row[9]), *row[10:]]) for row in rows]


def _out(row: Version) -> OutYear:
    part = row.part_of
    assert row.published_at is not None
    return OutYear(
        row.pk,
        row.student_id,
        row.school_id,
        row.province_id,
        part.year,
        part.grade,
        part.class_name,
        part.school_name,
        row.number,
        State(row.state),
        row.verify_code,
        row.body_digest,
        row.published_at,
        row.ended_at,
        bool(row.pdf_digest),
    )


def open_transcript(actor: Actor, permission: str, student_id: int) -> list[OutYear]:
    """The published years of a pupil for someone who may; also the years at other schools."""
    permit(actor, permission, *student_places(student_id))
    with scoped(EVERYTHING):
        return years_out(student_id)


def open_out(actor: Actor, permission: str, version_id: int) -> OutYear:
    """A version that went out: for those of the pupil's places, and of the school that made it."""
    row = Version.objects.select_related("part_of").defer("body", "file", "pdf")
    found = row.filter(pk=version_id, state__in=OUT).first()
    if found is None:
        raise OutsidePlace(version_id)
    out = _out(found)
    school = school_summary(out.school_id)
    permit(actor, permission, *student_places(out.student_id), school.path)
    return out


@dataclass(frozen=True, slots=True)
class AnyVersion:
    """A version in whatever state: of whom, of which year."""

    id: int
    student_id: int
    province_id: int
    year: int


def open_version(actor: Actor, permission: str, version_id: int) -> AnyVersion:
    """A version in any state, for those who see its class, its school or the pupil."""
    row = Version.objects.select_related("part_of").defer("body", "file", "pdf")
    found = row.filter(pk=version_id).first()
    if found is None:
        raise OutsidePlace(version_id)
    part, path = found.part_of, school_summary(found.school_id).path
    places = [class_place(path, part.school_class_id)] if part.school_class_id else []
    permit(actor, permission, *places, path, *student_places(found.student_id))
    return AnyVersion(found.pk, found.student_id, found.province_id, part.year)


def facts_out(version_id: int) -> YearFacts:
    """The facts of a version. Not gated; fenced."""
    body = Version.objects.filter(pk=version_id).values_list("body", flat=True)
    return read_body(unseal(body.get(), BODY))


def xml_of(version_id: int) -> bytes:
    """The signed file. Not gated; fenced."""
    file = Version.objects.filter(pk=version_id).values_list("file", flat=True)
    return unseal(file.get(), FILE)


def pdf_of(version_id: int) -> bytes:
    """The signed view, b"" when there is none. Not gated; fenced."""
    pdf = Version.objects.filter(pk=version_id).values_list("pdf", flat=True)
    return unseal(pdf.get(), PDF)
