"""Trang học bạ: a school by class and state, a class by pupil; gated, few reads."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection
from django.db.models import Count, Q

from khue.access.api import Actor, permit
from khue.organisations.api import (
    ClassCard,
    SchoolCard,
    class_subjects,
    class_summary,
    classes_in_reach,
    classes_of,
    permit_inside,
)
from khue.transcripts.models import Part, Version
from khue.transcripts.permissions import VIEW
from khue.transcripts.queries.composition import PRESCHOOL, FreshClass, fresh_class
from khue.transcripts.queries.sealed import BODY, unseal
from khue.transcripts.rules.differences import Difference, differences
from khue.transcripts.rules.facts import YearFacts
from khue.transcripts.rules.signing import SignerRole
from khue.transcripts.rules.states import LINE, SIGNING, State
from khue.transcripts.rules.xml import read_body

# The newest version of each pupil who finishes the year in a class; no row is no version yet.
BY_STATE = """
select seat.school_class_id, newest.state, count(*) from (
  select distinct on (stay.student_id) stay.student_id, stay.school_class_id
  from records_enrolment stay
  where stay.school_class_id = any(%(classes)s)
    and stay.status not in ('moved_class', 'transferred_out', 'dropped_out')
  order by stay.student_id, stay.starts_on desc
) seat
left join lateral (
  select version.state from transcripts_version version
  join transcripts_transcriptyear part on part.id = version.part_of_id
  where part.student_id = seat.student_id and part.year = %(year)s
  order by version.number desc limit 1
) newest on true
group by seat.school_class_id, newest.state
"""
WEB_BODY = ("file", "pdf")


@dataclass(frozen=True, slots=True)
class ClassLine:
    """A class of the overview: how many pupils stand in which state ("" not composed)."""

    card: ClassCard
    counts: Mapping[str, int]

    @property
    def pupils(self) -> int:
        return sum(self.counts.values())

    @property
    def published(self) -> int:
        return self.counts.get(State.PUBLISHED, 0)

    def count(self, *states: str) -> int:
        return sum(self.counts.get(state, 0) for state in states)


@dataclass(frozen=True, slots=True)
class Overview:
    """Học bạ số của một trường trong một năm học."""

    school: SchoolCard
    year: int
    classes: Sequence[ClassLine]

    def count(self, *states: str) -> int:
        return sum(one.count(*states) for one in self.classes)

    @property
    def pupils(self) -> int:
        return sum(one.pupils for one in self.classes)


def overview_of_school(actor: Actor, school: SchoolCard, year: int) -> Overview:
    """Every class within reach, without preschool, which has no transcript; two reads."""
    permit_inside(actor, VIEW, school.path)
    cards = [one for one in classes_of(school.id, year) if one.level != PRESCHOOL]
    cards = classes_in_reach(actor, VIEW, cards)
    counts = _counts([one.id for one in cards], year)
    return Overview(school, year, [ClassLine(one, counts.get(one.id, {})) for one in cards])


def _counts(class_ids: Sequence[int], year: int) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(BY_STATE, {"classes": list(class_ids), "year": year})
        for class_id, state, count in cursor.fetchall():
            found[class_id][state or ""] = count
    return found


@dataclass(frozen=True, slots=True)
class PupilLine:
    """A pupil of the class page: the version that counts now, and what is to be told of it.

    `differs`: what the book says otherwise. `signed`, `asked`: signatures made and needed.
    """

    student_id: int
    name: str
    version_id: int | None = None
    number: int = 0
    state: str = ""
    published: int | None = None
    findings: tuple[str, ...] = ()
    differs: tuple[Difference, ...] = ()
    signed: int = 0
    asked: int = 0
    waits_for: tuple[str, ...] = ()
    changed_at: datetime | None = None

    @property
    def state_name(self) -> str:
        return State(self.state).name_vi if self.state else "Chưa lập"

    @property
    def is_stale(self) -> bool:
        """Whether a version that is being signed no longer says what the book says."""
        return bool(self.differs) and self.state in SIGNING


@dataclass(frozen=True, slots=True)
class ClassPage:
    """Học bạ số của một lớp."""

    card: ClassCard
    lines: Sequence[PupilLine]
    counts: Mapping[str, int] = field(default_factory=dict)

    def at(self, *states: str) -> list[PupilLine]:
        return [one for one in self.lines if one.state in states]

    @property
    def order(self) -> tuple[State, ...]:
        return LINE


def class_page(actor: Actor, class_id: int, today: date) -> ClassPage:
    """Everyone who finishes the year in a class; compared with the book as it stands today."""
    card = class_summary(class_id)
    permit(actor, VIEW, card.place)
    fresh = fresh_class(class_id, today)
    rows = _rows(card.year, list(fresh.facts))
    parts = _parts([row.pk for row in rows.values()])
    published = _published(card.year, list(fresh.facts))
    lines = [
        _line(fresh, student, facts.pupil.name, rows.get(student), parts, published)
        for student, facts in fresh.facts.items()
    ]
    return ClassPage(card, lines, Counter(one.state for one in lines))


def _rows(year: int, students: Sequence[int]) -> dict[int, Version]:
    """By pupil: the newest version."""
    rows = Version.objects.filter(part_of__year=year, student_id__in=students)
    newest = rows.order_by("student_id", "-number").distinct("student_id").defer(*WEB_BODY)
    return {row.student_id: row for row in newest}


def _published(year: int, students: Sequence[int]) -> dict[int, int]:
    """By pupil: the number of the published version, which may be older than the newest."""
    rows = Version.objects.filter(
        part_of__year=year, student_id__in=students, state=State.PUBLISHED
    )
    return dict(rows.values_list("student_id", "number"))


Waiting = Mapping[int, Sequence[tuple[str, bool]]]


def _parts(version_ids: Sequence[int]) -> Waiting:
    found: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    rows = Part.objects.filter(version__in=version_ids).order_by("pk")
    for version, name, at in rows.values_list("version_id", "signer_name", "signed_at"):
        found[version].append((name, at is not None))
    return found


def _line(
    fresh: FreshClass,
    student: int,
    name: str,
    row: Version | None,
    parts: Waiting,
    published: Mapping[int, int],
) -> PupilLine:
    if row is None:
        return PupilLine(student, name)
    asked = parts.get(row.pk, ())
    return PupilLine(
        student,
        name,
        row.pk,
        row.number,
        row.state,
        published.get(student),
        tuple(row.findings),
        _differences(fresh, row),
        sum(signed for _, signed in asked),
        len(asked),
        tuple(dict.fromkeys(who for who, signed in asked if not signed)),
        row.changed_at,
    )


def _differences(fresh: FreshClass, row: Version) -> tuple[Difference, ...]:
    if row.state in (State.CANCELLED, State.WITHDRAWN, State.SUPERSEDED):
        return ()
    return differences(_facts(row), fresh.facts[row.student_id])


def _facts(row: Version) -> YearFacts:
    return read_body(unseal(row.body, BODY))


@dataclass(frozen=True, slots=True)
class SignerLine:
    """A signature that the versions of a class need: whose, of how many pupils, how many made."""

    element: str
    role: str
    title: str
    name: str
    asked: int
    signed: int


def signers_of_class(class_id: int) -> list[SignerLine]:
    """Who signs what in a class now; not gated, shown beside the class page."""
    rows = (
        Part.objects.filter(
            version__part_of__school_class_id=class_id,
            version__state__in=list(SIGNING),
        )
        .values("element", "role", "signer_name", "class_subject_id")
        .annotate(asked=Count("id"), signed=Count("id", filter=Q(signature__isnull=False)))
        .order_by("signer_name")
    )
    names = {f"mh-{one.id}": one.subject_name for one in class_subjects(class_id)}
    places = list(names)
    lines = [
        SignerLine(
            row["element"],
            row["role"],
            names.get(row["element"]) or SignerRole(row["role"]).name_vi,
            row["signer_name"],
            row["asked"],
            row["signed"],
        )
        for row in rows
    ]
    return sorted(lines, key=lambda one: (SignerRole(one.role).step, _place(one, places)))


def _place(line: SignerLine, places: Sequence[str]) -> int:
    """Where the subject stands in the book; other parts stand alone in their step."""
    return places.index(line.element) if line.element in places else 0
