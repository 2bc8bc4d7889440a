"""What schools teach, who manages them, and what upper-secondary students choose."""

import csv
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.organisations.rules.curriculum import (
    check_clusters,
    check_electives,
    periods_per_week,
    split_periods,
)
from khue.organisations.rules.levels import (
    Level,
    ManagingBody,
    curriculum_level,
    grade_number,
    grades_of_levels,
    level_of_grade,
    levels_of_group,
    managing_body,
    next_grade,
)
from khue.organisations.rules.provinces import (
    ProvinceRow,
    province_now,
    province_of_school_year,
    province_on,
    rows_by_code,
)

CODES = Path(__file__).parents[1] / "data" / "codes"
ELECTIVES = ["Địa lí", "Giáo dục kinh tế và pháp luật", "Vật lí", "Hóa học", "Sinh học",
             "Công nghệ", "Tin học", "Âm nhạc", "Mĩ thuật"]  # fmt: skip
WITH_TOPICS = [*ELECTIVES[:7], "Ngữ văn", "Toán", "Lịch sử"]
LAST_DAY = date(2025, 6, 30)
PROVINCES = (
    ProvinceRow("10", "Tỉnh Lào Cai", None, LAST_DAY, "15"),
    ProvinceRow("15", "Tỉnh Yên Bái", None, LAST_DAY, "15"),
    ProvinceRow("15", "Tỉnh Lào Cai", date(2025, 7, 1)),
)


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of a code list."""
    with (CODES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_levels_of_every_kind_of_school_are_those_of_the_code_list() -> None:
    for row in rows_of("level-groups"):
        assert ";".join(levels_of_group(row["code"])) == row["levels"]


def test_every_grade_of_the_code_list_has_its_level_and_number() -> None:
    for row in rows_of("grades"):
        level = level_of_grade(row["code"])
        assert level == row["level"]
        number = grade_number(row["code"])
        assert number is None or row["name_vi"] == f"Khối {number}"


def test_every_level_is_named_as_in_the_code_list() -> None:
    assert {level.value: level.name_vi for level in Level} == {
        row["code"]: row["name_vi"] for row in rows_of("levels")
    }


@pytest.mark.parametrize(
    ("group", "body"),
    [("01", "XA"), ("06", "XA"), ("07", "XA"), ("09", "XA"), ("18", "XA"), ("16", "XA"),
     ("08", "SO"), ("10", "SO"), ("11", "SO"), ("17", "SO"), ("12", "SO")],
)  # fmt: skip
def test_the_highest_level_decides_who_manages(group: str, body: str) -> None:
    assert managing_body(levels_of_group(group)) == body


def test_a_community_learning_centre_answers_to_its_commune() -> None:
    assert managing_body([Level.CONTINUING], community_centre=True) == ManagingBody.COMMUNE
    assert managing_body([]) == ManagingBody.OTHER


def test_a_school_of_two_levels_teaches_the_grades_of_both() -> None:
    assert grades_of_levels(levels_of_group("09")) == tuple(f"{n:02d}" for n in range(1, 10))


@pytest.mark.parametrize(
    ("grade", "following"),
    [("16", "17"), ("17", "01"), ("05", "06"), ("09", "10"), ("12", None),
     ("28", "20"), ("23", "13"), ("15", None), ("18", None)],
)  # fmt: skip
def test_the_grade_of_next_year(grade: str, following: str | None) -> None:
    assert next_grade(grade) == following


@pytest.mark.parametrize(
    ("grade", "name"),
    [("01", "primary"), ("06", "thcs"), ("12", "thpt"), ("13", "thpt"), ("16", "")],
)
def test_a_grade_finds_its_programme(grade: str, name: str) -> None:
    assert curriculum_level(grade) == name


def test_unknown_codes_have_no_meaning() -> None:
    assert (levels_of_group("99"), level_of_grade("99"), grade_number("99")) == ((), None, None)


def test_52_periods_are_one_a_week_then_two() -> None:
    assert [periods_per_week(52, term) for term in (1, 2)] == [1, 2]
    assert split_periods(52) == (18, 34)


@pytest.mark.parametrize(
    ("year", "week"), [(35, 1), (70, 2), (105, 3), (140, 4), (175, 5), (420, 12)]
)
def test_other_subjects_are_even(year: int, week: int) -> None:
    assert periods_per_week(year, 1) == periods_per_week(year, 2) == week
    assert split_periods(year) == (18 * week, 17 * week)


@given(st.integers(1, 500))
def test_the_two_terms_make_the_year(periods: int) -> None:
    first, second = split_periods(periods)
    assert first + second == periods
    assert min(first, second) >= 0
    assert periods_per_week(periods, 1) >= Fraction(0)


@given(st.sets(st.sampled_from(ELECTIVES), min_size=4, max_size=4))
def test_any_four_of_the_nine_electives_are_lawful(chosen: set[str]) -> None:
    assert check_electives(sorted(chosen), ELECTIVES) == ()


def test_a_wrong_choice_of_electives_is_explained() -> None:
    refusals = check_electives(["Vật lí", "Vật lí", "Toán"], ELECTIVES)
    assert [refusal.sentence for refusal in refusals] == [
        "Môn được chọn hai lần: Vật lí.",
        "Cần chọn đúng 4 môn lựa chọn, hiện có 2.",
        "Không phải là môn lựa chọn: Toán.",
    ]


def test_three_clusters_of_subjects_studied() -> None:
    studied = ["Toán", "Ngữ văn", "Lịch sử", "Vật lí", "Hóa học", "Tin học", "Âm nhạc"]
    assert check_clusters(["Toán", "Vật lí", "Hóa học"], studied, WITH_TOPICS) == ()
    refusals = check_clusters(["Toán", "Âm nhạc", "Địa lí"], studied, WITH_TOPICS)
    assert [refusal.key for refusal in refusals] == ["NO_CLUSTER", "NOT_STUDIED"]


def test_a_reused_province_code_needs_a_day() -> None:
    before, after = (
        province_on("15", LAST_DAY, PROVINCES),
        province_on("15", date(2025, 7, 1), PROVINCES),
    )
    assert before is not None
    assert after is not None
    assert (before.name, after.name) == ("Tỉnh Yên Bái", "Tỉnh Lào Cai")


@pytest.mark.parametrize(("year", "name"), [(2024, "Tỉnh Yên Bái"), (2025, "Tỉnh Lào Cai")])
def test_a_school_year_gives_a_code_its_meaning(year: int, name: str) -> None:
    row = province_of_school_year("15", year, PROVINCES)
    assert row is not None
    assert row.name == name


def test_an_old_code_is_grouped_under_the_province_of_today() -> None:
    today = date(2026, 11, 22)
    for code in ("10", "15"):
        row = province_now(code, date(2024, 9, 5), PROVINCES, today)
        assert row is PROVINCES[2]
    assert province_now("15", today, PROVINCES, today) is PROVINCES[2]
    assert province_on("99", today, PROVINCES) is None
    assert province_now("99", today, PROVINCES, today) is None


def test_every_meaning_of_a_code_is_listed_oldest_first() -> None:
    assert rows_by_code(PROVINCES)["15"] == PROVINCES[1:]
