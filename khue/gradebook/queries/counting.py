"""Đếm theo lớp: marks due and entered, results, states of books; no pupil is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from khue.gradebook.queries.states import TAUGHT
from kit.statements import kept_rows, keys_array

# In the order of CountedBook.
ENTRY = """
select book.school_class_id, book.subject_id, progress.term, progress.due, progress.entered
from organisations_classsubject book
join gradebook_progress progress on progress.class_subject_id = book.id
where book.school_class_id = any(%s::bigint[]) and progress.due > 0
"""
# In the order of CountedResult; only of those who sit in the class on the day.
RESULTS = """
select kept.school_class_id, pupil.sex, pupil.ethnic_group, kept.conduct1, kept.conduct2,
  kept.conduct_year, kept.learning1, kept.learning2, kept.learning_year, kept.primary_level,
  coalesce(nullif(kept.decided, ''), kept.outcome), kept.award
from gradebook_studentresult kept
join records_student pupil on pupil.id = kept.student_id and pupil.merged_into_id is null
join records_enrolment stay on stay.student_id = kept.student_id
  and stay.school_class_id = kept.school_class_id
  and stay.starts_on <= %(on)s and (stay.ends_on is null or stay.ends_on >= %(on)s)
where kept.year = %(year)s and kept.school_class_id = any(%(classes)s::bigint[])
"""
# In the order of CountedChild; of those who sit in the group on the day, each once.
GROWTH = """
select stay.school_class_id, stay.grade, pupil.sex, pupil.ethnic_group
from records_enrolment stay
join records_student pupil on pupil.id = stay.student_id and pupil.merged_into_id is null
where stay.school_class_id = any(%(classes)s::bigint[])
  and stay.starts_on <= %(on)s and (stay.ends_on is null or stay.ends_on >= %(on)s)
  and exists (select from gradebook_childstage stage where stage.student_id = stay.student_id
    and stage.year = stay.year and stage.school_class_id = stay.school_class_id
    and stage.height_mm is not null and stage.weight_g is not null)
"""
# In the order of CountedStates: terms 1 and 2, in primary classes points 1 to 4.
STATES = f"""
select class.id, class.level = '02', point.period,
  case when lock.id is not null then 'locked' else coalesce(state.state, 'open') end, count(*)
from organisations_schoolclass class
cross join generate_series(1, 4) as point (period)
join organisations_classsubject subject on subject.school_class_id = class.id
  and {TAUGHT.replace("%(period)s", "point.period")}
left join gradebook_bookstate state
  on state.class_subject_id = subject.id and state.period = point.period
left join gradebook_termlock lock on lock.school_id = class.school_id and lock.year = class.year
  and lock.term = case when class.level = '02' then (point.period + 1) / 2 else point.period end
where class.id = any(%s::bigint[]) and (class.level = '02' or point.period <= 2)
group by 1, 2, 3, 4
"""  # noqa: S608  (our own conditions)


@dataclass(frozen=True, slots=True)
class CountedBook:
    """A subject of a class in a term: assessments due and entered."""

    class_id: int
    subject_id: int
    term: int
    due: int
    entered: int


@dataclass(frozen=True, slots=True)
class CountedResult:
    """The results of a pupil who is not named; levels 0 Tốt to 3 Chưa đạt, none while unknown."""

    class_id: int
    sex: str
    ethnic_group: str
    conduct1: int | None
    conduct2: int | None
    conduct_year: int | None
    learning1: int | None
    learning2: int | None
    learning_year: int | None
    primary_level: str
    outcome: str
    award: str


@dataclass(frozen=True, slots=True)
class CountedChild:
    """A child of a preschool group who was weighed and measured in the year; not named."""

    class_id: int
    grade: str
    sex: str
    ethnic_group: str


@dataclass(frozen=True, slots=True)
class CountedStates:
    """How many books of a class stand in a state in a term, or (primary) at a point."""

    class_id: int
    primary: bool
    period: int
    state: str
    books: int


def counted_books(class_ids: Sequence[int]) -> list[CountedBook]:
    """Tiến độ nhập điểm of some classes, by subject and term (one query)."""
    return [CountedBook(*row) for row in kept_rows(ENTRY, [keys_array(class_ids)])]


def counted_results(class_ids: Sequence[int], year: int, on: date) -> list[CountedResult]:
    """Kết quả of the pupils who sit in some classes of a year on a day (one query)."""
    given = {"classes": keys_array(class_ids), "year": year, "on": on}
    return [CountedResult(*row) for row in kept_rows(RESULTS, given)]


def counted_states(class_ids: Sequence[int]) -> list[CountedStates]:
    """Trạng thái sổ of some classes (one query)."""
    return [CountedStates(*row) for row in kept_rows(STATES, [keys_array(class_ids)])]


def counted_growth(class_ids: Sequence[int], on: date) -> list[CountedChild]:
    """Trẻ được cân, đo of some preschool groups (one query)."""
    given = {"classes": keys_array(class_ids), "on": on}
    return [CountedChild(*row) for row in kept_rows(GROWTH, given)]
