"""Old years come in with the labels of their own books, and doubts are told, never mended."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.gradebook.models import PastYear
from khue.gradebook.queries.past_years import years_of
from khue.gradebook.rules.past_years import PastFacts, PastSubject, findings_of, regime_of_past
from khue.gradebook.rules.regimes import Regime
from khue.gradebook.sheets.past_years import (
    CellRefused,
    _year,
    apply_past_years,
    plan_past_years,
)
from khue.intake.api import Order, Plan, Verdict
from kit.fences import EVERYTHING, Scope, scoped
from kit.sheets.cells import Sheet
from kit.sheets.reading import Workbook
from tests.cast import NOW, TODAY, YEAR, Cast

HEADER = ["STT", "Họ và tên", "Năm học", "Lớp", "Học lực", "Hạnh kiểm", "TBcm", "Toán", "Văn"]
MORE = ["Lý", "Thể dục", "Danh hiệu", "Nghỉ"]
W31 = {
    "Toán": 82,
    "Ngữ văn": 76,
    "Ngoại ngữ": 79,
    "Vật lí": 85,
    "Hóa học": 81,
    "Sinh học": 84,
    "Lịch sử": 80,
    "Địa lí": 83,
    "GDCD": 90,
    "Công nghệ": 88,
    "Tin học": 49,
}


def workbook(*rows: list[Any]) -> Workbook:
    titles = [["SỔ GỌI TÊN VÀ GHI ĐIỂM"], [], [*HEADER, *MORE]]
    cells = [*titles, *rows]
    width = max(len(row) for row in cells)
    padded = [[*row, *[None] * (width - len(row))] for row in cells]
    return Workbook("xlsx", (Sheet("Sheet1", padded),))


def order(cast: Cast) -> Order:
    return Order(
        actor=cast.mai.actor,
        now=NOW,
        today=TODAY,
        school_id=cast.school.pk,
        school_name=cast.school.organisation.name,
        place=cast.school.organisation.path,
        year=YEAR,
    )


def row(cast: Cast, **more: Any) -> list[Any]:
    told = {
        "name": cast.minh.name,
        "year": "2020-2021",
        "class": "6B",
        "learning": "Khá",
        "conduct": "Tốt",
        "mean": "7,1",
        "maths": 7.5,
        "literature": "6,6",
        "physics": "",
        "sports": "Đ",
        "title": "Học sinh tiên tiến",
        "absent": 2,
        **more,
    }
    return [1, *told.values()]


def plan(cast: Cast, *rows: list[Any]) -> Plan:
    with scoped(Scope(schools=(cast.school.pk,))):
        return plan_past_years(order(cast), workbook(*rows))


def test_an_old_year_comes_in_with_its_own_labels(cast: Cast) -> None:
    planned = plan(cast, row(cast))
    assert [one.verdict for one in planned.rows] == [Verdict.CREATE]
    assert dict(planned.rows[0].facts)["Quy chế"].startswith("Thông tư 58/2011")
    with scoped(Scope(schools=(cast.school.pk,))):
        apply_past_years(order(cast), planned)
        kept = PastYear.objects.get()
        line = years_of(cast.mai.actor, cast.minh.student.pk)[0]
    assert (kept.regime, kept.learning, kept.mean, kept.absent) == ("TT58+TT26", "Khá", "7,1", 2)
    assert line.names_old
    assert [(one.name, one.year) for one in line.subjects] == [
        ("Toán", "7,5"),
        ("Ngữ văn", "6,6"),
        ("Thể dục", "Đ"),
    ]


def test_the_same_file_again_changes_nothing_and_a_new_value_is_shown(cast: Cast) -> None:
    with scoped(Scope(schools=(cast.school.pk,))):
        apply_past_years(order(cast), plan(cast, row(cast)))
    assert plan(cast, row(cast)).rows[0].verdict is Verdict.SAME
    changed = plan(cast, row(cast, conduct="Khá")).rows[0]
    assert changed.verdict is Verdict.CHANGE
    assert [(one.label, one.old, one.new) for one in changed.differences] == [
        ("Hạnh kiểm", "Tốt", "Khá")
    ]


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({"name": "Không Có Ai"}, "Không có học sinh"),
        ({"year": "2020-2022"}, "hai năm liền nhau"),
        ({"year": "năm ngoái"}, "không rõ"),
        ({"year": f"{YEAR}-{YEAR + 1}"}, "không phải năm học cũ"),
        ({"class": "Lớp Lá"}, "không cho biết khối"),
        ({"learning": "Tuyệt vời"}, "không có trong quy định"),
        ({"maths": 11}, "không phải điểm"),
        ({"mean": "tám"}, "ĐTB các môn"),
        ({"absent": "vài"}, "số nguyên"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(
    cast: Cast, facts: dict[str, Any], word: str
) -> None:
    planned = plan(cast, row(cast, **facts)).rows[0]
    assert planned.verdict is Verdict.REFUSE
    assert word in planned.reasons[0]


def test_a_year_twice_in_one_file_is_refused_the_second_time(cast: Cast) -> None:
    verdicts = [one.verdict for one in plan(cast, row(cast), row(cast)).rows]
    assert verdicts == [Verdict.CREATE, Verdict.REFUSE]


def test_labels_that_disagree_with_the_marks_are_told_and_kept(cast: Cast) -> None:
    planned = plan(cast, row(cast, mean="9,0", learning="Giỏi")).rows[0]
    assert planned.verdict is Verdict.CREATE
    assert any("9,0" in reason for reason in planned.reasons)
    assert any("Giỏi" in reason for reason in planned.reasons)


def test_the_worked_example_of_an_old_year_raises_no_doubt() -> None:
    subjects = tuple(PastSubject(name, year=mark) for name, mark in W31.items())
    facts = PastFacts(2020, 8, mean=80, learning="Khá", subjects=subjects)
    assert regime_of_past(facts) is Regime.TT58_TT26
    assert findings_of(facts, Regime.TT58_TT26) == []
    doubted = PastFacts(2020, 8, mean=79, learning="Giỏi", subjects=subjects)
    assert len(findings_of(doubted, Regime.TT58_TT26)) == 2


@given(st.text(max_size=12))
def test_any_text_for_a_year_is_read_or_refused(text: str) -> None:
    try:
        year = _year(text, 2026)
    except CellRefused:
        return
    assert 1990 <= year < 2026


PAGES = [200, 200, 200, 403, 404]


def test_who_may_open_the_years_of_a_pupil(cast: Cast) -> None:
    path = f"/hoc-sinh/{cast.minh.student.pk}/cac-nam-hoc/"
    people = ["mai", "thu", "binh", "lan", "nam"]
    assert [cast.client(one).get(path).status_code for one in people] == PAGES


def test_the_file_of_the_pupil_leads_to_the_years(cast: Cast) -> None:
    with scoped(EVERYTHING):
        path = f"/hoc-sinh/{cast.minh.student.pk}/"
    assert "/cac-nam-hoc/" in cast.client("mai").get(path).content.decode()
