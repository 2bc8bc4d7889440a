"""Dữ liệu để tính kết quả của một lớp: marks, circumstances, what was brought along, decisions.

One read brings every pupil of a class with every subject; rules turn it into results.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from khue.gradebook.queries.books import NoSuchBook
from khue.gradebook.queries.policies import policies_of
from khue.gradebook.rules.levels import Level
from khue.gradebook.rules.marks import Mark
from khue.gradebook.rules.policies import GDTX_LEVEL, Settings
from khue.gradebook.rules.pupil_years import Given, PupilYear, SubjectYear, pupil_year
from khue.gradebook.rules.regimes import Regime, regime_of
from khue.organisations.api import Level as SchoolLevel
from khue.organisations.api import grade_number, level_of_grade
from kit.statements import kept_rows

CLASS = """
select class.id, class.year, class.level, class.grades, class.school_id, school.province_id
from organisations_schoolclass class
join organisations_school school on school.organisation_id = class.school_id
where class.id = %s
"""
# A pupil who left before the year ended finishes it elsewhere; one who came twice counts once.
PUPILS = """
with pupils as (
  select distinct on (stay.student_id) stay.student_id, stay.grade,
    not (stay.status in ('moved_class', 'transferred_out', 'dropped_out')
      and stay.ends_on < coalesce(calendar.ends_on, 'infinity'::date)) as stays
  from records_enrolment stay
  left join organisations_schoolyear calendar
    on calendar.province_id = stay.province_id and calendar.start_year = stay.year
  where stay.school_class_id = %(class)s
    and (%(only)s::bigint[] is null or stay.student_id = any(%(only)s))
  order by stay.student_id, stay.starts_on desc, stay.id desc
)
"""
READ = f"""{PUPILS}
select pupil.student_id, pupil.grade, pupil.stays,
  kept.conduct1, kept.conduct2, kept.conduct_after,
  coalesce(kept.absent_with, 0) + coalesce(kept.absent_without, 0),
  subjects.list
from pupils pupil
left join gradebook_studentresult kept on kept.year = %(year)s
  and kept.school_class_id = %(class)s and kept.student_id = pupil.student_id
cross join lateral (
  select json_agg(json_build_array(book.id, book.form, book.status = 'optional',
    book.periods_term1 > 0, book.periods_term2 > 0,
    first.average, second.average, carried.first, carried.second,
    coalesce(kind.first, ''), coalesce(kind.second, ''), result.reassessed, result.result)
    order by book.position, book.id) as list
  from organisations_classsubject book
  left join gradebook_markrow first on first.year = %(year)s and first.term = 1
    and first.class_subject_id = book.id and first.student_id = pupil.student_id
  left join gradebook_markrow second on second.year = %(year)s and second.term = 2
    and second.class_subject_id = book.id and second.student_id = pupil.student_id
  left join gradebook_subjectresult result on result.year = %(year)s
    and result.class_subject_id = book.id and result.student_id = pupil.student_id
  left join lateral (
    select max(brought.value) filter (where brought.term = 1) as first,
      max(brought.value) filter (where brought.term = 2) as second
    from gradebook_carriedresult brought where brought.student_id = pupil.student_id
      and brought.year = %(year)s and brought.subject_id = book.subject_id
  ) carried on true
  left join lateral (
    select max(fact.kind) filter (where fact.first_term = 1) as first,
      max(fact.kind) filter (where fact.last_term = 2) as second
    from gradebook_subjectcircumstance fact where fact.student_id = pupil.student_id
      and fact.year = %(year)s and fact.class_subject_id = book.id
  ) kind on true
  where book.school_class_id = %(class)s and book.regular_marks > 0
) subjects
order by pupil.student_id
"""  # noqa: S608  (put together from our own text)


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """A class, as far as results ask: its year, level and place."""

    id: int
    year: int
    level: str
    grades: list[str]
    school_id: int
    province_id: int


@dataclass(frozen=True, slots=True)
class PupilFacts:
    """Everything from which the results of one pupil follow; `stored` as they stand by subject."""

    student_id: int
    grade: str
    given: Given
    subjects: Sequence[SubjectYear]
    stored: Mapping[int, Mark]


def class_facts(class_id: int) -> ClassFacts:
    """The class, or NoSuchBook."""
    found = kept_rows(CLASS, [class_id])
    if not found:
        raise NoSuchBook(class_id)
    return ClassFacts(*found[0])


CLASSES = """
select class.id, class.school_id from organisations_schoolclass class
join organisations_organisation node on node.id = class.school_id
where class.level in ('02', '03', '04', '05')
  and (%(province)s = '' or node.province_code = %(province)s)
  and (%(year)s::int is null or class.year = %(year)s)
  and class.year >= %(from_year)s
  and (%(school)s::bigint is null or class.school_id = %(school)s)
order by class.school_id, class.year, class.id
"""


def classes_with_results(
    *,
    province: str = "",
    year: int | None = None,
    from_year: int = 0,
    school_id: int | None = None,
) -> dict[int, list[int]]:
    """Classes whose results are computed here, by school: of a province code, of a year."""
    given = {"province": province, "year": year, "from_year": from_year, "school": school_id}
    found: dict[int, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(CLASSES, given)
        for class_id, school in cursor.fetchall():
            found.setdefault(school, []).append(class_id)
    return found


def regime_of_pupil(grade: str, class_level: str, year: int) -> Regime | None:
    """Quy chế của một học sinh, by grade and year; the code of the grade tells GDTX apart."""
    number = grade_number(grade)
    if number is None:
        return Regime.PRESCHOOL if grade in ("16", "17") else None
    if class_level == GDTX_LEVEL or level_of_grade(grade) is SchoolLevel.CONTINUING:
        return regime_of("gdtx", number, year)
    return regime_of("primary" if number <= 5 else "secondary", number, year)


# Results of terms, by class subject, term and pupil.
Averages = Mapping[tuple[int, int, int], Mark]


def pupils_with_facts(
    facts: ClassFacts,
    student_ids: Iterable[int] | None = None,
    *,
    averages: Averages | None = None,
) -> list[PupilFacts]:
    """Every pupil of a class, also who left, with every subject; one statement.

    `averages`, where given, stand in the place of the stored ones.
    """
    only = None if student_ids is None else list(student_ids)
    rows = kept_rows(READ, {"class": facts.id, "year": facts.year, "only": only})
    return [_pupil(row, averages) for row in rows]


def _level_or_none(stored: int | None) -> Level | None:
    return None if stored is None else Level(stored)


def _pupil(row: tuple[Any, ...], averages: Averages | None) -> PupilFacts:
    student_id, grade, stays, conduct1, conduct2, after, absent, subjects = row
    given = Given(
        _level_or_none(conduct1), _level_or_none(conduct2), _level_or_none(after), absent, stays
    )
    listed = [_subject(one, student_id, averages) for one in subjects or ()]
    stored = {one[0]: one[-1] for one in subjects or ()}
    return PupilFacts(student_id, grade, given, listed, stored)


def _subject(row: Sequence[Any], student_id: int, averages: Averages | None) -> SubjectYear:
    book, form, optional, taught1, taught2, own1, own2, brought1, brought2, *rest = row
    if averages is not None:
        own1, own2 = averages.get((book, 1, student_id)), averages.get((book, 2, student_id))
    kind1, kind2, again, _ = rest
    results = (own1 if brought1 is None else brought1, own2 if brought2 is None else brought2)
    return SubjectYear(
        book, form == "comment", results, (taught1, taught2), (kind1, kind2), optional, again
    )


def computed_results(
    facts: ClassFacts, pupils: Sequence[PupilFacts]
) -> Mapping[int, tuple[PupilFacts, Regime, PupilYear]]:
    """What the rules make of each pupil whose regulation is computed here (TT 22, TT 43)."""
    settings = policies_of(facts.school_id, facts.year).settings
    made = {}
    for pupil in pupils:
        regime = regime_of_pupil(pupil.grade, facts.level, facts.year)
        if regime in (Regime.TT22, Regime.TT43):
            made[pupil.student_id] = (pupil, regime, _made(pupil, regime, settings))
    return made


def _made(pupil: PupilFacts, regime: Regime, settings: Settings) -> PupilYear:
    return pupil_year(pupil.subjects, pupil.given, regime=regime, settings=settings)
