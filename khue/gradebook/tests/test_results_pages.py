"""Pages of circumstances, of pupils who came and of choices: who opens them, what they do."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from khue.background.api import Progress, Work
from khue.gradebook.models import CarriedResult, MarkRow, Policy, StudentResult, SubjectCircumstance
from khue.gradebook.queries.policies import policy
from khue.gradebook.services.policies import refresh_school
from khue.gradebook.services.results import refresh_results
from khue.gradebook.tests.year_of_marks import all_books, put_year
from kit.fences import EVERYTHING, scoped
from tests.cast import NOW, YEAR, Cast, enrol, make_student

PEOPLE = ["mai", "thu", "hoa", "binh", "nam", "dung", "ha", "lan", "minh", "stranger"]
OFFICE = {"mai": 200, "thu": 200, "hoa": 403, "binh": 403, "dung": 403, "ha": 403}
# The department's place lies above every school of the province, so it is inside, without a right.
TABLE = {
    "so-diem/lop/{class_id}/truong-hop-rieng/": OFFICE,
    "so-diem/lop/{class_id}/chuyen-den/": OFFICE,
    "lua-chon-danh-gia/{school_id}/": {
        "mai": 200,
        "thu": 200,
        "dung": 200,
        "hoa": 403,
        "binh": 403,
    },
    "lua-chon-danh-gia/{department_id}/": {"dung": 200},
    "so-diem/{book_id}/1/kiem-tra-bu/": {"hoa": 200, "mai": 403, "thu": 403, "binh": 403},
}
CLOSED = {403, 404}


@pytest.mark.parametrize("path", list(TABLE))
def test_each_page_opens_for_those_whose_work_it_is(cast: Cast, path: str) -> None:
    found = "/" + path.format(
        class_id=cast.school_class.pk,
        school_id=cast.school.pk,
        department_id=cast.department.pk,
        book_id=cast.maths.pk,
    )
    for person in PEOPLE:
        status = cast.client(person).get(found).status_code
        wanted = TABLE[path].get(person)
        assert status == wanted if wanted == 200 else status in CLOSED, (person, status)


def test_a_circumstance_is_recorded_looked_at_and_taken_away(cast: Cast) -> None:
    all_books(cast)
    page, office = f"/so-diem/lop/{cast.school_class.pk}/truong-hop-rieng/", cast.client("thu")
    given = {
        "student": cast.minh.student.pk,
        "book": cast.maths.pk,
        "kind": "plan",
        "terms": "1-2",
        "document": "12/QĐ",
        "reason": "Theo hồ sơ y tế",
    }
    assert office.post(page, given | {"document": ""}).status_code == 200
    assert office.post(page, given).status_code == 302
    with scoped(EVERYTHING):
        number = SubjectCircumstance.objects.get().pk
    shown = office.get(page).content.decode()
    assert "Kế hoạch cá nhân" in shown
    assert "Theo hồ sơ y tế" not in shown
    assert "Theo hồ sơ y tế" in office.post(f"{page}{number}/ly-do/").content.decode()
    grid = cast.client("hoa").get(f"/so-diem/{cast.maths.pk}/1/").content.decode()
    assert "Kế hoạch cá nhân" in grid
    assert "hồ sơ y tế" not in grid
    assert cast.client("hoa").post(f"{page}{number}/ly-do/").status_code == 403
    office.post(f"{page}{number}/bo/", {"reason": "Ghi nhầm"})
    with scoped(EVERYTHING):
        assert not SubjectCircumstance.objects.exists()


def test_a_row_that_takes_no_marks_says_why_on_the_grid(cast: Cast) -> None:
    with scoped(EVERYTHING):
        CarriedResult.objects.create(
            year=YEAR,
            student=cast.minh.student,
            school=cast.school,
            province=cast.department,
            subject=cast.maths.subject,
            term=1,
            value=81,
            from_school="Trường THCS Mường Xa",
        )
    page = cast.client("hoa").get(f"/so-diem/{cast.maths.pk}/1/").content.decode()
    assert "Kết quả từ Trường THCS Mường Xa" in page
    assert 'class="mg-left mg-apart"' in page
    assert "<b>8,1</b>" in page


def test_a_pupil_who_came_is_shown_with_what_may_come_along(cast: Cast) -> None:
    with scoped(EVERYTHING):
        pupil = make_student(cast.other_school, "Lò Thị Mận")
        enrol(pupil, cast.other_class, ends_on=date(2026, 11, 1), status="transferred_out")
        enrol(pupil, cast.school_class, starts_on=date(2026, 11, 2))
        MarkRow.objects.create(
            year=YEAR,
            class_subject=cast.other_maths,
            term=1,
            student=pupil,
            school=cast.other_school,
            province=cast.department,
            tx1=85,
        )
    page, office = f"/so-diem/lop/{cast.school_class.pk}/chuyen-den/", cast.client("thu")
    shown = office.get(page).content.decode()
    assert "Lò Thị Mận" in shown
    assert "<b>8,5</b>" in shown
    assert office.post(f"{page}{pupil.pk}/nhan/").status_code == 302
    history = f"/so-diem/{cast.maths.pk}/1/lich-su/{pupil.pk}/tx1/"
    told = cast.client("hoa").get(history).content.decode()
    assert "Chuyển đến từ lớp 8A, Trường THCS Đồi Sim" in told


def test_the_department_chooses_on_its_page_and_schools_follow(cast: Cast) -> None:
    books: dict[str, Any] = all_books(cast)
    with scoped(EVERYTHING):
        put_year(books, cast.minh.student, [82, 85, 80, 90, 79, 81, 70, 49])
        refresh_results(class_id=cast.school_class.pk, now=NOW)
    given = {"key": "adjustment_clause", "value": "drop", "year": YEAR}
    path = f"/lua-chon-danh-gia/{cast.department.pk}/dat/"
    assert cast.client("mai").post(path, given).status_code in CLOSED
    assert cast.client("dung").post(path, given).status_code == 302
    assert cast.client("dung").post(path, given | {"key": "no_such"}).status_code == 404
    with scoped(EVERYTHING):
        assert policy("adjustment_clause", school_id=cast.school.pk, year=YEAR) == "drop"
        assert Policy.objects.count() == 1
        work = {"school": cast.school.pk, "year": YEAR}
        done = refresh_school(Work(uuid4(), cast.dung.actor, NOW, work, cast.school.pk, Progress()))
        level = StudentResult.objects.get(student=cast.minh.student).learning_year
    assert level == 2
    assert done["text"].startswith("Đã tính lại")
