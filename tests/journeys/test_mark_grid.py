"""Cô Hoa enters marks in the grid: by keyboard, by paste, with trouble on the way."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.database import Server
from tests.journeys.classroom import ClassRoom, Enter

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.journey


def cell(page: Page, row: int, slot: str) -> Locator:
    return page.locator(f"#marks tbody tr:nth-child({row}) td[data-slot={slot}]")


def grid_path(room: ClassRoom) -> str:
    return f"/so-diem/{room.maths}/1/"


def wait_saved(page: Page) -> None:
    page.locator("#mg-state[data-kind=good]").wait_for()


def texts(page: Page, slot: str, count: int) -> list[str]:
    return [cell(page, row, slot).inner_text() for row in range(1, count + 1)]


def paste(page: Page, text: str) -> None:
    page.evaluate(
        """text => {
          const data = new DataTransfer();
          data.setData('text/plain', text);
          const event = {clipboardData: data, bubbles: true, cancelable: true};
          document.activeElement.dispatchEvent(new ClipboardEvent('paste', event));
        }""",
        text,
    )


def test_typing_as_in_a_spreadsheet(enter: Enter, classroom: ClassRoom) -> None:
    page = enter(grid_path(classroom))
    cell(page, 1, "gk").click()
    for typed, key in [("85", "Enter"), ("7.5", "Enter"), ("10", "Enter"), ("0", "Enter")]:
        page.keyboard.type(typed)
        page.keyboard.press(key)
    wait_saved(page)
    assert texts(page, "gk", 4) == ["8,5", "7,5", "10,0", "0,0"]
    assert classroom.stored("gk") == [85, 75, 100, 0]
    page.reload()
    assert texts(page, "gk", 4) == ["8,5", "7,5", "10,0", "0,0"]


def test_the_average_appears_and_tells_how_it_was_made(enter: Enter, classroom: ClassRoom) -> None:
    page = enter(grid_path(classroom))
    cell(page, 1, "tx1").click()
    for typed in ["7", "8", "85", "9", "75"]:
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    result = page.locator("#marks tbody tr:nth-child(1) [data-made]")
    page.locator("#marks tbody tr:nth-child(1) [data-made] small").wait_for()
    assert "tạm tính" in result.inner_text()
    page.keyboard.type("65")
    page.keyboard.press("Enter")
    page.locator("#marks tbody tr:nth-child(1) [data-made] b").wait_for()
    assert result.inner_text() == "7,4"
    cell(page, 1, "ck").click()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.locator(".mg-pop .mg-law").wait_for()
    told = page.locator(".mg-pop").inner_text()
    assert "2 × 7,5 + 3 × 6,5" in told
    assert "Thông tư 22/2021/TT-BGDĐT, Điều 9" in told


def test_a_block_from_excel_fill_down_undo_and_redo(enter: Enter, classroom: ClassRoom) -> None:
    page = enter(grid_path(classroom))
    cell(page, 2, "tx1").click()
    paste(page, "8,5\t9\n7\t65\n")
    wait_saved(page)
    assert texts(page, "tx1", 3) == ["", "8,5", "7,0"]
    assert texts(page, "tx2", 3) == ["", "9,0", "6,5"]
    cell(page, 2, "gk").click()
    page.keyboard.type("8")
    page.keyboard.press("Enter")
    cell(page, 2, "gk").click()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Control+d")
    assert texts(page, "gk", 5) == ["", "8,0", "8,0", "8,0", "8,0"]
    page.keyboard.press("Control+z")
    assert texts(page, "gk", 5) == ["", "8,0", "", "", ""]
    page.keyboard.press("Control+y")
    wait_saved(page)
    assert texts(page, "gk", 5) == ["", "8,0", "8,0", "8,0", "8,0"]
    page.keyboard.press("Delete")
    wait_saved(page)
    assert texts(page, "gk", 5) == ["", "8,0", "", "", ""]


def test_far_too_much_pasted_stays_inside_the_table(enter: Enter, classroom: ClassRoom) -> None:
    page = enter(grid_path(classroom))
    cell(page, 1, "ck").click()
    paste(page, "\n".join(["8\t9"] * 1000))
    wait_saved(page)
    page.get_by_text(re.compile("ô nằm ngoài bảng")).wait_for()
    assert set(classroom.stored("ck")) == {80}


def test_what_is_no_mark_stays_visible_with_its_reason(enter: Enter, classroom: ClassRoom) -> None:
    page = enter(grid_path(classroom))
    cell(page, 1, "gk").click()
    page.keyboard.type("tám")
    page.keyboard.press("Enter")
    page.locator("#marks td[data-state=refused]").wait_for()
    expect(cell(page, 1, "gk")).to_have_attribute("title", re.compile("không phải là điểm"))
    cell(page, 1, "gk").click()
    page.keyboard.press("Escape")
    assert cell(page, 1, "gk").inner_text() == ""


def test_a_comment_subject_by_one_key(enter: Enter, classroom: ClassRoom) -> None:
    page = enter(f"/so-diem/{classroom.sports}/1/")
    cell(page, 1, "tx1").click()
    for key in ["d", "c", "p"]:
        page.keyboard.type(key)
        page.keyboard.press("Enter")
    wait_saved(page)
    assert texts(page, "tx1", 3) == ["Đ", "CĐ", "P"]


def test_two_people_on_one_cell_choose(enter: Enter, classroom: ClassRoom) -> None:
    first, second = enter(grid_path(classroom)), enter(grid_path(classroom))
    for page, typed in [(first, "7"), (second, "9")]:
        cell(page, 1, "gk").click()
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        if page is first:
            wait_saved(page)
    second.locator("#marks td[data-state=conflict]").wait_for()
    cell(second, 1, "gk").click()
    told = second.locator(".mg-pop").inner_text()
    assert "7,0" in told
    assert "9,0" in told
    assert "Nông Thị Hoa" in told
    second.get_by_role("button", name="Giữ của tôi").click()
    wait_saved(second)
    assert classroom.stored("gk") == [90]


def test_marks_typed_without_a_network_are_saved_when_it_returns(
    enter: Enter, classroom: ClassRoom
) -> None:
    page = enter(grid_path(classroom))
    page.context.set_offline(True)
    cell(page, 1, "gk").click()
    page.keyboard.type("8")
    page.keyboard.press("Enter")
    page.locator("#mg-alert", has_text="sẽ tự lưu").wait_for()
    expect(cell(page, 1, "gk")).to_have_attribute("data-state", "unsaved")
    page.context.set_offline(False)
    wait_saved(page)
    assert classroom.stored("gk") == [80]


def test_marks_typed_after_the_session_ended_are_not_lost(
    enter: Enter, classroom: ClassRoom
) -> None:
    page = enter(grid_path(classroom))
    classroom.ask("update access_session set ended_at = now()")
    cell(page, 1, "gk").click()
    page.keyboard.type("8")
    page.keyboard.press("Enter")
    page.locator("#mg-alert", has_text="Phiên làm việc đã hết hạn").wait_for()
    assert cell(page, 1, "gk").inner_text() == "8,0"
    classroom.ask("update access_session set ended_at = null")
    page.get_by_role("button", name="lưu tiếp").click()
    wait_saved(page)
    assert classroom.stored("gk") == [80]


def test_marks_typed_while_the_database_is_away_are_saved_when_it_is_back(
    enter: Enter, classroom: ClassRoom, database_server: Server
) -> None:
    page = enter(grid_path(classroom))
    name = classroom.database.rsplit("/", 1)[1]
    database_server.execute(f'alter database "{name}" with allow_connections false')
    database_server.execute(
        f"select pg_terminate_backend(pid, 60000) from pg_stat_activity where datname = '{name}'"
    )
    cell(page, 1, "gk").click()
    page.keyboard.type("8")
    page.keyboard.press("Enter")
    page.locator("#mg-alert", has_text="sẽ tự lưu").wait_for()
    database_server.execute(f'alter database "{name}" with allow_connections true')
    wait_saved(page)
    assert classroom.stored("gk") == [80]


def test_a_page_closed_before_saving_saves_when_it_opens_again(
    enter: Enter, classroom: ClassRoom
) -> None:
    page = enter(grid_path(classroom))
    page.route("**/luu/", lambda route: route.abort())
    cell(page, 1, "gk").click()
    page.keyboard.type("8")
    page.keyboard.press("Enter")
    page.locator("#mg-alert", has_text="sẽ tự lưu").wait_for()
    page.close(run_before_unload=False)
    again = page.context.new_page()
    again.goto(grid_path(classroom), wait_until="commit")
    again.get_by_text("Đã khôi phục điểm chưa lưu").wait_for()
    wait_saved(again)
    assert classroom.stored("gk") == [80]


def test_an_answer_lost_on_the_way_doubles_nothing(enter: Enter, classroom: ClassRoom) -> None:
    page = enter(grid_path(classroom))
    lost: list[bool] = []

    def lose_first(route: Any) -> None:
        if not lost:
            lost.append(True)
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/luu/", lose_first)
    cell(page, 1, "gk").click()
    page.keyboard.type("8")
    page.keyboard.press("Enter")
    wait_saved(page)
    assert classroom.stored("gk") == [80]
    assert classroom.ask("select count(*) from ledger_entry where subject like 'mark:%%'") == [(1,)]


def test_the_department_sees_its_number_move(enter: Enter, classroom: ClassRoom) -> None:
    page = enter(grid_path(classroom))
    cell(page, 1, "gk").click()
    page.keyboard.type("8")
    page.keyboard.press("Enter")
    wait_saved(page)
    officer = enter(f"/tien-do/{classroom.department}/", who="dung")
    assert "1/" in officer.locator("tbody tr", has_text="Suối Trong").inner_text()


def test_a_phone_writes_by_touch_and_scrolls_only_inside_the_table(
    enter: Enter, classroom: ClassRoom
) -> None:
    phone = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
    page = enter(grid_path(classroom), **phone)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    cell(page, 1, "tx2").tap()
    page.keyboard.type("85")
    page.locator("[data-move=down]").tap()
    page.locator("[data-key=KP]").tap()
    wait_saved(page)
    assert texts(page, "tx2", 2) == ["8,5", "KP"]


def test_the_homeroom_teacher_reads_and_cannot_write(enter: Enter, classroom: ClassRoom) -> None:
    page = enter(grid_path(classroom), who="binh")
    cell(page, 1, "gk").click()
    page.keyboard.type("8")
    page.keyboard.press("Enter")
    assert cell(page, 1, "gk").inner_text() == ""
    expect(page.locator("#marks[aria-readonly=true]")).to_have_count(1)


def test_the_first_visit_stays_within_the_teachers_budget(
    enter: Enter, classroom: ClassRoom
) -> None:
    page = enter(grid_path(classroom))
    page.wait_for_load_state("networkidle")
    carried = page.evaluate(
        """() => [...performance.getEntriesByType('resource'),
          ...performance.getEntriesByType('navigation')]
          .reduce((sum, one) => sum + one.transferSize, 0)"""
    )
    assert 0 < carried < 150 * 1024
