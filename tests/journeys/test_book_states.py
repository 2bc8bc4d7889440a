"""Từ nhập xong đến khóa sổ, and a mark corrected afterwards: four people, one class."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.classroom import ClassRoom, Enter

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.journey
MINH = "Triệu Quang Minh"
FULL = """
insert into gradebook_markrow (year, class_subject_id, term, student_id, school_id, province_id,
  tx1, tx2, tx3, tx4, gk, ck, average, version)
select stay.year, book.id, 1, stay.student_id, stay.school_id, stay.province_id,
  mark, mark, case when book.regular_marks > 2 then mark end,
  case when book.regular_marks > 2 then mark end, mark, mark, mark, 1
from records_enrolment stay
join organisations_classsubject book on book.school_class_id = stay.school_class_id,
lateral (select case when book.form = 'comment' then 101 else 80 end as mark) as one
where stay.school_class_id = %s
"""
STATES = "select state from gradebook_bookstate where period = 1 order by class_subject_id"
MARK = """
select ck, average from gradebook_markrow marks
join records_student student on student.id = marks.student_id
where class_subject_id = %s and term = 1 and student.name = %s
"""


def agree(page: Page) -> None:
    page.locator("dialog[open] .btn-primary").click()


def grid_path(room: ClassRoom) -> str:
    return f"/so-diem/{room.maths}/1/"


def cell(page: Page, slot: str) -> Locator:
    line = page.locator("#marks tbody tr").filter(has=page.locator(f'th[title="{MINH}"]'))
    return line.locator(f"td[data-slot={slot}]")


def states(room: ClassRoom) -> list[str]:
    return [state for (state,) in room.ask(STATES)]


def finish(page: Page) -> None:
    page.get_by_role("button", name="Xác nhận đã nhập xong").click()
    agree(page)


def consolidate(page: Page) -> None:
    page.get_by_role("button", name="Tổng hợp lớp").click()
    agree(page)


def judge_everybody(page: Page, room: ClassRoom) -> None:
    """Rèn luyện học kì I of the whole class: a key for a pupil, an arrow to the next."""
    page.goto(f"/tong-ket/{room.class_id}/?term=1")
    boxes = page.locator("select[data-column=conduct1]")
    boxes.first.focus()
    for _ in range(boxes.count()):
        page.keyboard.press("t")
        page.keyboard.press("ArrowDown")
    expect(page.locator("td[data-state=saved]")).to_have_count(boxes.count())


def full_books(room: ClassRoom) -> None:
    room.ask(FULL, room.class_id)


def confirmed_books(room: ClassRoom, state: str) -> None:
    room.ask(
        "insert into gradebook_bookstate (school_id, province_id, class_subject_id, period, year,"
        " state, changed_at, changed_by) select school.organisation_id, school.province_id,"
        " book.id, 1, 2026, %s, now(), 'Nông Thị Hoa' from organisations_classsubject book"
        " join organisations_school school on school.organisation_id = book.school_id"
        " where book.school_class_id = %s",
        state,
        room.class_id,
    )


def colour_of_the_line(struck: Locator) -> str:
    return str(struck.evaluate("one => getComputedStyle(one).textDecorationColor"))


def test_a_book_goes_from_its_teacher_to_the_lock(enter: Enter, classroom: ClassRoom) -> None:
    full_books(classroom)
    classroom.ask(
        "update gradebook_markrow set ck = null, average = null where class_subject_id = %s"
        " and student_id in (select id from records_student where name = %s)",
        classroom.maths,
        MINH,
    )
    hoa = enter(grid_path(classroom))
    finish(hoa)
    refusal = hoa.get_by_text(re.compile("Chưa xác nhận được"))
    expect(refusal).to_contain_text(
        f"còn 1 lần đánh giá chưa nhập của 1 học sinh: {MINH} (cuối kì)"
    )
    assert states(classroom) == []
    cell(hoa, "ck").click()
    hoa.keyboard.type("9")
    hoa.keyboard.press("Enter")
    hoa.locator("#mg-state[data-kind=good]").wait_for()
    finish(hoa)
    expect(hoa.locator(".state-line")).to_contain_text("Nông Thị Hoa")
    expect(hoa.locator("#mg-state")).to_contain_text("chỉ xem")
    hoa.goto(f"/so-diem/{classroom.sports}/1/")
    finish(hoa)
    expect(hoa.locator("body")).to_contain_text("Đã xác nhận nhập xong")
    assert states(classroom) == ["teacher_done", "teacher_done"]

    class_page = f"/tinh-hinh-so-diem/lop/{classroom.class_id}/?ky=1"
    binh = enter(class_page, "binh")
    expect(binh.get_by_role("button", name="Tổng hợp lớp")).to_have_count(0)
    expect(binh.get_by_role("row").filter(has_text="Ngữ văn")).to_contain_text("Đang nhập")
    binh.get_by_role("link", name="Ngữ văn").click()
    finish(binh)
    expect(binh.locator("body")).to_contain_text("Đã xác nhận nhập xong")
    binh.goto(class_page)
    consolidate(binh)
    unjudged = binh.get_by_text(re.compile("chưa được đánh giá kết quả rèn luyện"))
    expect(unjudged).to_be_visible()
    judge_everybody(binh, classroom)
    binh.goto(class_page)
    consolidate(binh)
    expect(binh.locator("body")).to_contain_text("Đã tổng hợp lớp")
    assert states(classroom) == ["homeroom_consolidated"] * 3

    overview = f"/tinh-hinh-so-diem/{classroom.school}/?ky=1"
    classroom.ask("update access_session set second_factor_at = null")
    mai = enter(overview, "mai")
    expect(mai.get_by_label("Chọn lớp 8A")).to_have_count(0)
    expect(mai).to_have_url(re.compile("xac-thuc"))
    classroom.ask("update access_session set second_factor_at = now()")
    mai.goto(overview)
    mai.get_by_label("Chọn lớp 8A").check()
    mai.get_by_role("button", name="Duyệt các lớp đã chọn").click()
    expect(mai.locator("body")).to_contain_text("Đã duyệt 1 lớp: 8A.")
    assert states(classroom) == ["principal_approved"] * 3
    mai.goto("/khoa-so/")
    mai.get_by_role("button", name="Khóa sổ học kì I", exact=True).click()
    agree(mai)
    expect(mai.locator("main")).to_contain_text("Đã khóa")
    hoa.goto(grid_path(classroom))
    expect(hoa.locator("main")).to_contain_text("Lương Thị Mai")
    cell(hoa, "gk").click()
    hoa.keyboard.type("1")
    expect(cell(hoa, "gk")).to_have_text("8,0")
    assert classroom.ask(MARK, classroom.maths, MINH) == [(90, 83)]


def test_an_approved_mark_is_corrected_in_sight_of_three_people(
    enter: Enter, classroom: ClassRoom
) -> None:
    full_books(classroom)
    confirmed_books(classroom, "principal_approved")
    hoa = enter(grid_path(classroom))
    cell(hoa, "ck").click()
    hoa.keyboard.press("F2")
    asked = hoa.get_by_role("dialog", name=re.compile("Đề nghị sửa Cuối kì"))
    expect(asked).to_contain_text("Đang ghi trong sổ: 8,0")
    asked.get_by_label("Giá trị mới").fill("12")
    asked.get_by_label("Lý do").fill("Cộng nhầm điểm câu 3")
    asked.get_by_role("button", name="Gửi đề nghị").click()
    expect(hoa.get_by_text("Chưa gửi được")).to_be_visible()
    hoa.get_by_label("Giá trị mới").fill("9,5")
    hoa.get_by_role("button", name="Gửi đề nghị").click()
    expect(hoa.locator("body")).to_contain_text("Đã gửi đề nghị sửa điểm")
    expect(cell(hoa, "ck")).to_have_text("8,0")

    binh = enter("/de-nghi-sua-diem/", "binh")
    line = binh.get_by_role("row").filter(has_text=MINH)
    expect(line).to_contain_text("Cộng nhầm điểm câu 3")
    line.get_by_role("button", name="Xác nhận").click()
    agree(binh)
    expect(binh.locator("body")).to_contain_text("Đã xác nhận đề nghị")
    assert classroom.ask(MARK, classroom.maths, MINH) == [(80, 80)]

    mai = enter("/de-nghi-sua-diem/", "mai")
    mai.get_by_role("row").filter(has_text=MINH).get_by_role("button", name="Đồng ý").click()
    agree(mai)
    expect(mai.locator("body")).to_contain_text("điểm đã được sửa")
    assert classroom.ask(MARK, classroom.maths, MINH) == [(95, 85)]
    assert classroom.ask("select state from gradebook_correction") == [("applied",)]

    hoa.reload()
    expect(cell(hoa, "ck").locator("ins")).to_have_text("9,5")
    old = cell(hoa, "ck").locator("del")
    expect(old).to_contain_text("8,0")
    expect(old).to_have_css("text-decoration-line", "line-through")
    red, green, blue = map(int, re.findall(r"\d+", colour_of_the_line(old))[:3])
    assert red > 2 * max(green, blue)
    cell(hoa, "ck").click()
    hoa.keyboard.press("Shift+F2")
    history = hoa.get_by_role("dialog")
    for who in ("Cộng nhầm điểm câu 3", "xác nhận: Lý Văn Bình", "đồng ý: Lương Thị Mai"):
        expect(history).to_contain_text(who)
