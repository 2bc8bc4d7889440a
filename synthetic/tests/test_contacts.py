"""Letters, diaries, closed books and what the sector asks for, from the plan of a school alone."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import cache

from khue.gradebook.rules.states import State
from synthetic.ids import Ids
from synthetic.lessons import diary_of, told_days
from synthetic.letters import write_letters
from synthetic.pace import is_prompt, state_of
from synthetic.plan import LAST_YEAR, YEAR, PlannedSchool
from synthetic.province import plan_province
from synthetic.school import plan_school
from synthetic.supplements import birthday_of, has_supplement
from synthetic.training import sector_values, training_of
from synthetic.when import when_of
from synthetic.year import frame_of
from synthetic.year_frame import Frame, Person
from synthetic.year_rows import TABLES, Rows

UNTIL = date(2026, 11, 20)
LESSON = TABLES["diary_lesson"].index


@cache
def school(place: int = 0) -> PlannedSchool:
    province = plan_province(1, 12)
    return plan_school(province, province.schools[place])


def frame(place: int = 0, until: date = UNTIL, year: int = YEAR) -> Frame:
    one = school(place)
    people = {person.id: Person(person.name, person.id) for person in one.staff}
    return frame_of(one, when_of(year, until), people)


def letters() -> Rows:
    rows = Rows()
    write_letters(frame(), Ids(), rows)
    return rows


def test_every_letter_was_sent_before_the_day_and_is_told_to_the_ledger() -> None:
    rows = letters()
    notices = rows.by_table["contactbook_notice"]
    sent = TABLES["contactbook_notice"].index("sent_at")
    assert notices
    assert all(row[sent].date() < UNTIL for row in notices)
    assert {one.subject for one in rows.changes} == {f"notice:{row[0]}" for row in notices}


def test_readers_are_counted_as_they_are_written() -> None:
    rows = letters()
    many = TABLES["contactbook_notice"].index("readers")
    counted = Counter(row[0] for row in rows.by_table["contactbook_receipt"])
    assert counted == {row[0]: row[many] for row in rows.by_table["contactbook_notice"]}


def test_nobody_is_ever_sent_a_message_from_here() -> None:
    messages = letters().by_table["messaging_message"]
    columns = TABLES["messaging_message"]
    assert messages
    for row in messages:
        told = dict(zip(columns, row, strict=True))
        assert told["state"] in {"delivered", "failed"}
        assert (told["address"], told["text"]) == ("", "")
        assert told["ended_at"] > told["sent_at"] > told["created_at"]


def test_nobody_stands_in_two_classes_at_once() -> None:
    lessons = diary_of(frame()).lessons
    hours = Counter(
        (row[LESSON("day")], row[LESSON("period")], row[LESSON("teacher_id")]) for row in lessons
    )
    assert len(lessons) > 300
    assert set(hours.values()) == {1}


def test_a_diary_tells_days_with_school_that_are_over() -> None:
    one = frame()
    days = set(told_days(one))
    assert {row[LESSON("day")] for row in diary_of(one).lessons} == days
    assert max(days) < UNTIL
    assert all(day.weekday() < 6 for day in days)


def test_books_of_last_year_are_approved_and_those_of_this_year_are_not_all() -> None:
    february = date(2027, 2, 1)
    states = {
        state_of(frame(place, february), one, 1)
        for place in range(12)
        for one in school(place).classes_of(YEAR)
    }
    assert {State.PRINCIPAL_APPROVED, State.TEACHER_DONE, State.HOMEROOM_CONSOLIDATED} <= states
    last = frame(0, february, LAST_YEAR)
    assert is_prompt(last)
    assert state_of(last, next(school().classes_of(LAST_YEAR)), 1) is State.PRINCIPAL_APPROVED


def test_mothers_are_old_enough_and_nearly_every_child_has_one() -> None:
    pupils = [one for place in range(10) for one in school(place).pupils if not one.leaver]
    without = sum(not has_supplement(one) for one in pupils)
    assert 0.01 < without / len(pupils) < 0.03
    for pupil in pupils:
        for adult in pupil.adults:
            born = birthday_of(adult)
            assert date.fromisoformat(born[:10]).year == adult.birth_year
            assert int(pupil.born[:4]) - adult.birth_year >= 12


def test_staff_have_learnt_what_they_teach() -> None:
    for place in range(10):
        for one in school(place).staff:
            trained, values = training_of(school(place), one), sector_values(school(place), one)
            assert bool(trained.subjects) == (one.kind in {"27", "28", "29", "30"})
            assert trained.major
            assert 2.34 <= values["HeSo"] <= 4.98  # type: ignore[operator]
