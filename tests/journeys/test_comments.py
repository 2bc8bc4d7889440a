"""Cô Hoa writes comments: by hand, from suggestions, and beside somebody who was faster."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.classroom import ClassRoom, Enter

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.journey
STANDS = "select strengths from gradebook_subjectcomment where strengths <> '' order by student_id"
MARKS = """
insert into gradebook_markrow (year, class_subject_id, term, student_id, school_id, province_id,
  tx1, tx2, tx3, tx4, gk, ck, average, version)
select stay.year, %s, 1, stay.student_id, stay.school_id, stay.province_id,
  90, 90, 90, 90, 90, 90, 90, 1
from records_enrolment stay where stay.school_class_id = %s
"""


def path(room: ClassRoom) -> str:
    return f"/so-diem/{room.maths}/nhan-xet/1/"


def box(page: Page, row: int, part: str = "strengths") -> Locator:
    return page.locator(f"tbody tr:nth-child({row}) td[data-part={part}] textarea")


def saved(page: Page) -> None:
    expect(page.get_by_text(re.compile("Đã lưu lúc"))).to_be_visible()


def test_a_comment_saves_by_itself_when_the_box_is_left(enter: Enter, classroom: ClassRoom) -> None:
    page = enter(path(classroom))
    box(page, 1).fill("Tư duy nhanh, trình bày rõ.")
    page.keyboard.press("Tab")
    saved(page)
    expect(page.locator("#cm-written")).to_have_text("1")
    assert classroom.ask(STANDS) == [("Tư duy nhanh, trình bày rõ.",)]
    page.reload()
    expect(box(page, 1)).to_have_value("Tư duy nhanh, trình bày rõ.")


def test_suggestions_wait_for_the_teacher_and_neighbours_differ(
    enter: Enter, classroom: ClassRoom
) -> None:
    classroom.ask(MARKS, classroom.maths, classroom.class_id)
    page = enter(path(classroom))
    page.get_by_role("button", name="Gợi ý cho ô còn trống").click()
    expect(page.get_by_text(re.compile("câu gợi ý, chưa lưu"))).to_be_visible()
    assert classroom.ask(STANDS) == []
    shown = page.locator("td[data-part=strengths] textarea").evaluate_all(
        "boxes => boxes.map(box => box.value)"
    )
    assert all(shown)
    assert all(one != other for one, other in pairwise(shown))
    page.get_by_role("button", name="Lưu các câu gợi ý").click()
    saved(page)
    assert sorted(text for (text,) in classroom.ask(STANDS)) == sorted(shown)


def test_two_people_on_one_comment_choose(enter: Enter, classroom: ClassRoom) -> None:
    first, second = enter(path(classroom)), enter(path(classroom))
    box(first, 1).fill("Câu thứ nhất.")
    first.keyboard.press("Tab")
    saved(first)
    box(second, 1).fill("Câu thứ hai.")
    second.keyboard.press("Tab")
    expect(second.get_by_text(re.compile("vừa ghi vào đây"))).to_be_visible()
    expect(second.locator("q")).to_have_text("Câu thứ nhất.")
    assert classroom.ask(STANDS) == [("Câu thứ nhất.",)]
    second.get_by_role("button", name="Giữ câu của tôi").click()
    saved(second)
    assert classroom.ask(STANDS) == [("Câu thứ hai.",)]


def test_a_comment_typed_without_a_network_is_saved_when_it_returns(
    enter: Enter, classroom: ClassRoom
) -> None:
    page = enter(path(classroom))
    page.context.set_offline(True)
    box(page, 1).fill("Chăm chỉ, tiến bộ.")
    page.keyboard.press("Tab")
    expect(page.get_by_text(re.compile("Mất kết nối"))).to_be_visible()
    page.context.set_offline(False)
    saved(page)
    assert classroom.ask(STANDS) == [("Chăm chỉ, tiến bộ.",)]


def test_a_phrase_of_the_bank_is_added_by_keyboard(enter: Enter, classroom: ClassRoom) -> None:
    classroom.ask(MARKS, classroom.maths, classroom.class_id)
    page = enter(path(classroom))
    box(page, 1).focus()
    page.keyboard.press("Alt+ArrowDown")
    phrase = page.locator("#cm-phrases button").first
    text = phrase.inner_text()
    phrase.press("Enter")
    expect(box(page, 1)).to_have_value(text)
    saved(page)
    assert classroom.ask(STANDS) == [(text,)]


def test_a_phone_shows_one_pupil_under_the_other(enter: Enter, classroom: ClassRoom) -> None:
    page = enter(path(classroom), viewport={"width": 360, "height": 740})
    box(page, 1).fill("Viết trên điện thoại.")
    box(page, 2).focus()
    saved(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_homeroom_teacher_reads_and_cannot_write(enter: Enter, classroom: ClassRoom) -> None:
    page = enter(path(classroom), "binh")
    expect(page.locator("textarea")).to_have_count(0)
    expect(page.get_by_text("Chỉ xem")).to_be_visible()
