"""Days with school, what counts as a session absent, which signs speak: as a head teacher reads."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.attendance.rules.alerts import PupilDays, alert_rules, signs_of
from khue.attendance.rules.counting import (
    Count,
    Mark,
    absent_sessions,
    cell_of_day,
    count_sessions,
)
from khue.attendance.rules.days import (
    AFTERNOON,
    MORNING,
    ClassPlan,
    FreeDays,
    SchoolDays,
    plan_of_class,
    school_days_between,
    why_free,
)
from khue.attendance.rules.kinds import check_mark, parse_kind
from kit.refusal import Refusal

TET = FreeDays("Nghỉ Tết Nguyên đán", date(2027, 2, 1), date(2027, 2, 14))
YEAR = SchoolDays(date(2026, 9, 7), date(2027, 5, 28), (TET,))
FRIDAY = date(2026, 11, 20)
TWO_A_DAY = plan_of_class("4", two_sessions=False)
ONE_A_DAY = plan_of_class("1", two_sessions=False)
marks = st.builds(
    Mark,
    st.dates(date(2026, 9, 7), date(2026, 9, 20)),
    st.sampled_from([MORNING, AFTERNOON]),
    st.integers(0, 5),
    st.sampled_from("pkms"),
)


@pytest.mark.parametrize(
    ("day", "key"),
    [
        (FRIDAY, None),
        (date(2026, 11, 21), None),
        (date(2026, 11, 22), "NO_SCHOOL"),
        (date(2027, 1, 1), "HOLIDAY"),
        (date(2027, 2, 5), "HOLIDAY"),
        (date(2027, 4, 16), "HOLIDAY"),
        (date(2026, 8, 31), "OUTSIDE_YEAR"),
        (date(2027, 6, 1), "OUTSIDE_YEAR"),
    ],
)
def test_a_day_without_school_says_why(day: date, key: str | None) -> None:
    refusal = why_free(YEAR, day)
    assert (refusal.key if refusal else None) == key
    assert refusal is None or refusal.sentence.endswith(".")


def test_the_hours_of_the_school_close_a_weekday_and_a_session() -> None:
    days = SchoolDays(YEAR.first, YEAR.last, weeks={MORNING: "1111100", AFTERNOON: "0100000"})
    assert why_free(days, date(2026, 11, 21)) is not None
    assert why_free(days, FRIDAY, AFTERNOON) is not None
    assert why_free(days, date(2026, 11, 17), AFTERNOON) is None


def test_a_week_has_six_school_days() -> None:
    assert len(school_days_between(YEAR, date(2026, 11, 16), date(2026, 11, 22))) == 6


@pytest.mark.parametrize(
    ("code", "of_school", "program", "sessions"),
    [
        ("1", "one", MORNING, (MORNING,)),
        ("2", "two", AFTERNOON, (AFTERNOON,)),
        ("4", "one", MORNING, (MORNING, AFTERNOON)),
        ("", "two", MORNING, (MORNING, AFTERNOON)),
        ("", "one", MORNING, (MORNING,)),
    ],
)
def test_the_programme_has_one_session(
    code: str, of_school: str, program: str, sessions: tuple[str, ...]
) -> None:
    plan = plan_of_class(code, two_sessions=of_school == "two")
    assert plan == ClassPlan(program, len(sessions) == 2, sessions)


def test_a_whole_day_off_counts_one_session_and_the_second_alone_none() -> None:
    whole = {(FRIDAY, MORNING): "p", (FRIDAY, AFTERNOON): "p"}
    assert count_sessions(whole, TWO_A_DAY) == Count(1, 0)
    assert count_sessions({(FRIDAY, AFTERNOON): "k"}, TWO_A_DAY) == Count()
    assert cell_of_day({MORNING: "p", AFTERNOON: "k"}, TWO_A_DAY) == "P"
    assert cell_of_day({AFTERNOON: "k"}, TWO_A_DAY) == ""


def test_late_and_early_are_no_absence() -> None:
    late = [Mark(FRIDAY, MORNING, 0, "m"), Mark(FRIDAY, AFTERNOON, 0, "s")]
    assert absent_sessions(late, {}) == {}


def test_single_periods_make_a_session_only_when_all_of_them_are_missed() -> None:
    taken = {(FRIDAY, MORNING): frozenset({1, 2})}
    first = Mark(FRIDAY, MORNING, 1, "p")
    assert absent_sessions([first], taken) == {}
    both = [first, Mark(FRIDAY, MORNING, 2, "k")]
    assert absent_sessions(both, taken) == {(FRIDAY, MORNING): "k"}
    whole = {(FRIDAY, MORNING): frozenset({0, 1, 2})}
    assert absent_sessions(both, whole) == {}


@given(st.lists(marks, max_size=40))
def test_two_sessions_a_day_never_count_more_than_one_a_day(found: list[Mark]) -> None:
    missed = absent_sessions(found, {})
    counted = count_sessions(missed, TWO_A_DAY)
    assert counted.total <= len({mark.day for mark in found})
    assert counted.total <= count_sessions(missed, ONE_A_DAY).total == len(missed)
    cells = [
        cell_of_day({s: k for (d, s), k in missed.items() if d == day}, TWO_A_DAY)
        for day in {mark.day for mark in found}
    ]
    assert (cells.count("P"), cells.count("K")) == (counted.with_permission, counted.without)


@pytest.mark.parametrize(
    ("text", "kind"), [("P", "p"), ("có phép", "p"), ("K", "k"), ("Đi trễ", "m"), ("về sớm", "s")]
)
def test_sheets_name_kinds_in_many_ways(text: str, kind: str) -> None:
    assert parse_kind(text) == kind


def test_what_cannot_be_kept_is_refused() -> None:
    assert isinstance(parse_kind("ốm"), Refusal)
    assert all(map(check_mark, "kmx", [5, 300, None]))
    assert check_mark("m", 5) is None


def pupil(kinds: str, absent: int = 0) -> PupilDays:
    """One morning a day up to Friday; "." is presence."""
    start = FRIDAY - timedelta(days=len(kinds) - 1)
    held = [(start + timedelta(days=place), MORNING) for place in range(len(kinds))]
    return PupilDays(held, dict(zip(held, kinds, strict=True)), absent)


@pytest.mark.parametrize(
    ("kinds", "keys"),
    [
        (".....", []),
        ("..kkk", ["run_without"]),
        ("kkk..", []),
        ("ppppp", ["run_any"]),
        (".k.k.k.k.", ["many_without"]),
        ("m.m.m.m.m.", ["often_late"]),
        ("pp" + "." * 18, ["share"]),
        (".....kkkkk", ["run_without", "run_any", "many_without", "dropout"]),
        (".....ppppp", ["run_any"]),
    ],
)
def test_signs_speak_by_their_rules(kinds: str, keys: list[str]) -> None:
    found = signs_of(pupil(kinds), alert_rules(FRIDAY), FRIDAY)
    assert [sign.rule.key for sign in found] == keys
    assert all(sign.seen and sign.rule.told.endswith(".") for sign in found)


@pytest.mark.parametrize(
    ("absent", "keys"), [(29, []), (30, ["near_limit"]), (45, ["near_limit"]), (46, ["over_limit"])]
)
def test_the_limit_of_the_law_warns_before_it_is_passed(absent: int, keys: list[str]) -> None:
    found = signs_of(pupil(".", absent), alert_rules(FRIDAY), FRIDAY)
    assert [sign.rule.key for sign in found] == keys


@given(st.text("pkms.", min_size=1, max_size=60))
def test_a_pupil_who_came_today_is_in_no_run(kinds: str) -> None:
    found = signs_of(pupil(kinds + "."), alert_rules(FRIDAY), FRIDAY)
    assert not {sign.rule.key for sign in found} & {"run_without", "run_any"}
