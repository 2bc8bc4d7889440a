"""Kết quả học tập of one child: every subject, both terms and the year; nobody else's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from khue.access.api import Actor, child_place, class_place, explain, permit
from khue.gradebook.models import SLOTS
from khue.gradebook.queries.family import FamilyYear, family_year
from khue.gradebook.queries.policies import topics_sql
from khue.gradebook.rules.marks import Mark, describe_mark, print_mark_cell
from khue.gradebook.rules.slots import slot_title, slots_of
from kit.statements import kept_rows

# The books of the class where the child sits last in the year, and of earlier classes of that year
# where marks were given.
RESULTS = f"""
with stays as (
  select distinct on (stay.school_class_id) stay.school_class_id, stay.starts_on
  from records_enrolment stay where stay.student_id = %(student)s and stay.year = %(year)s
  order by stay.school_class_id, stay.starts_on desc
), latest as (select school_class_id from stays order by starts_on desc limit 1)
select subject.id, what.name, subject.form, subject.regular_marks, class.id, class.name, node.name,
  node.path, class.id = (select school_class_id from latest),
  {topics_sql("subject", "class", "school", "1")}, {topics_sql("subject", "class", "school", "2")},
  result.result, coalesce(apart.first, ''), coalesce(apart.second, ''),
  {", ".join(f"first.{one}" for one in SLOTS)}, coalesce(brought.first, first.average),
  {", ".join(f"second.{one}" for one in SLOTS)}, coalesce(brought.second, second.average)
from stays
join organisations_schoolclass class on class.id = stays.school_class_id
join organisations_organisation node on node.id = class.school_id
join organisations_school school on school.organisation_id = class.school_id
join organisations_classsubject subject on subject.school_class_id = class.id
join organisations_subject what on what.id = subject.subject_id
left join gradebook_markrow first on first.year = %(year)s and first.term = 1
  and first.class_subject_id = subject.id and first.student_id = %(student)s
left join gradebook_markrow second on second.year = %(year)s and second.term = 2
  and second.class_subject_id = subject.id and second.student_id = %(student)s
left join gradebook_subjectresult result on result.year = %(year)s
  and result.class_subject_id = subject.id and result.student_id = %(student)s
left join lateral (
  select max(value) filter (where term = 1) as first, max(value) filter (where term = 2) as second
  from gradebook_carriedresult where student_id = %(student)s and year = %(year)s
    and subject_id = subject.subject_id and class.id = (select school_class_id from latest)
) brought on true
left join lateral (
  select max(kind) filter (where first_term = 1) as first,
    max(kind) filter (where last_term = 2) as second
  from gradebook_subjectcircumstance where student_id = %(student)s and year = %(year)s
    and class_subject_id = subject.id
) apart on true
where subject.regular_marks > 0 and (class.id = (select school_class_id from latest)
  or first.student_id is not null or second.student_id is not null)
order by 9 desc, subject.position, what.position, what.name
"""  # noqa: S608  (put together from our own column names)
WIDTH = len(SLOTS) + 1
# What the family reads instead of marks; the reason is no part of it.
APART = {
    "exempt": "Miễn đánh giá",
    "plan": "Đánh giá theo kế hoạch giáo dục cá nhân",
    "not_taken": "Không học môn này",
}


@dataclass(frozen=True, slots=True)
class TermResult:
    """One term of one subject: the marks that stand in the book, and the result.

    `apart` says why no mark is expected ("" where marks are).
    """

    slots: tuple[str, ...]
    marks: Mapping[str, Mark]
    average: Mark
    topics: int = 0
    apart: str = ""

    @property
    def shown(self) -> list[tuple[str, str]]:
        """(Thường xuyên 1, 7,5) … for each assessment that was given."""
        plain = len(self.slots) - 2 - self.topics
        titles = [slot_title(slot, plain=plain, topics=self.topics) for slot in self.slots]
        given = [print_mark_cell(self.marks.get(slot)) for slot in self.slots]
        return list(zip(titles, given, strict=True))

    @property
    def regular(self) -> list[str]:
        given = [self.marks.get(slot) for slot in self.slots[:-2]]
        return [print_mark_cell(mark) for mark in given if mark is not None]

    @property
    def midterm(self) -> str:
        return print_mark_cell(self.marks.get("gk"))

    @property
    def final(self) -> str:
        return print_mark_cell(self.marks.get("ck"))

    @property
    def result(self) -> str:
        return print_mark_cell(self.average)

    @property
    def is_empty(self) -> bool:
        return all(self.marks.get(slot) is None for slot in self.slots)


@dataclass(frozen=True, slots=True)
class SubjectResult:
    """One subject of the child's year; `elsewhere` names an earlier class where it was given."""

    class_subject_id: int
    name: str
    by_comment: bool
    terms: Mapping[int, TermResult]
    elsewhere: str = ""
    result: Mark = None

    @property
    def year(self) -> str:
        return describe_mark(self.result) if self.result is not None else ""


@dataclass(frozen=True, slots=True)
class ChildResults:
    """A child's results of one school year."""

    student_id: int
    year: int
    class_id: int | None
    class_name: str
    school_name: str
    subjects: list[SubjectResult]
    whole: FamilyYear = field(default_factory=FamilyYear)


def child_results(actor: Actor, student_id: int, year: int) -> ChildResults:
    """Kết quả học tập of a child in a school year: for the family, and for the class's readers."""
    rows = _rows(student_id, year)
    _permit(actor, student_id, rows)
    if not rows:
        return ChildResults(student_id, year, None, "", "", [])
    latest = rows[0]
    subjects = [_subject(row) for row in rows]
    whole = family_year(student_id, latest[4], year)
    return ChildResults(student_id, year, latest[4], latest[5], latest[6], subjects, whole)


def _rows(student_id: int, year: int) -> list[tuple[Any, ...]]:
    return kept_rows(RESULTS, {"student": student_id, "year": year})


def _permit(actor: Actor, student_id: int, rows: list[tuple[Any, ...]]) -> None:
    """As a child of the family, or as a reader of every book of the class."""
    places = {class_place(row[7], row[4]) for row in rows}
    if places and all(explain(actor, "gradebook.view_marks", one) is None for one in places):
        return
    permit(actor, "gradebook.view_child_marks", child_place(student_id))


def _subject(row: tuple[Any, ...]) -> SubjectResult:
    book, name, form, regular_marks, _, class_name, school, _, current, *rest = row
    topics1, topics2, result, kind1, kind2, *marks = rest
    terms = {
        1: _term(regular_marks, topics1, kind1, marks[:WIDTH]),
        2: _term(regular_marks, topics2, kind2, marks[WIDTH:]),
    }
    elsewhere = "" if current else f"{class_name}, {school}"
    return SubjectResult(book, name, form == "comment", terms, elsewhere, result)


def _term(regular_marks: int, topics: int, kind: str, values: Sequence[Mark]) -> TermResult:
    marks = dict(zip(SLOTS, values[:-1], strict=True))
    slots, apart = slots_of(regular_marks + topics), APART.get(kind, "")
    return TermResult(slots, marks, values[-1], topics, apart)
