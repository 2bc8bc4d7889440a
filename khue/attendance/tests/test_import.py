"""Absences come in from a file, checked as a teacher's list is."""

from __future__ import annotations

from typing import Any

import pytest

from khue.attendance.models import Absence, Taking
from khue.attendance.sheets.absences import ABSENCES, apply_absences, plan_absences
from khue.intake.api import Order, Plan, Verdict
from kit.fences import Scope, set_scope
from kit.sheets.cells import Sheet
from kit.sheets.reading import Workbook
from tests.cast import NOW, TODAY, YEAR, Cast

HEADER = ["STT", "Họ và tên", "Lớp", "Ngày", "Buổi", "P/K", "Số phút", "Lý do"]


def order(cast: Cast) -> Order:
    return Order(
        actor=cast.thu.actor,
        now=NOW,
        today=TODAY,
        school_id=cast.school.pk,
        school_name=cast.school.organisation.name,
        place=cast.school.organisation.path,
        year=YEAR,
    )


def plan(cast: Cast, *rows: list[Any]) -> Plan:
    set_scope(Scope(schools=(cast.school.pk,)))
    cells: list[list[Any]] = [["SỔ THEO DÕI"] + [None] * 7, HEADER, *rows]
    return plan_absences(order(cast), Workbook("xlsx", (Sheet("Sheet1", cells),)))


def row(cast: Cast, **more: Any) -> list[Any]:
    told = {
        "name": cast.minh.name,
        "class": "8a",
        "day": "19/11/2026",
        "session": "Sáng",
        "kind": "P",
        "minutes": None,
        "note": "Ốm",
    }
    return [1, *(told | more).values()]


def test_absences_come_in_and_a_second_time_nothing_changes(cast: Cast) -> None:
    planned = plan(cast, row(cast), row(cast, day="18/11/2026", kind="đi muộn", minutes=10))
    assert [one.verdict for one in planned.rows] == [Verdict.CREATE] * 2
    effects = apply_absences(order(cast), planned)
    assert {one.table for one in effects} == set(ABSENCES.tables)
    kept = Absence.objects.order_by("day").values_list("kind", "minutes", "note", "source")
    assert list(kept) == [("m", 10, "Ốm", "file"), ("p", None, "Ốm", "file")]
    assert Taking.objects.count() == 2
    assert [one.verdict for one in plan(cast, row(cast)).rows] == [Verdict.SAME]
    changed = plan(cast, row(cast, kind="K")).rows[0]
    assert changed.verdict == Verdict.CHANGE
    assert (changed.differences[0].old, changed.differences[0].new) == (
        "Nghỉ có phép",
        "Nghỉ không phép",
    )


@pytest.mark.parametrize(
    ("more", "part"),
    [
        ({"day": "15/11/2026"}, "Chủ Nhật"),
        ({"day": "30/11/2026"}, "Chưa đến ngày"),
        ({"day": "31/02/2026"}, "không có ngày 31"),
        ({"name": "Không Ai"}, "Không có học sinh"),
        ({"class": "9Z"}, "không học lớp nào"),
        ({"kind": "ốm"}, "không rõ"),
        ({"minutes": "abc"}, "số nguyên"),
        ({"minutes": 5}, "đi muộn hoặc về sớm"),
        ({"session": "khuya"}, "Sáng hoặc Chiều"),
    ],
)
def test_a_row_that_cannot_be_says_why(cast: Cast, more: dict[str, Any], part: str) -> None:
    planned = plan(cast, row(cast, **more)).rows[0]
    assert planned.verdict == Verdict.REFUSE
    assert part in planned.reasons[0]


def test_one_session_is_named_once(cast: Cast) -> None:
    planned = plan(cast, row(cast), row(cast, kind="K"))
    assert [one.verdict for one in planned.rows] == [Verdict.CREATE, Verdict.REFUSE]
