"""Page by person: who sees what of the pages that compose several contexts."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from kit.fences import EVERYTHING, scoped
from kit.sheets.reading import open_workbook
from tests.cast import NOW, YEAR, Cast, table

OK, LOGIN, REFUSED, MISSING = 200, 302, 403, 404


def minh(cast: Cast) -> str:
    return reverse("portal.child", args=[cast.minh.student.pk])


def other_child(cast: Cast) -> str:
    return reverse("portal.child", args=[cast.classmates[0].pk])


def history_of_minh(cast: Cast) -> str:
    return reverse("portal.history", args=[f"student:{cast.minh.student.pk}"])


def history_elsewhere(cast: Cast) -> str:
    return reverse("portal.history", args=[f"student:{cast.other_student.pk}"])


def search(cast: Cast) -> str:
    return reverse("portal.search") + "?q=minh"


TABLE: list[tuple[Any, dict[str, int]]] = [
    (
        minh,
        {
            "lan": OK,
            "minh": OK,
            "hoa": REFUSED,
            "nam": REFUSED,
            "mai": REFUSED,
            "dung": REFUSED,
            "stranger": REFUSED,
            "nobody": LOGIN,
        },
    ),
    (other_child, {"lan": MISSING, "minh": MISSING, "nobody": LOGIN}),
    (
        history_of_minh,
        {
            "mai": OK,
            "thu": OK,
            "dung": OK,
            "ha": OK,
            "hoa": REFUSED,
            "nam": REFUSED,
            "lan": REFUSED,
            "minh": REFUSED,
            "stranger": REFUSED,
            "nobody": LOGIN,
        },
    ),
    (history_elsewhere, {"mai": MISSING, "thu": MISSING, "ha": MISSING, "dung": OK}),
    (search, {"hoa": OK, "mai": OK, "dung": OK, "stranger": OK, "nobody": LOGIN}),
]
CASES = [
    pytest.param(address, person, status, id=f"{address.__name__}-{person}")
    for address, row in TABLE
    for person, status in row.items()
]


@pytest.mark.parametrize(("address", "person", "status"), CASES)
def test_page_by_person(cast: Cast, address: Any, person: str, status: int) -> None:
    assert cast.client(person).get(address(cast)).status_code == status


@pytest.mark.parametrize("person", ["hoa", "nam", "mai", "thu", "binh", "dung", "ha", "stranger"])
def test_everybody_who_works_has_a_first_page(cast: Cast, person: str) -> None:
    answer = cast.client(person).get("/")
    assert answer.status_code == OK
    assert "Chào" in answer.content.decode()


def test_a_student_goes_straight_to_the_own_page(cast: Cast) -> None:
    answer = cast.client("minh").get("/")
    assert (answer.status_code, answer["Location"]) == (302, minh(cast))


def test_a_parent_sees_only_her_own_child_and_its_marks(cast: Cast) -> None:
    with scoped(EVERYTHING):
        for student, mark in [(cast.minh.student, 75), (cast.classmates[0], 35)]:
            table("gradebook.MarkRow").objects.create(
                year=YEAR,
                class_subject=cast.maths,
                term=1,
                student=student,
                school=cast.school,
                province=cast.department,
                tx1=mark,
            )
    overview = cast.client("lan").get(minh(cast)).content.decode()
    page = cast.client("lan").get(f"{minh(cast)}ket-qua/?hoc-ki=1").content.decode()
    assert "7,5" in page
    for told in (page, overview):
        assert "3,5" not in told
        assert cast.classmates[0].name not in told


def test_a_guardian_kept_away_by_a_court_sees_nothing(cast: Cast) -> None:
    with scoped(EVERYTHING):
        table("records.Guardianship").objects.update(blocked_reason="Quyết định của tòa án")
    assert cast.client("lan").get(minh(cast)).status_code == MISSING


def test_history_speaks_in_sentences(cast: Cast) -> None:
    with scoped(EVERYTHING):
        table("ledger.Entry").objects.create(
            at=NOW,
            account_id=cast.hoa.account.pk,
            actor_name=cast.hoa.name,
            province_id=cast.department.pk,
            school_id=cast.school.pk,
            subject=f"student:{cast.minh.student.pk}",
            action="change",
            label="Hồ sơ học sinh",
            old={"born": "2013-03-09"},
            new={"born": "2013-03-19"},
            reason="Theo giấy khai sinh",
        )
    page = cast.client("mai").get(history_of_minh(cast)).content.decode()
    for words in [
        "Đã sửa hồ sơ học sinh",
        "09/03/2013",
        "19/03/2013",
        "Theo giấy khai sinh",
        cast.hoa.name,
    ]:
        assert words in page


def test_history_can_be_taken_along(cast: Cast) -> None:
    with scoped(EVERYTHING):
        table("ledger.Entry").objects.create(
            at=NOW,
            actor_name=cast.hoa.name,
            school_id=cast.school.pk,
            subject=f"student:{cast.minh.student.pk}",
            action="change",
            label="Ngày sinh",
            old="2013-03-09",
            new="2013-03-19",
        )
    answer = cast.client("mai").get(history_of_minh(cast), {"format": "xlsx"})
    sheet = open_workbook(answer.content).sheets[0]
    cells = [str(cell) for row in sheet.rows for cell in row]
    assert "Đã sửa ngày sinh" in cells
    assert "09/03/2013" in cells
    assert "19/03/2013" in cells


def test_search_finds_without_diacritics_and_only_in_reach(cast: Cast) -> None:
    page = cast.client("hoa").get(reverse("portal.search") + "?q=dang+thuy").content.decode()
    assert "Đặng Thùy Dương" in page
    page = cast.client("hoa").get(reverse("portal.search") + "?q=luc+van").content.decode()
    assert "Lục Văn Sơn" not in page


def test_markup_in_a_search_is_shown_as_text(cast: Cast) -> None:
    page = cast.client("hoa").get(reverse("portal.search"), {"q": "<b>x</b>"}).content.decode()
    assert "<b>x</b>" not in page
