"""Thầy Bình sums up class 8A, and cô Mai closes its year: one key a pupil, one click back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from khue.gradebook.tests.yearwork import fill_programme, make_next_class
from tests.cast import Cast
from tests.journeys.classroom import ClassRoom, Enter

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.journey
ANH = "Hoàng Thị Ánh"
MINH = "Triệu Quang Minh"
# Ánh fails two subjects; everybody else has 8,0 and Đạt.
YEAR_OF_MARKS = """
insert into gradebook_markrow (year, class_subject_id, term, student_id, school_id, province_id,
  average, version)
select stay.year, book.id, term, stay.student_id, stay.school_id, stay.province_id,
  case when book.form = 'comment' then 101
    when student.name = %s and subject.name in ('Toán', 'Ngữ văn') then 30 else 80 end, 1
from records_enrolment stay join records_student student on student.id = stay.student_id
join organisations_classsubject book on book.school_class_id = stay.school_class_id
join organisations_subject subject on subject.id = book.subject_id, generate_series(1, 2) as term
where stay.school_class_id = %s
"""
CONDUCT = """
select conduct1 from gradebook_studentresult result
join records_student student on student.id = result.student_id where student.name = %s
"""
OUTCOMES = """
select outcome, count(*) from gradebook_studentresult group by outcome order by outcome
"""
SEATS = """
select class.name, class.year, stay.status, count(*) from records_enrolment stay
join organisations_schoolclass class on class.id = stay.school_class_id
where class.school_id = %s group by 1, 2, 3 order by 2, 1
"""


def furnish(cast: Cast) -> dict[str, int]:
    """Six more subjects, and the classes of the next year."""
    fill_programme(cast)
    classes = [("9A", "09"), ("9B", "09"), ("8A", "08")]
    return {name: make_next_class(cast.school, name, grade).pk for name, grade in classes}


def path(room: ClassRoom, term: int) -> str:
    return f"/tong-ket/{room.class_id}/?term={term}"


def conduct(page: Page, name: str, term: int = 1) -> Locator:
    said = "học kì I" if term == 1 else "học kì II"
    return page.get_by_label(f"Rèn luyện {said} của {name}", exact=True)


def box(editor: Locator) -> Locator:
    return editor.locator("xpath=..")


def judge_everybody(page: Page, room: ClassRoom, term: int) -> None:
    """A key for a pupil, an arrow to the next."""
    page.goto(path(room, term))
    boxes = page.locator(f"select[data-column=conduct{term}]")
    boxes.first.focus()
    for _ in range(boxes.count()):
        page.keyboard.press("t")
        page.keyboard.press("ArrowDown")
    expect(page.locator("td[data-state=saved]")).to_have_count(boxes.count())


def row(page: Page, name: str) -> Locator:
    return page.locator("main tbody tr").filter(has=page.get_by_role("rowheader", name=name))


def test_conduct_is_given_by_one_key_and_two_people_choose(
    enter: Enter, classroom: ClassRoom
) -> None:
    first = enter(path(classroom, 1), "binh")
    second = enter(path(classroom, 1), "binh")
    conduct(first, MINH).focus()
    first.keyboard.press("t")
    expect(box(conduct(first, MINH))).to_have_attribute("data-state", "saved")
    expect(first.locator("[data-cells-live]")).to_have_text("Đã lưu.")
    assert classroom.ask(CONDUCT, MINH) == [(0,)]

    conduct(second, MINH).focus()
    second.keyboard.press("k")
    clash = box(conduct(second, MINH)).get_by_role("alert")
    expect(clash.get_by_role("button")).to_have_text(["Giữ của tôi: K", "Lấy giá trị đang lưu: T"])
    assert classroom.ask(CONDUCT, MINH) == [(0,)]
    clash.get_by_role("button", name="Giữ của tôi").click()
    expect(box(conduct(second, MINH))).to_have_attribute("data-state", "saved")
    assert classroom.ask(CONDUCT, MINH) == [(1,)]
    first.reload()
    expect(conduct(first, MINH)).to_have_value("K")

    reader = enter(path(classroom, 1), "mai")
    expect(row(reader, MINH)).to_contain_text("K")
    expect(reader.locator("main select[data-key], main textarea")).to_have_count(0)


def test_how_a_level_was_made_opens_with_its_article(enter: Enter, classroom: ClassRoom) -> None:
    classroom.ask(YEAR_OF_MARKS, ANH, classroom.class_id)
    page = enter(path(classroom, 1), "binh")
    conduct(page, ANH).focus()
    page.keyboard.press("k")
    expect(box(conduct(page, ANH))).to_have_attribute("data-state", "saved")
    page.reload()
    page.get_by_title(f"Cách tính của {ANH}").click()
    made = page.get_by_role("dialog", name="Cách tính")
    expect(made).to_contain_text(ANH)
    expect(made).to_contain_text("3,0")
    expect(made).to_contain_text(re.compile(r"Căn cứ: .*Điều 9"))
    expect(made).to_contain_text("Chưa đạt")


def test_the_year_is_summed_up_listed_closed_and_taken_back(
    enter: Enter, classroom: ClassRoom
) -> None:
    classroom.ask(YEAR_OF_MARKS, ANH, classroom.class_id)
    before = classroom.ask(SEATS, classroom.school)
    binh = enter("/tong-ket/", "binh")
    judge_everybody(binh, classroom, 1)
    judge_everybody(binh, classroom, 2)
    binh.goto(path(classroom, 3))
    expect(row(binh, MINH)).to_contain_text("Được lên lớp")
    expect(row(binh, MINH)).to_contain_text("Học sinh Giỏi")
    expect(row(binh, ANH)).not_to_contain_text("Được lên lớp")
    assert dict(classroom.ask(OUTCOMES)) == {"PROMOTED": 21, "REASSESS": 1}

    year = f"school={classroom.school}&year=2026"
    mai = enter(f"/danh-sach-cuoi-nam/?{year}&kind=gioi", "mai")
    expect(row(mai, MINH)).to_be_visible()
    expect(row(mai, ANH)).to_have_count(0)
    mai.goto(f"/ket-chuyen/?{year}")
    expect(row(mai, "8A")).to_contain_text("9A")
    row(mai, "8A").get_by_role("link", name="8A").click()
    expect(row(mai, ANH)).to_contain_text("Ở lại lớp cũ")
    mai.get_by_label(f"Lớp năm học mới của {MINH}").select_option("9B")
    mai.get_by_role("button", name="Xem lại trước khi ghi").click()
    expect(mai.locator("main")).to_contain_text(re.compile(r"Vào lớp 9A\s*20\s*Vào lớp 9B\s*1"))
    assert classroom.ask(SEATS, classroom.school) == before

    mai.get_by_role("button", name="Kết chuyển 21 học sinh").click()
    expect(row(mai, MINH)).to_contain_text("9B")
    new = [seat for seat in classroom.ask(SEATS, classroom.school) if seat[1] == 2027]
    assert new == [("9A", 2027, "studying", 20), ("9B", 2027, "studying", 1)]
    mai.get_by_role("button", name="Hoàn tác").click()
    mai.locator("dialog[open] .btn-primary").click()
    expect(row(mai, MINH)).to_contain_text("Đã hoàn tác")
    assert classroom.ask(SEATS, classroom.school) == before
