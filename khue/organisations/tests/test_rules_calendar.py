"""A school year is planned from rules, for any year and with what a province decides."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.organisations.rules.calendar import (
    Break,
    LocalCalendar,
    first_study_monday,
    plan_school_year,
    tet_break,
)
from khue.organisations.rules.school_years import (
    parse_school_year,
    school_year_label,
    school_year_of,
)
from kit.refusal import Refusal

years = st.integers(2020, 2034)


def test_the_year_2026_2027_of_the_frame() -> None:
    plan = plan_school_year(2026)
    first, second = plan.terms
    assert plan.label == "2026-2027"
    assert plan.opening_on == date(2026, 9, 5)
    assert (plan.early_return_on, plan.return_on) == (date(2026, 8, 22), date(2026, 8, 29))
    assert (first.name, first.starts_on, first.ends_on) == (
        "Học kì I", date(2026, 9, 7), date(2027, 1, 9),
    )  # fmt: skip
    assert (second.name, second.starts_on, second.ends_on) == (
        "Học kì II", date(2027, 1, 11), date(2027, 5, 22),
    )  # fmt: skip
    assert plan.ends_on == date(2027, 5, 22)
    assert plan.warnings == ()


def test_a_year_that_opens_on_a_monday_studies_that_day() -> None:
    assert first_study_monday(2022) == date(2022, 9, 5)
    assert first_study_monday(2025) == date(2025, 9, 8)


@given(years)
def test_every_year_has_18_and_17_weeks_inside_the_frame(start_year: int) -> None:
    plan = plan_school_year(start_year)
    first, second = plan.terms
    assert [len(first.weeks), len(second.weeks)] == [18, 17]
    assert [week.number for week in plan.weeks] == list(range(1, 36))
    assert first.ends_on < date(start_year + 1, 1, 18)
    assert second.ends_on < date(start_year + 1, 5, 31)
    assert plan.warnings == ()


@given(years, st.integers(0, 2), st.integers(0, 2))
def test_weeks_begin_on_mondays_and_never_overlap(start_year: int, one: int, two: int) -> None:
    local = LocalCalendar(extra_weeks_term_1=one, extra_weeks_term_2=two)
    plan = plan_school_year(start_year, local)
    assert all(week.starts_on.weekday() == 0 for week in plan.weeks)
    assert all(first.ends_on < second.starts_on for first, second in pairwise(plan.weeks))
    assert sum(week.reserve for week in plan.weeks) == one + two
    assert [week.number for week in plan.weeks if not week.reserve] == list(range(1, 36))


@given(years)
def test_no_study_week_lies_in_the_tet_break(start_year: int) -> None:
    plan = plan_school_year(start_year)
    (tet,) = plan.breaks
    assert plan.week_of(tet.starts_on) is None
    assert plan.week_of(tet.ends_on) is None
    assert tet.ends_on - tet.starts_on == timedelta(days=13)


def test_the_break_holds_the_first_days_of_tet() -> None:
    tet = tet_break(2027)
    assert tet is not None
    assert tet.starts_on <= date(2027, 2, 6) <= tet.ends_on
    assert tet_break(2099) is None


def test_a_province_may_start_earlier_and_choose_its_breaks() -> None:
    floods = Break("Nghỉ mưa lũ", date(2026, 10, 12), date(2026, 10, 18))
    plan = plan_school_year(2026, LocalCalendar(first_monday=date(2026, 9, 2), breaks=(floods,)))
    assert plan.terms[0].starts_on == date(2026, 8, 31)
    assert plan.week_of(date(2026, 10, 14)) is None
    assert plan.terms[0].ends_on == date(2027, 1, 9)


def test_a_break_of_some_days_does_not_take_the_whole_week() -> None:
    days = Break("Nghỉ lễ", date(2026, 10, 12), date(2026, 10, 16))
    plan = plan_school_year(2026, LocalCalendar(breaks=(days,)))
    assert plan.week_of(date(2026, 10, 14)) is not None


def test_a_plan_that_leaves_the_frame_warns_in_words() -> None:
    late = plan_school_year(
        2026, LocalCalendar(first_monday=date(2026, 9, 14), extra_weeks_term_1=1, breaks=())
    )
    assert late.warnings == (
        "Học kì I kết thúc ngày 23/01/2027, muộn hơn khung quy định (trước ngày 18/01/2027). "
        "Hãy bớt tuần dự phòng hoặc bắt đầu sớm hơn.",
    )


def test_a_day_outside_the_year_is_in_no_week() -> None:
    assert plan_school_year(2026).week_of(date(2026, 7, 1)) is None


@pytest.mark.parametrize(
    "text", ["2026-2027", "2026 - 2027", "2026/2027", "Năm học 2026-2027", "2026–2027"]
)
def test_a_school_year_is_read(text: str) -> None:
    assert parse_school_year(text) == 2026


@pytest.mark.parametrize("text", ["2026", "2026-2028", "2027-2026", "26-27", ""])
def test_two_years_that_do_not_follow_are_refused(text: str) -> None:
    assert isinstance(parse_school_year(text), Refusal)


@given(st.dates(date(2000, 1, 1), date(2090, 12, 31)))
def test_every_day_is_in_one_school_year(day: date) -> None:
    start_year = school_year_of(day)
    assert date(start_year, 8, 1) <= day <= date(start_year + 1, 7, 31)
    assert parse_school_year(school_year_label(start_year)) == start_year
