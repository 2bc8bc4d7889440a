"""Học bạ của một học sinh: every year one after another, every version, who signed it when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from khue.access.api import Actor, OutsidePlace, class_place, explain, permit
from khue.ledger.api import HistoryLine, history_of
from khue.organisations.api import organisations_by_ids
from khue.records.api import StudentSummary, student_places, student_summary
from khue.transcripts.models import Transcript, TranscriptYear, Version
from khue.transcripts.permissions import VIEW
from khue.transcripts.queries.composition import fresh_class
from khue.transcripts.queries.read import SignedPart, signers_of
from khue.transcripts.queries.sealed import BODY, unseal
from khue.transcripts.rules.differences import Difference, differences
from khue.transcripts.rules.facts import YearFacts
from khue.transcripts.rules.states import ENDED, State
from khue.transcripts.rules.xml import read_body


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version of a year, as the page tells of it."""

    row: Version
    signers: Sequence[SignedPart]
    replaced: int | None = None

    @property
    def id(self) -> int:
        return self.row.pk

    @property
    def state(self) -> State:
        return State(self.row.state)

    @property
    def signed(self) -> int:
        return sum(one.at is not None for one in self.signers)


@dataclass(frozen=True, slots=True)
class YearBlock:
    """A year with its versions, the newest first; `facts` are those of the version shown."""

    row: TranscriptYear
    place: str
    versions: Sequence[VersionLine]
    shown: VersionLine
    facts: YearFacts
    differs: Sequence[Difference] = ()

    @property
    def label(self) -> str:
        return f"{self.row.year}-{self.row.year + 1}"


@dataclass(frozen=True, slots=True)
class TranscriptPage:
    """Học bạ suốt đời of a pupil, as far as this person may see it."""

    student: StudentSummary
    code: str
    years: Sequence[YearBlock]
    history: Sequence[HistoryLine] = field(default_factory=list)


def transcript_page(actor: Actor, student_id: int, today: date) -> TranscriptPage:
    """Every year for the school that keeps the pupil and those above; else the school's own."""
    student = student_summary(student_id)
    if student is None:
        raise OutsidePlace(student_id)
    years = list(TranscriptYear.objects.filter(student_id=student_id).order_by("year"))
    paths = _places(years)
    seen = _seen(actor, student_id, years, paths)
    versions = _versions([one.pk for one in seen])
    blocks = [_block(one, paths[one.pk], versions[one.pk]) for one in seen if one.pk in versions]
    ids = [line.id for block in blocks for line in block.versions]
    if blocks:
        blocks[-1] = _compared(blocks[-1], today)
    code = Transcript.objects.filter(student_id=student_id).values_list("code", flat=True).first()
    told = history_of([f"transcript:{one}" for one in ids]) if ids else []
    return TranscriptPage(student, code or "", blocks, told)


def _places(years: Sequence[TranscriptYear]) -> dict[int, str]:
    """By year: where the gate finds it; a year of another system lies at its school."""
    schools = organisations_by_ids([one.school_id for one in years])
    return {
        one.pk: class_place(schools[one.school_id].path, one.school_class_id)
        if one.school_class_id
        else schools[one.school_id].path
        for one in years
        if one.school_id in schools
    }


def _seen(
    actor: Actor, student_id: int, years: Sequence[TranscriptYear], paths: Mapping[int, str]
) -> list[TranscriptYear]:
    here = student_places(student_id)
    if explain(actor, VIEW, *here) is None:
        return [one for one in years if one.pk in paths]
    permit(actor, VIEW, *here, *paths.values())
    return [one for one in years if one.pk in paths and not explain(actor, VIEW, paths[one.pk])]


def _versions(year_ids: Sequence[int]) -> dict[int, list[VersionLine]]:
    rows = Version.objects.filter(part_of__in=year_ids).select_related("supersedes")
    found = list(
        rows.defer(
            "file", "pdf", "supersedes__body", "supersedes__file", "supersedes__pdf"
        ).order_by("part_of_id", "-number")
    )
    signers = signers_of(row.pk for row in found)
    lines: dict[int, list[VersionLine]] = {}
    for row in found:
        before = row.supersedes.number if row.supersedes else None
        line = VersionLine(row, signers.get(row.pk, ()), before)
        lines.setdefault(row.part_of_id, []).append(line)
    return lines


def _block(row: TranscriptYear, place: str, versions: Sequence[VersionLine]) -> YearBlock:
    """The published version is the one shown, or the newest while there is none."""
    holds = [one for one in versions if one.state is State.PUBLISHED]
    shown = (holds or list(versions))[0]
    return YearBlock(row, place, versions, shown, read_body(unseal(shown.row.body, BODY)))


def _compared(block: YearBlock, today: date) -> YearBlock:
    """The last year is compared with its book; older ones on the page of their class."""
    class_id = block.row.school_class_id
    if class_id is None or block.shown.state in ENDED:
        return block
    fresh = fresh_class(class_id, today, [block.row.student_id]).facts.get(block.row.student_id)
    told = differences(block.facts, fresh) if fresh else ()
    return YearBlock(block.row, block.place, block.versions, block.shown, block.facts, told)


@dataclass(frozen=True, slots=True)
class VersionCard:
    """One version for a form about it: whose, which year, where, in which state."""

    id: int
    student_id: int
    name: str
    year: int
    number: int
    state: State
    class_id: int | None
    class_name: str
    place: str
    published_at: datetime | None

    @property
    def label(self) -> str:
        return f"{self.year}-{self.year + 1}"


def version_card(actor: Actor, version_id: int, permission: str) -> VersionCard:
    """A version at whose class this person holds the permission."""
    rows = Version.objects.filter(pk=version_id).select_related("part_of")
    row = rows.defer("body", "file", "pdf").first()
    if row is None:
        raise OutsidePlace(version_id)
    place = _places([row.part_of]).get(row.part_of_id)
    if place is None:
        raise OutsidePlace(version_id)
    permit(actor, permission, place)
    student = student_summary(row.student_id)
    return VersionCard(
        row.pk,
        row.student_id,
        student.name if student else "",
        row.part_of.year,
        row.number,
        State(row.state),
        row.part_of.school_class_id,
        row.part_of.class_name,
        place,
        row.published_at,
    )
