"""Pages of figures: from the department down to a class, files to take home, forms."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from khue.statistics.rules.blocks import TABS
from khue.statistics.services.following import follow_to_the_end
from kit.fences import EVERYTHING, scoped
from kit.sheets.reading import open_workbook
from tests.cast import NOW, YEAR, Cast, table


@pytest.fixture
def counted(cast: Cast) -> Cast:
    follow_to_the_end(now=NOW)
    return cast


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def place(node: Any, **asked: Any) -> str:
    query = "&".join(f"{key}={value}" for key, value in asked.items())
    return reverse("statistics.place", args=[node.pk]) + (f"?{query}" if query else "")


def test_each_begins_where_she_stands(counted: Cast) -> None:
    starts = {
        name: counted.client(name).get(reverse("statistics.start")).headers.get("Location")
        for name in ("dung", "ha", "mai", "binh")
    }
    assert starts == {
        "dung": place(counted.department),
        "ha": place(counted.commune),
        "mai": place(counted.school),
        "binh": reverse("statistics.class", args=[counted.school.pk, counted.school_class.pk]),
    }


def test_a_number_leads_from_the_department_down_to_the_class_behind_it(counted: Cast) -> None:
    dung = counted.client("dung")
    province = text_of(dung, place(counted.department))
    assert "Xã Suối Trong" in province
    assert "Số liệu lúc" in province
    assert place(counted.commune) in province
    commune = text_of(dung, place(counted.commune))
    assert place(counted.school) in commune
    school = text_of(dung, place(counted.school))
    class_page = reverse("statistics.class", args=[counted.school.pk, counted.school_class.pk])
    assert class_page in school
    assert reverse(
        "gradebook.class_progress", args=[counted.school.pk, counted.school_class.pk]
    ) in (text_of(dung, class_page))


def test_who_sees_which_place(counted: Cast) -> None:
    places = (counted.school, counted.other_school, counted.department)
    seen = {
        person: [counted.client(person).get(place(one)).status_code for one in places]
        for person in ("dung", "ha", "mai", "thu", "hoa", "lan", "stranger")
    }
    assert seen == {
        "dung": [200, 200, 200],
        "ha": [200, 404, 403],
        "mai": [200, 404, 403],
        "thu": [200, 404, 403],
        "hoa": [403, 403, 403],
        "lan": [403, 403, 403],
        "stranger": [403, 403, 403],
    }


def test_a_class_of_another_school_is_not_found_under_this_one(counted: Cast) -> None:
    wrong = reverse("statistics.class", args=[counted.school.pk, counted.other_class.pk])
    assert counted.client("dung").get(wrong).status_code == 404


def test_every_theme_opens_at_every_level(counted: Cast) -> None:
    dung = counted.client("dung")
    for tab in (one for one in TABS if one):
        for node in (counted.department, counted.commune, counted.school):
            text_of(dung, place(node, muc=tab))


def test_small_numbers_are_withheld_outside_the_school_and_told_inside(counted: Cast) -> None:
    cell = 'title="Số nhỏ được che'
    asked = {"muc": "quy-mo"}
    assert cell in text_of(counted.client("dung"), place(counted.school, **asked))
    assert cell not in text_of(counted.client("mai"), place(counted.school, **asked))


def test_outside_the_school_a_class_does_not_even_name_its_groups(counted: Cast) -> None:
    of_class = reverse("statistics.class", args=[counted.school.pk, counted.school_class.pk])
    told = {who: text_of(counted.client(who), f"{of_class}?muc=quy-mo") for who in ("mai", "ha")}
    assert "Học sinh theo dân tộc" in told["mai"]
    assert "Học sinh theo dân tộc" not in told["ha"]
    assert "Học sinh theo khối lớp" in told["ha"]


def test_schools_are_searched_without_diacritics_sorted_and_filtered(counted: Cast) -> None:
    dung = counted.client("dung")
    found = text_of(dung, place(counted.department, theo="truong", q="doi sim"))
    table = found.partition('id="below"')[2]
    assert "Trường THCS Đồi Sim" in table
    assert "Trường THCS Sao Khuê" not in table
    ordered = text_of(dung, place(counted.department, theo="truong", sort="-c1"))
    table = ordered.partition('id="below"')[2]
    assert table.index("Trường THCS Sao Khuê") < table.index("Trường THCS Đồi Sim")
    primary = text_of(dung, place(counted.department, theo="truong", cap="02"))
    assert "Không có nơi nào khớp" in primary


def test_a_place_without_figures_says_what_to_do(cast: Cast) -> None:
    assert "Chưa có số liệu của năm học này" in text_of(cast.client("dung"), place(cast.department))


def test_the_workbook_has_a_sheet_for_each_theme_and_the_places_below(counted: Cast) -> None:
    answer = counted.client("dung").get(
        reverse("statistics.excel", args=[counted.department.pk]) + "?theo=truong"
    )
    book = open_workbook(answer.content)
    names = [one.name for one in book.sheets]
    assert "Quy mô" in names
    rows = next(one for one in book.sheets if one.name.startswith("Bên dưới")).rows
    assert [row[0] for row in rows if row[0] and str(row[0]).startswith("Trường")] == [
        "Trường THCS Đồi Sim",
        "Trường THCS Sao Khuê",
    ]


def test_the_paper_is_a_pdf(counted: Cast) -> None:
    answer = counted.client("ha").get(reverse("statistics.pdf", args=[counted.commune.pk]))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_a_form_tells_what_it_has_what_it_lacks_and_what_does_not_fit(counted: Cast) -> None:
    page = text_of(
        counted.client("dung"),
        reverse("statistics.form", args=[counted.department.pk, "02-th"]),
    )
    assert "trường chưa khai" in page
    assert "Cột “Năm trước” để trống" in page
    assert "0 trường có cấp học này" in page
    assert "27 = 28 + 29 + 30 + 31 + 32" in page
    assert "Chưa kiểm tra được: dòng 119 chưa có số liệu." in page


def test_a_school_without_the_level_of_a_form_is_told_so(counted: Cast) -> None:
    page = text_of(
        counted.client("mai"), reverse("statistics.form", args=[counted.school.pk, "01-mn"])
    )
    assert "trường không có lớp nào của cấp học trong biểu" in page
    assert "Tổng số trường" not in page


def test_a_class_is_asked_only_what_is_counted_in_a_class(counted: Cast) -> None:
    mai = counted.client("mai")
    page = text_of(
        mai, reverse("statistics.class", args=[counted.school.pk, counted.school_class.pk])
    )
    assert "muc=so" in page
    assert "muc=tin-nhan" not in page
    assert "Lớp, nhóm trẻ" not in page
    assert "muc=tin-nhan" in text_of(mai, place(counted.school))


def test_the_workbook_of_a_form_keeps_the_printed_order(counted: Cast) -> None:
    address = reverse("statistics.form_excel", args=[counted.department.pk, "02-th"])
    rows = open_workbook(counted.client("dung").get(address).content).sheets[0].rows
    codes = [str(row[1]) for row in rows if len(row) > 1 and str(row[1] or "").isdecimal()]
    assert codes == [str(one) for one in range(1, 133)]


def test_a_form_stands_beside_the_year_before(counted: Cast) -> None:
    """What that year has is told; what it never counted is no zero."""
    rows = table("statistics.Figure").objects.filter(kind="school", year=YEAR, theme="enrolment")
    before = {"02.classes": 3, "02.pupils": 61, "02.pupils.f": 30}
    for one in rows:
        one.pk, one.year, one.counts, one.brief = None, YEAR - 1, before, before
        one.save()
    address = reverse("statistics.form", args=[counted.department.pk, "02-th"])
    many = rows.count()
    page = " ".join(re.sub(r"<[^>]+>", " ", text_of(counted.client("dung"), address)).split())
    assert f"Tổng số lớp 27 0 {3 * many} −{3 * many}" in page
    assert "Tổng số trường 1 0 — —" in page
    paper = counted.client("dung").get(
        reverse("statistics.form_pdf", args=[counted.department.pk, "02-th"])
    )
    assert paper.content.startswith(b"%PDF")
    book = counted.client("dung").get(
        reverse("statistics.form_excel", args=[counted.department.pk, "02-th"])
    )
    told = {str(row[1]): row[2:5] for row in open_workbook(book.content).sheets[0].rows if row[1:]}
    assert [told["27"], told["1"]] == [[0, 3 * many, -3 * many], [0, "—", None]]


def test_who_fills_the_form_of_the_department(counted: Cast) -> None:
    address = reverse("statistics.form", args=[counted.department.pk, "01-mn"])
    people = ("dung", "ha", "mai", "binh")
    answers = [counted.client(person).get(address).status_code for person in people]
    assert answers == [200, 403, 403, 403]


def test_a_form_that_does_not_exist_is_not_found(counted: Cast) -> None:
    address = reverse("statistics.form", args=[counted.department.pk, "99-xx"])
    assert counted.client("dung").get(address).status_code == 404


def test_a_past_year_has_no_columns_of_today(counted: Cast) -> None:
    with scoped(EVERYTHING):
        figures = table("statistics.Figure").objects
        for row in figures.filter(year=YEAR, theme__in=["enrolment", "entry"]):
            row.pk, row.year = None, YEAR - 1
            row.save()
    shown = text_of(counted.client("dung"), place(counted.department, nam=YEAR - 1))
    assert "Vắng hôm nay" not in shown
    assert "Giáo viên" not in shown.partition('id="below"')[2]
    assert "Vắng hôm nay" in text_of(counted.client("dung"), place(counted.department))
