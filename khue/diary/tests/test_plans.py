"""The import of teaching plans: preview, changes, undo; what the next lesson is then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.diary.queries.plans import next_lessons, plans_of_school
from khue.diary.rules.plans import PlanLineRefused, read_numbers, read_week, subject_and_grade
from khue.diary.sheets.plans import TEACHING_PLANS, apply_plans, plan_plans
from khue.intake.api import Order, Plan
from khue.organisations.api import class_subject
from kit.fences import EVERYTHING, scoped
from kit.row_history import put_back
from kit.sheets.reading import Sheet, Workbook
from tests.cast import NOW, TODAY, YEAR, Cast, table

LESSONS = [(1, "Đơn thức", 1), (2, "Đa thức", 1), ("3-4", "Phép cộng đa thức", "Tuần 2")]


def workbook(rows: list[Any], name: str = "Toán 8") -> Workbook:
    head: list[list[Any]] = [["PHÂN PHỐI CHƯƠNG TRÌNH", None, None], ["Tiết", "Tên bài", "Tuần"]]
    return Workbook("xlsx", (Sheet(name, [*head, *[list(row) for row in rows]]),))


def order(cast: Cast, minutes: int = 0) -> Order:
    return Order(
        actor=cast.thu.actor,
        now=NOW + timedelta(minutes=minutes),
        today=TODAY,
        school_id=cast.school.pk,
        school_name=cast.school.organisation.name,
        place=cast.school.organisation.path,
        year=YEAR,
    )


def planned(cast: Cast, rows: list[Any], name: str = "Toán 8") -> Plan:
    with scoped(EVERYTHING):
        return plan_plans(order(cast), workbook(rows, name))


def apply(cast: Cast, rows: list[Any], minutes: int = 0) -> Any:
    with scoped(EVERYTHING):
        return apply_plans(order(cast, minutes), plan_plans(order(cast), workbook(rows)))


def items() -> list[tuple[int, str, int | None]]:
    with scoped(EVERYTHING):
        rows = table("diary.PlanItem").objects.order_by("number")
        return list(rows.values_list("number", "title", "week"))


def test_a_file_of_a_subject_and_grade_becomes_its_plan(cast: Cast) -> None:
    assert [row.verdict for row in planned(cast, LESSONS).rows] == ["create"] * 3
    apply(cast, LESSONS)
    assert items() == [
        (1, "Đơn thức", 1),
        (2, "Đa thức", 1),
        (3, "Phép cộng đa thức", 2),
        (4, "Phép cộng đa thức", 2),
    ]
    with scoped(EVERYTHING):
        (card,) = plans_of_school(cast.school.pk, YEAR)
        follows = next_lessons([class_subject(cast.maths.pk)])[cast.maths.pk]
    assert (card.subject_name, card.grade, card.lessons) == ("Toán", "08", 4)
    assert (follows.number, follows.title) == (1, "Đơn thức")


def test_the_same_file_again_changes_nothing_and_a_new_title_is_shown(cast: Cast) -> None:
    apply(cast, LESSONS)
    again = [(1, "Đơn thức nhiều biến", 1), *LESSONS[1:]]
    rows = planned(cast, again).rows
    assert [row.verdict for row in rows] == ["change", "same", "same"]
    assert rows[0].differences[0].old == "Đơn thức"


def test_an_import_is_taken_back_whole(cast: Cast) -> None:
    apply(cast, LESSONS)
    before = items()
    effects = apply(cast, [(1, "Bài khác", 1), (9, "Bài mới", 3)], minutes=5)
    assert len(items()) == 5
    with scoped(EVERYTHING):
        put_back(effects, TEACHING_PLANS.tables)
    assert items() == before


def test_a_first_import_is_taken_back_with_its_plan(cast: Cast) -> None:
    effects = apply(cast, LESSONS)
    with scoped(EVERYTHING):
        put_back(effects, TEACHING_PLANS.tables)
        assert not table("diary.TeachingPlan").objects.exists()


@pytest.mark.parametrize(
    ("row", "name", "why"),
    [
        ((1, "Đơn thức", 1), "Sheet", "chưa rõ môn học"),
        ((1, "Đơn thức", 1), "Phù thủy học 8", "không có môn"),
        (("một", "Đơn thức", 1), "Toán 8", "phải là số từ 1"),
        ((1, "Đơn thức", "xx"), "Toán 8", "Tuần “xx”"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(
    cast: Cast, row: tuple[Any, ...], name: str, why: str
) -> None:
    (found,) = planned(cast, [row], name).rows
    assert found.verdict == "refuse"
    assert why in found.reasons[0]


def test_a_lesson_twice_in_one_file_is_refused_the_second_time(cast: Cast) -> None:
    rows = planned(cast, [(1, "Đơn thức", 1), (1, "Đa thức", 1)]).rows
    assert [row.verdict for row in rows] == ["create", "refuse"]


def test_names_of_sheets_tell_subject_and_grade() -> None:
    assert subject_and_grade("Toán 8") == ("Toán", "08")
    assert subject_and_grade("PPCT Ngữ văn - lớp 6") == ("Ngữ văn", "06")
    assert subject_and_grade("Sheet1") == ("Sheet", "01")
    assert subject_and_grade("Danh mục") == ("", "")


def test_several_lessons_of_one_title() -> None:
    assert read_numbers("12") == [12]
    assert read_numbers("12-14") == [12, 13, 14]
    assert read_numbers("12, 14") == [12, 14]
    assert read_week("Tuần 5") == 5


@given(st.text(max_size=12))
def test_any_text_for_a_lesson_is_read_or_refused(text: str) -> None:
    try:
        numbers = read_numbers(text)
    except PlanLineRefused:
        return
    assert numbers
    assert all(1 <= one <= 999 for one in numbers)
