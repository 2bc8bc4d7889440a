"""Tổng hợp của giáo viên chủ nhiệm: a class over all its subjects, for a term or the year."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count as Counted
from django.db.models import Q

from khue.access.api import Actor, permit, reach
from khue.gradebook.models import ConductEvidence, StudentResult
from khue.gradebook.queries.books import CLASS_PLACE, NoSuchBook
from khue.gradebook.queries.class_results import (
    ClassResults,
    PupilResults,
    SubjectColumn,
    SubjectLine,
    read_class_results,
)
from khue.gradebook.queries.policies import policies_of
from khue.gradebook.rules.marks import FAILED, Mark
from khue.gradebook.rules.policies import Settings
from khue.gradebook.rules.regimes import Regime
from khue.gradebook.rules.year_reasons import YearFacts, award_text, outcome_text
from khue.organisations.api import (
    ClassCard,
    class_summaries,
    class_summary,
    classes_at,
    grade_number,
)

VIEW, WRITE = "gradebook.view_summary", "gradebook.write_summary"
SECONDARY = ("03", "04", "05")
YEAR = 3
NOTHING = SubjectLine()
# Who came twice is one line, by the later stay; who left did so before the year was over.
PUPILS = """
select distinct on (student.name_key, student.id) student.id, student.name,
  coalesce(student.code, ''), coalesce(stay.ends_on < %s and stay.status in
    ('moved_class', 'transferred_out', 'dropped_out'), false), stay.ends_on
from records_enrolment stay
join records_student student on student.id = stay.student_id
where stay.school_class_id = %s
order by student.name_key, student.id, stay.starts_on desc, stay.id desc
"""
PASSING = 50
NOBODY = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Summary:
    """Bảng tổng hợp of a class: results, and how many notes there are of each pupil by kind."""

    results: ClassResults
    notes: Mapping[int, Mapping[str, int]]
    settings: Settings

    @property
    def subjects(self) -> list[SubjectColumn]:
        """Comment subjects first, as the summary page of the class book has them."""
        counted = [one for one in self.results.subjects if one.regular_marks]
        return sorted(counted, key=lambda one: not one.by_comment)

    @property
    def pupils(self) -> Sequence[PupilResults]:
        return self.results.pupils

    @property
    def is_secondary(self) -> bool:
        return self.results.level in SECONDARY

    def facts(self, pupil: PupilResults) -> YearFacts:
        return facts_of(pupil, failing_names(self.results, pupil), self.settings)


def result_in(line: SubjectLine, period: int) -> Mark:
    """The result of a term (1, 2) or of the year (3)."""
    return line.year if period == YEAR else line.term(period)


def failing_names(results: ClassResults, pupil: PupilResults) -> list[str]:
    """Môn chưa đạt of the year: under 5,0, or Chưa đạt."""
    return [
        one.short_name
        for one in results.subjects
        if (line := pupil.subjects.get(one.id)) and line.counts and is_failing(line.year)
    ]


def is_failing(mark: Mark) -> bool:
    return mark == FAILED or (mark is not None and mark < PASSING)


def facts_of(pupil: PupilResults, failing: Sequence[str], settings: Settings) -> YearFacts:
    """What decides about a pupil, for the sentences that say why."""
    row = pupil.decisions
    return YearFacts(
        row.conduct1,
        row.conduct2,
        row.conduct_year,
        row.learning_year,
        row.absent,
        settings.absence_limit,
        failing,
        row.conduct_after,
        row.learning_after,
        row.outcome == "PRINCIPAL_DECIDES",
        settings.conduct_optional and row.regime == Regime.TT43,
    )


def outcome_shown(pupil: PupilResults) -> str:
    return outcome_text(pupil.decisions.final_outcome, grade_number(pupil.grade))


def award_shown(pupil: PupilResults) -> str:
    return award_text(pupil.decisions.award, pupil.decisions.regime)


def open_class(actor: Actor, class_id: int, permission: str = VIEW) -> ClassCard:
    """A class at which this person holds the permission."""
    card = class_summary(class_id)
    permit(actor, permission, card.place)
    return card


def open_summary(actor: Actor, class_id: int) -> Summary:
    """The whole class in a handful of reads."""
    results = read_class_results(class_id)
    permit(actor, VIEW, results.place)
    settings = policies_of(results.school_id, results.year).settings
    return Summary(results, _notes(class_id), settings)


def open_class_results(class_id: int, student_ids: Iterable[int]) -> ClassResults:
    """Some pupils of a class after a save whose service has passed the gate."""
    return read_class_results(class_id, student_ids)


def _notes(class_id: int) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    rows = (
        ConductEvidence.objects.filter(school_class_id=class_id, withdrawn_at__isnull=True)
        .values_list("student_id", "kind")
        .annotate(many=Counted("id"))
    )
    for student_id, kind, many in rows:
        found[student_id][kind] = many
    return found


def pupils_of_class(card: ClassCard, today: date) -> list[tuple[int, str, str, bool, date | None]]:
    """(id, name, code, left, last day) of everyone who sat in the class."""
    with connection.cursor() as cursor:
        cursor.execute(PUPILS, [today, card.id])
        return list(cursor.fetchall())


def find_pupil(card: ClassCard, student_id: int, today: date) -> tuple[int, str, str, bool, Any]:
    """A pupil of the class; nobody else's address opens anything."""
    for pupil in pupils_of_class(card, today):
        if pupil[0] == student_id:
            return pupil
    raise NoSuchBook(student_id)


def evidence_of(actor: Actor, class_id: int, student_id: int) -> list[ConductEvidence]:
    """Ghi nhận của một học sinh, the newest first, also what was withdrawn."""
    open_class(actor, class_id)
    rows = ConductEvidence.objects.filter(school_class_id=class_id, student_id=student_id)
    return list(rows.order_by("-day", "-id"))


@dataclass(frozen=True, slots=True)
class ClassLine:
    """A class in the list of those that a person may look at."""

    card: ClassCard
    writable: bool
    pupils: int
    conduct1: int
    conduct2: int
    decided: int


def summary_classes(actor: Actor, year: int) -> list[ClassLine]:
    """The secondary classes of a year whose summaries this person may read."""
    within = classes_within(reach(actor, VIEW).paths, year)
    cards = [one for one in within if one.level in SECONDARY]
    writing, counts = reach(actor, WRITE), _counts([one.id for one in cards])
    return [
        _class_line(card, counts.get(card.id, NOBODY), writable=writing.covers(card.place))
        for card in cards
    ]


def _class_line(card: ClassCard, counted: tuple[int, ...], *, writable: bool) -> ClassLine:
    pupils, first, second, settled = counted
    return ClassLine(card, writable, pupils, first, second, settled)


def classes_within(paths: Iterable[str], year: int) -> list[ClassCard]:
    """The classes of a year at some paths: of classes, or of everything above them."""
    given = list(paths)
    numbers = [int(found[1]) for one in given if (found := re.fullmatch(CLASS_PLACE, one))]
    own = [one for one in class_summaries(numbers).values() if one.year == year]
    above = classes_at([one for one in given if "/c" not in one], year)
    cards = {one.id: one for one in [*own, *above]}.values()
    return sorted(cards, key=lambda one: (one.school_name, one.level, one.grades, one.name_key))


def _counts(class_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """How many pupils there are, and how many have conduct of each term and an outcome."""
    rows = (
        StudentResult.objects.filter(school_class_id__in=class_ids)
        .values("school_class_id")
        .annotate(
            first=Counted("student_id", filter=Q(conduct1__isnull=False)),
            second=Counted("student_id", filter=Q(conduct2__isnull=False)),
            settled=Counted("student_id", filter=~Q(outcome="") | ~Q(decided="")),
        )
        .values_list("school_class_id", "first", "second", "settled")
    )
    found = {class_id: numbers for class_id, *numbers in rows}
    return {
        class_id: (size, *(found.get(class_id) or (0, 0, 0)))
        for class_id, size in sizes_of(class_ids).items()
    }


def sizes_of(class_ids: Sequence[int]) -> dict[int, int]:
    """Sĩ số: who stayed to the end, or is still there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select school_class_id, count(distinct student_id) from records_enrolment"
            " where school_class_id = any(%s)"
            " and status in ('studying', 'completed', 'retained') group by school_class_id",
            [list(class_ids)],
        )
        return dict(cursor.fetchall())
