"""Ratings, late entries, the next lesson, ahead and behind, days: pure rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.diary.rules.days import (
    Free,
    days_of_week,
    last_of_month,
    last_week,
    mondays_of_month,
    why_not_on,
)
from khue.diary.rules.missing import missing, promised
from khue.diary.rules.progress import next_number, progress
from khue.diary.rules.ratings import (
    PRESETS,
    RatingRefused,
    check_rating,
    keep_parts,
    print_rating,
    read_parts,
    sum_up,
)
from khue.diary.rules.sessions import is_late, session_at

FRIDAY = date(2026, 11, 20)
YEAR: dict[str, Any] = {"today": FRIDAY, "first": date(2026, 9, 7), "last": date(2027, 5, 28)}


@pytest.mark.parametrize(
    ("periods", "written", "short"),
    [([4], 3, 1), ([2, 2], 4, 0), ([3], 5, 0), ([None], 0, 0), ([], 0, 0), ([None, 2], 0, 2)],
)
def test_lessons_that_a_week_lacks(periods: list[int | None], written: int, short: int) -> None:
    assert missing(promised(periods), written) == short


@pytest.mark.parametrize(("today", "monday"), [(20, 9), (21, 9), (22, 16), (23, 16)])
def test_a_week_is_over_on_its_sunday(today: int, monday: int) -> None:
    assert last_week(date(2026, 11, today)) == date(2026, 11, monday)


def at(hour: int, minute: int = 0) -> datetime:
    """A moment on that Friday, Vietnamese time."""
    return datetime(2026, 11, 20, hour - 7, minute, tzinfo=UTC)


def test_a_line_is_late_after_the_session_has_ended() -> None:
    assert not is_late(at(11, 45), FRIDAY, "am")
    assert is_late(at(11, 46), FRIDAY, "am")
    assert not is_late(at(11, 46), FRIDAY, "pm")
    assert is_late(at(8), date(2026, 11, 19), "pm")


def test_the_hours_of_the_school_come_before_the_usual_ones() -> None:
    assert is_late(at(11, 0), FRIDAY, "am", time(10, 45))
    assert not is_late(at(11, 50), FRIDAY, "am", time(12, 0))


def test_the_session_of_the_moment() -> None:
    assert (session_at(at(9)), session_at(at(14))) == ("am", "pm")


def test_words_points_parts_and_none() -> None:
    assert check_rating(PRESETS["loai"], {"Xếp loại": "Khá"}) == {"Xếp loại": "Khá"}
    assert check_rating(PRESETS["diem"], {"Điểm": "09"}) == {"Điểm": "9"}
    told = check_rating(PRESETS["muc"], {"Học tập": "4", "Kỉ luật": "3", "Vệ sinh": ""})
    assert print_rating(told) == "Học tập 4, Kỉ luật 3 = 7"
    assert check_rating(PRESETS["khong"], {"Xếp loại": "Tốt"}) == {}


@pytest.mark.parametrize("given_points", ["11", "-1", "9,5", "mười", "²"])
def test_points_outside_the_scheme_are_refused(given_points: str) -> None:
    with pytest.raises(RatingRefused, match="0 đến 10"):
        check_rating(PRESETS["diem"], {"Điểm": given_points})


def test_an_unknown_word_names_the_known_ones() -> None:
    with pytest.raises(RatingRefused, match="Tốt, Khá, Trung bình, Yếu"):
        check_rating(PRESETS["loai"], {"Xếp loại": "Xuất sắc"})


@pytest.mark.parametrize("key", PRESETS)
def test_a_scheme_is_kept_and_read_back(key: str) -> None:
    parts = PRESETS[key].parts
    assert read_parts(keep_parts(parts)) == parts


def test_a_week_is_summed_up() -> None:
    words = [{"Xếp loại": "Tốt"}, {"Xếp loại": "Khá"}, {"Xếp loại": "Tốt"}, {}]
    assert sum_up(words) == "Tốt: 2, Khá: 1"
    assert sum_up([{"Điểm": "9"}, {"Điểm": "10"}]) == "Tổng điểm: 19 (2 tiết)"
    assert sum_up([{}]) == ""


def test_the_next_lesson_follows_the_last_one_taught() -> None:
    assert next_number([], [1, 2, 3]) == 1
    assert next_number([1, 3], [1, 2, 3, 5]) == 5
    assert next_number([3], [1, 2, 3]) is None
    assert next_number([7], []) == 8


WEEKS = {1: 1, 2: 1, 3: 2, 4: 2, 5: 3, 6: 3}


@pytest.mark.parametrize(
    ("taught", "off", "told"),
    [
        ([1, 2, 3, 4], 0, "Đúng tiến độ"),
        ([1, 2, 3, 4, 5, 6], 0, "Đúng tiến độ"),
        ([1, 2], -2, "Chậm 2 tiết"),
        ([], -4, "Chậm 4 tiết"),
    ],
)
def test_behind_is_counted_to_the_weeks_that_are_over(
    taught: list[int], off: int, told: str
) -> None:
    found = progress(taught, WEEKS, over=2, begun=3)
    assert (found.off, found.told) == (off, told)


def test_ahead_is_counted_beyond_the_running_week() -> None:
    assert progress([1, 2, 3, 4], WEEKS, over=0, begun=1).told == "Nhanh 2 tiết"


def test_skipped_lessons_are_named_and_a_plan_without_weeks_has_no_pace() -> None:
    assert progress([1, 4], WEEKS, over=1, begun=1).skipped == (2, 3)
    assert progress([1], {1: None, 2: None}, over=5, begun=5).off is None
    assert progress([1], {}, over=5, begun=5).told == "Chưa có PPCT"


@given(st.sets(st.integers(1, 6)), st.integers(0, 3), st.integers(0, 1))
def test_nobody_is_ahead_and_behind_at_once(taught: set[int], over: int, more: int) -> None:
    found = progress(taught, WEEKS, over=over, begun=over + more)
    assert found.off is not None
    assert found.off <= len(taught)
    assert (found.off < 0) == (len(taught) < found.due)


def test_days_without_school_and_days_to_come_are_refused_in_a_sentence() -> None:
    free = [Free("Ngày Nhà giáo", FRIDAY, FRIDAY)]
    assert why_not_on(date(2026, 11, 19), **YEAR) == ""
    assert "chưa tới" in why_not_on(date(2026, 11, 21), **YEAR)
    assert "Chủ nhật" in why_not_on(date(2026, 11, 15), **YEAR)
    assert "ngoài năm học" in why_not_on(date(2026, 9, 1), **YEAR)
    assert "Ngày Nhà giáo" in why_not_on(FRIDAY, free=free, **YEAR)


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_the_weeks_of_a_month_hold_every_day_of_it(day: date) -> None:
    month = day.replace(day=1)
    held = {one for monday in mondays_of_month(month) for one in days_of_week(monday)}
    for number in range(1, last_of_month(day).day + 1):
        one = month.replace(day=number)
        assert one.weekday() == 6 or one in held
