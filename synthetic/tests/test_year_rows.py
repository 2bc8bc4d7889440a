"""The pure half of the year: the same seed, the same rows; rows that the books can keep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

import pytest

from khue.gradebook.rules.marks import is_comment, is_score
from khue.gradebook.rules.policies import POLICIES, settings_of
from khue.gradebook.rules.tt22 import subject_semester
from synthetic.chance import ladder, near, stream
from synthetic.days import absences_of, sizes_on, taking_rows
from synthetic.marks import (
    BookTerm,
    columns_by,
    due_and_entered,
    likings,
    mark_rows,
)
from synthetic.plan import YEAR, PlannedSchool
from synthetic.preschool import height_at, weight_at
from synthetic.province import plan_province
from synthetic.pupils import Seat, Way, usual_of
from synthetic.results import PUPIL_COLUMNS, SETTINGS
from synthetic.school import plan_school
from synthetic.when import When, when_of
from synthetic.year import frame_of, rows_of_school
from synthetic.year_frame import room_of, seats_of
from synthetic.year_rows import Row

UNTIL = date(2026, 11, 22)
FIRST = date(2025, 9, 8)
SLOTS = slice(6, 14)
AVERAGE = 14
OUTCOME = PUPIL_COLUMNS.index("outcome")
DECIDED = PUPIL_COLUMNS.index("decided")


def seat(number: int, *, usual: float = 68.0, last: date | None = None) -> Seat:
    status = "studying" if last is None else "transferred_out"
    return Seat(number, "08", FIRST, last, status, usual, Way.ON)


def book(**changes: object) -> BookTerm:
    facts = {"regular": 4, "by_comment": False, **changes}
    return BookTerm(88, "20001/2025/L001/Toán", 2025, 1, 37, 2, **facts)  # type: ignore[arg-type]


def rows_by(until: date, pupils: Iterable[Seat], **changes: object) -> list[tuple[int | None, ...]]:
    when, one, seats = when_of(2025, until), book(**changes), list(pupils)
    columns = columns_by(one, when.terms[0], until, 3)
    usual = likings(1, one.key, seats)
    return list(mark_rows(1, one, columns, seats, usual, running=not when.is_over(1)))


def test_marks_of_a_finished_term_are_lawful_and_complete() -> None:
    rows = rows_by(UNTIL, map(seat, range(1, 41)))
    assert len(rows) == 40
    assert all(is_score(mark) for row in rows for mark in row[SLOTS])
    assert all(row[6:10].count(None) == 0 and row[10:12] == (None, None) for row in rows)


def test_averages_are_those_of_the_rule() -> None:
    for row in rows_by(UNTIL, map(seat, range(1, 41))):
        assert row[AVERAGE] == subject_semester(row[6:10], row[12], row[13], by_comment=False)


def test_a_comment_subject_has_words_only() -> None:
    rows = rows_by(UNTIL, map(seat, range(1, 41)), by_comment=True, regular=2)
    assert all(is_comment(mark) for row in rows for mark in row[SLOTS])


def test_a_running_term_has_the_columns_of_its_days() -> None:
    early, later = date(2025, 10, 10), date(2025, 11, 22)
    assert {sum(mark is not None for mark in row[SLOTS]) for row in rows_by(early, [seat(1)])} == {
        1
    }
    filled = [sum(mark is not None for mark in row[SLOTS]) for row in rows_by(later, [seat(1)])]
    assert 2 <= filled[0] <= 4
    assert rows_by(later, [seat(1)])[0][AVERAGE] is None


def test_who_left_gets_no_mark_afterwards() -> None:
    left = seat(7, last=date(2025, 10, 31))
    (row,) = rows_by(UNTIL, [left])
    assert row[12:14] == (None, None)
    assert row[AVERAGE] is None


def test_a_better_pupil_has_better_marks() -> None:
    weak, strong = ladder(near(45), 9, test=False), ladder(near(85), 9, test=False)
    assert sum(weak) < sum(strong)
    assert {mark % 5 for mark in (*weak, *strong)} == {0}
    assert {mark % 10 for mark in ladder(near(66), 8, test=True)} <= {0, 3, 5, 8}


def test_progress_counts_what_is_settled() -> None:
    rows = rows_by(UNTIL, map(seat, range(1, 41)))
    assert due_and_entered(book(), rows, 40) == (240, 240)


def test_the_gift_of_a_pupil_is_the_same_every_year() -> None:
    assert usual_of(1, "2000100001") == usual_of(1, "2000100001")
    assert usual_of(1, "2000100001") != usual_of(2, "2000100001")
    assert usual_of(1, "2000100001", Way.AGAIN) < 40


def test_the_choices_are_those_of_a_province_that_chose_nothing() -> None:
    assert settings_of({kind.key: kind.default for kind in POLICIES}) == SETTINGS


@pytest.mark.parametrize("months", [3, 12, 24, 36, 48, 60, 72])
@pytest.mark.parametrize("build", [-2.0, 0.0, 2.0])
def test_children_grow_plausibly(months: int, build: float) -> None:
    assert height_at(months, build) <= height_at(months + 6, build)
    assert 400 <= height_at(months, build) <= 1450
    assert 1500 <= weight_at(months, build) <= 55_000


def school_of(place: int) -> PlannedSchool:
    province = plan_province(1, 3)
    return plan_school(province, province.schools[place])


def test_attendance_takes_every_session_and_keeps_absence_believable() -> None:
    school, when = school_of(0), when_of(2025, UNTIL)
    frame = frame_of(school, when)
    one = next(school.classes_of(2025))
    room = room_of(frame, one, seats_of(1, one))
    calendar = when.calendar(room.plan)
    takings, away = list(taking_rows(room, calendar)), absences_of(1, room, calendar)
    assert len(takings) == len({(row[4], row[5]) for row in takings}) == len(calendar.days)
    assert len(away.rows) == len({(row[0], row[5], row[6], row[7]) for row in away.rows})
    assert 0.003 < len(away.rows) / (len(takings) * len(room.seats)) < 0.06
    assert max(sum(one) for one in away.missed.values()) <= 45


def test_a_class_is_as_large_as_who_sits_in_it() -> None:
    days = [date(2025, 10, 30), date(2025, 11, 3)]
    assert sizes_on([seat(1), seat(2, last=days[0])], days) == [2, 1]


def test_the_same_seed_makes_the_same_rows() -> None:
    def made() -> dict[str, list[Row]]:
        return rows_of_school(frame_of(school_of(0), when_of(YEAR, UNTIL)), {}).by_table

    assert made() == made()


def test_who_repeats_the_class_did_not_pass_and_everybody_else_did() -> None:
    school = school_of(0)
    rows = rows_of_school(frame_of(school, when_of(2025, UNTIL)), {}).by_table
    again = {
        seat.student_id
        for one in school.classes_of(2025)
        for seat in one.seats
        if seat.next == "repeats"
    }
    results = rows["gradebook_studentresult"]
    outcomes = {row[2]: row[OUTCOME] for row in results}
    assert Counter(outcomes.values()).keys() == {"PROMOTED", "RETAINED"}
    assert {student for student, outcome in outcomes.items() if outcome == "RETAINED"} == again


def test_a_term_that_is_not_over_has_no_results() -> None:
    rows = rows_of_school(frame_of(school_of(0), when_of(YEAR, UNTIL)), {}).by_table
    assert not rows.get("gradebook_studentresult")
    assert not rows.get("gradebook_termlock")


def test_chance_is_named() -> None:
    assert stream(1, "marks", "a").random() == stream(1, "marks", "a").random()
    assert stream(1, "marks", "a").random() != stream(1, "marks", "b").random()


def test_a_year_knows_what_is_over() -> None:
    last, this = when_of(2025, UNTIL), when_of(YEAR, UNTIL)
    assert isinstance(last, When)
    assert last.is_over(1)
    assert last.is_over(2)
    assert last.summer_is_over
    assert last.points == [1, 2, 3, 4]
    assert not this.is_over(1)
    assert this.points == [1]


def test_a_year_that_is_over_has_results_before_the_summer_is() -> None:
    june = frame_of(school_of(0), when_of(YEAR, date(2027, 6, 30)))
    rows = rows_of_school(june, {}).by_table
    outcomes = {row[OUTCOME] for row in rows["gradebook_studentresult"]}
    assert {"PROMOTED", "REASSESS"} <= outcomes
    assert len(rows["gradebook_termlock"]) == 2
    assert all(row[6] is None for row in rows["gradebook_subjectresult"])


def test_primary_pupils_complete_their_grade_or_repeat_it() -> None:
    school = school_of(1)
    programme = {"Tiếng Việt": frozenset(range(1, 6))}
    rows = rows_of_school(frame_of(school, when_of(2025, UNTIL)), programme).by_table
    again = {
        one.student_id
        for room in school.classes_of(2025)
        for one in room.seats
        if one.next == "repeats"
    }
    decided = {row[2]: row[DECIDED] for row in rows["gradebook_studentresult"]}
    assert {student for student, decision in decided.items() if decision} == again
    outcomes = {row[2]: row[OUTCOME] for row in rows["gradebook_studentresult"]}
    assert {outcomes[student] for student in again} <= {"PRINCIPAL_DECIDES"}
    assert {outcomes[student] for student in outcomes.keys() - again} == {"COMPLETED"}
    assert {row[6] for row in rows["gradebook_primaryrow"]} <= {1, 2, 3, None}
    assert all(len(row[-3]) <= 500 for row in rows["gradebook_subjectcomment"])


def test_children_of_a_preschool_are_measured_and_assessed() -> None:
    school = school_of(2)
    rows = rows_of_school(frame_of(school, when_of(2025, UNTIL)), {}).by_table
    seats = sum(len(one.seats) for one in school.classes_of(2025))
    assert len(rows["gradebook_childstage"]) == 5 * seats
    assert {row[6] for row in rows["gradebook_childstage"] if row[2] in (1, 2)} == {1, 2}
