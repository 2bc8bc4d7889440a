"""Kết quả cả năm: what the gradebook's own rules make of the marks, and the summer after them.

Nothing is decided here that a rule decides; only what people decide is invented: conduct, what
came of re-assessment, and who goes on, so that next year's classes follow from this year's books.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from khue.gradebook.queries.result_inputs import PupilFacts, regime_of_pupil
from khue.gradebook.rules.levels import Level
from khue.gradebook.rules.marks import FAILED, PASSED, Mark
from khue.gradebook.rules.policies import POLICIES, settings_of
from khue.gradebook.rules.promotion import Outcome
from khue.gradebook.rules.pupil_years import (
    Given,
    PupilYear,
    SubjectYear,
    pupil_year,
    subjects_to_reassess,
)
from khue.gradebook.rules.regimes import Regime
from khue.gradebook.services.results import computed_row
from synthetic.chance import stream
from synthetic.pupils import Seat, Way

SETTINGS = settings_of({kind.key: kind.default for kind in POLICIES})
TOO_OFTEN = SETTINGS.absence_limit + 7
SUBJECT_COLUMNS = (
    *("year", "class_subject_id", "student_id", "school_id", "province_id"),
    *("result", "reassessed", "note"),
)
COMPUTED = (
    *("grade", "regime", "conduct_year", "learning1_raw", "learning1", "learning2_raw"),
    *("learning2", "learning_year_raw", "learning_year", "learning_after", "adjusted_by"),
    *("outcome", "award"),
)
GIVEN = (
    *("conduct1", "conduct2", "conduct_after", "absent_with", "absent_without"),
    *("remark1", "remark2", "summer_task", "summer_remark"),
)
REST = ("primary_level", "primary_after", "recognised", "decided", "decided_reason", "qualities")
PUPIL_COLUMNS = (
    *("year", "school_class_id", "student_id", "school_id", "province_id"),
    *COMPUTED,
    *GIVEN,
    *REST,
    "version",
)
NO_REST = ("", "", False, "", "", "")
TASK = "Giúp việc ở nhà văn hóa thôn mỗi tuần một buổi; cùng gia đình ghi sổ theo dõi."
REPORT = "Làm đủ các buổi, thôn và gia đình xác nhận có tiến bộ."
REMARKS = {
    Level.TOT: "Lễ phép, tự giác, biết giúp đỡ bạn; hoàn thành tốt việc lớp giao.",
    Level.KHA: "Ngoan, có ý thức học tập; cần mạnh dạn hơn khi làm việc nhóm.",
    Level.DAT: "Thực hiện được nội quy; cần đi học đều và chăm hơn.",
    Level.CHUADAT: "Còn vi phạm nội quy nhiều lần; cần gia đình cùng nhắc nhở.",
}
# Shares of Tốt, Khá and Đạt by what a pupil usually reaches.
CONDUCT = ((70, 0.97, 0.03, 0.0), (55, 0.74, 0.24, 0.015), (0, 0.42, 0.42, 0.145))
PASS_AGAIN, FAIL_AGAIN = 50, 32
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class YearBook:
    """A class subject as the results of a year ask for it."""

    id: int
    by_comment: bool
    optional: bool
    taught: tuple[bool, bool]


@dataclass(frozen=True, slots=True)
class YearClass:
    """A class of a year, and how much of it is over: term I, the year, the summer."""

    id: int
    key: str
    year: int
    level: str
    school_id: int
    province_id: int
    books: Sequence[YearBook]
    term1_over: bool
    year_over: bool
    summer_over: bool


# Results of terms by class subject and pupil.
Averages = Mapping[tuple[int, int], tuple[Mark, Mark]]


@dataclass(frozen=True, slots=True)
class Ended:
    """The year of one pupil: what was given, its subjects and what follows."""

    seat: Seat
    regime: Regime
    given: Given
    subjects: Sequence[SubjectYear]
    made: PupilYear
    absent: tuple[int, int] | None


def results_of(
    seed: int,
    one: YearClass,
    seats: Sequence[Seat],
    averages: Averages,
    missed: Mapping[int, tuple[int, int]],
) -> Iterator[Ended]:
    """The years of the pupils of a class; nothing before term I is over."""
    random = stream(seed, "results", one.key)
    for seat in seats if one.term1_over else ():
        regime = regime_of_pupil(seat.grade, one.level, one.year)
        if regime in (Regime.TT22, Regime.TT43):
            yield _ended(random, one, seat, regime, averages, missed)


def _ended(
    random: Random,
    one: YearClass,
    seat: Seat,
    regime: Regime,
    averages: Averages,
    missed: Mapping[int, tuple[int, int]],
) -> Ended:
    first, second = conduct_of(random, seat), conduct_of(random, seat)
    absent = missed.get(seat.student_id, (0, 0)) if one.year_over else None
    given = Given(first, second if one.year_over else None, None, sum(absent or ()), seat.stays)
    subjects = [_subject(book, seat, averages) for book in one.books]
    made = pupil_year(subjects, given, regime=regime, settings=SETTINGS)
    ended = Ended(seat, regime, given, subjects, made, absent)
    return summer_of(ended) if one.summer_over and seat.stays else ended


def _subject(book: YearBook, seat: Seat, averages: Averages) -> SubjectYear:
    results = averages.get((book.id, seat.student_id), (None, None))
    return SubjectYear(book.id, book.by_comment, results, book.taught, ("", ""), book.optional)


def conduct_of(random: Random, seat: Seat) -> Level:
    """Kết quả rèn luyện of a term: better pupils more often Tốt."""
    drawn = random.random()
    _, best, good, enough = next(row for row in CONDUCT if seat.usual >= row[0])
    if drawn < best:
        return Level.TOT
    if drawn < best + good:
        return Level.KHA
    return Level.DAT if drawn < best + good + enough else Level.CHUADAT


def summer_of(ended: Ended) -> Ended:
    """What the summer brings: whoever goes on has passed, whoever repeats the class has not."""
    again = ended.seat.way is Way.AGAIN
    if not again and ended.made.outcome == Outcome.RETAINED:
        ended = _anew(ended, given=replace(ended.given, conduct1=Level.DAT, conduct2=Level.DAT))
    if ended.made.outcome == Outcome.REASSESS:
        ended = _anew(ended, subjects=_reassessed(ended, again=again))
    if ended.made.outcome == Outcome.SUMMER_TRAINING:
        after = Level.CHUADAT if again else Level.DAT
        ended = _anew(ended, given=replace(ended.given, conduct_after=after))
    if again and ended.made.outcome != Outcome.RETAINED:
        ended = replace(ended, absent=(ended.absent[0] if ended.absent else 0, TOO_OFTEN))
        ended = _anew(ended, given=replace(ended.given, absent=sum(ended.absent or ())))
    return ended


def _reassessed(ended: Ended, *, again: bool) -> list[SubjectYear]:
    due = set(subjects_to_reassess(ended.subjects, SETTINGS))
    return [
        replace(one, reassessed=_new_result(one, again=again)) if one.id in due else one
        for one in ended.subjects
    ]


def _new_result(one: SubjectYear, *, again: bool) -> int:
    if one.by_comment:
        return FAILED if again else PASSED
    return FAIL_AGAIN if again else PASS_AGAIN + one.id % 3 * 5


def _anew(
    ended: Ended, given: Given | None = None, subjects: Sequence[SubjectYear] | None = None
) -> Ended:
    given, subjects = given or ended.given, subjects or ended.subjects
    made = pupil_year(subjects, given, regime=ended.regime, settings=SETTINGS)
    return replace(ended, given=given, subjects=subjects, made=made)


def subject_rows(one: YearClass, ended: Ended) -> Iterator[Row]:
    """As gradebook_subjectresult keeps them."""
    for subject in ended.subjects:
        result = ended.made.subjects.get(subject.id)
        if result is not None:
            where = (one.year, subject.id, ended.seat.student_id, one.school_id, one.province_id)
            yield (*where, result, subject.reassessed, "")


def pupil_row(one: YearClass, ended: Ended) -> Row:
    """As gradebook_studentresult keeps it; computed columns as the gradebook computes them."""
    seat, given = ended.seat, ended.given
    facts = PupilFacts(seat.student_id, seat.grade, given, ended.subjects, {})
    computed = computed_row(facts, ended.regime, ended.made)
    where = (one.year, one.id, seat.student_id, one.school_id, one.province_id)
    return (*where, *(computed[name] for name in COMPUTED), *_given(ended), *NO_REST, 1)


def _given(ended: Ended) -> Row:
    given, absent = ended.given, ended.absent
    remarks = [REMARKS[one] if one is not None else "" for one in (given.conduct1, given.conduct2)]
    trained = given.conduct_after is not None
    return (
        *map(_number, (given.conduct1, given.conduct2, given.conduct_after)),
        *(absent or (None, None)),
        *remarks,
        *((TASK, REPORT) if trained else ("", "")),
    )


def _number(level: Level | None) -> int | None:
    return None if level is None else int(level)
