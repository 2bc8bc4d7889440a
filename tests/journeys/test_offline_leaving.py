"""She signs out, goes away, stays away for long, changes her password, loses her account."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from playwright.sync_api import expect

from tests.cast import PASSWORD
from tests.journeys.classroom import ClassRoom
from tests.journeys.machine import Machine, NewMachine, in_ledger
from tests.journeys.scissors import Moment
from tests.journeys.test_offline_people import READ_EVERYTHING

pytestmark = pytest.mark.journey
NEW_PASSWORD = "giấy trắng bút đỏ"
MONTH_AND_A_DAY = timedelta(days=31)
HELD_KEY = "sessionStorage.getItem('khue-ngoai-tuyen')"
KEPT = """indexedDB.databases().then(found =>
  found.map(one => one.name).filter(one => /\\d$/.test(one)))"""


@pytest.fixture(autouse=True)
def open_accounts(classroom: ClassRoom) -> Iterator[None]:
    yield
    classroom.ask("update access_account set closed_at = null")


def with_unsent(hers: Machine) -> Machine:
    """One mark is on the machine; pages of the site can be had, and a sync cannot."""
    hers.prepare()
    hers.line.cut_at(Moment.BEFORE)
    hers.open_book()
    hers.type_marks("gk", "8.5")
    hers.line.wait_for_cut()
    hers.wait_for_line("waiting")
    return hers


def arrives(hers: Machine, room: ClassRoom) -> None:
    hers.line.mend()
    hers.try_now()
    hers.wait_for_line("ok")
    assert hers.unsent() == 0
    assert room.stored("gk")[0] == 85
    assert in_ledger(room) == (1, 1)


def sign_out(hers: Machine) -> None:
    hers.page.goto(f"{hers.line.url}/")
    hers.page.locator("summary.user-button").click()
    hers.page.get_by_role("button", name="Đăng xuất").click()


def test_signing_out_of_the_site_with_unsent_work_asks_first(
    machine: NewMachine, classroom: ClassRoom
) -> None:
    hers = with_unsent(machine())
    sign_out(hers)
    asked = hers.page.locator("[data-offline-leave-dialog]", has_text="1 mục")
    asked.wait_for()
    hers.page.get_by_role("button", name="Không đăng xuất").click()
    asked.wait_for(state="detached")
    expect(hers.page.locator("[data-offline-sign='1']")).to_be_visible()
    sign_out(hers)
    hers.page.locator("[data-offline-leave-keep]").click()
    hers.page.wait_for_url("**/dang-nhap/**")
    assert hers.unsent() == 1
    assert "Nông Thị" not in hers.page.evaluate(READ_EVERYTHING)
    classroom.ask("update access_session set ended_at = null")
    hers.sign_in("hoa")
    hers.open_again()
    hers.wait_until_open()
    arrives(hers, classroom)


def test_signing_out_of_the_site_wipes_what_was_taken_along(machine: NewMachine) -> None:
    hers = machine()
    hers.prepare()
    sign_out(hers)
    hers.page.wait_for_url("**/dang-nhap/**")
    assert hers.page.evaluate(KEPT) == []
    assert hers.page.evaluate(HELD_KEY) is None


def test_a_machine_left_alone_locks_and_lets_its_key_go(
    machine: NewMachine, classroom: ClassRoom
) -> None:
    hers = machine()
    hers.context.clock.install()
    with_unsent(hers)
    pupil = hers.page.locator("#marks tbody .mg-name").first.get_attribute("title") or ""
    assert hers.page.evaluate(HELD_KEY)
    hers.context.clock.fast_forward("16:00")
    hers.page.get_by_text("Máy tự khóa vì đã lâu không có ai dùng").wait_for()
    assert hers.page.evaluate(HELD_KEY) is None
    assert pupil not in hers.page.evaluate(READ_EVERYTHING)
    hers.page.reload()
    hers.unlock()
    hers.wait_until_open()
    arrives(hers, classroom)


def test_what_was_taken_along_is_forgotten_in_time_and_what_is_unsent_never(
    machine: NewMachine, classroom: ClassRoom
) -> None:
    shared = machine()
    shared.prepare("binh")
    shared.page.locator("[data-offline-lock]").click()
    with_unsent(shared)
    shared.page.evaluate("localStorage.clear()")  # as where a full disk kept no hint
    shared.context.clock.install(time=datetime.now(UTC) + MONTH_AND_A_DAY)
    shared.open_again()
    shared.wait_until_open()
    hers = [f"khue-ngoai-tuyen-{account_of(classroom, 'gv.hoa')}"]
    assert shared.page.evaluate(KEPT) == hers, "nothing of the other one is left"
    shared.go("")
    shared.page.get_by_text("Chưa có lớp nào trên máy này").wait_for()
    assert shared.unsent() == 1
    arrives(shared, classroom)


def account_of(room: ClassRoom, login: str) -> int:
    return int(room.ask("select id from access_account where login = %s", login)[0][0])


def exported(hers: Machine, folder: Path) -> int:
    """Whose work the file holds."""
    hers.go("tep")
    with hers.page.expect_download() as saved:
        hers.page.locator("[data-offline-export]").click()
    kept = folder / "chua-gui.json"
    saved.value.save_as(kept)
    return int(json.loads(kept.read_text())["account"])


def test_after_a_new_password_the_old_one_opens_the_machine_once_more(
    machine: NewMachine, classroom: ClassRoom, tmp_path: Path
) -> None:
    hers = with_unsent(machine())
    known = Argon2PasswordHasher().encode(NEW_PASSWORD, "muối của bản thử")
    classroom.ask("update access_account set password = %s where login = 'gv.hoa'", known)
    classroom.ask("update access_session set ended_at = now()")
    hers.line.mend()
    hers.try_now()
    hers.page.locator("[data-offline-trouble=out]", has_text="Cần đăng nhập để gửi").wait_for()
    assert exported(hers, tmp_path) == account_of(classroom, "gv.hoa")
    classroom.ask("update access_session set ended_at = null")
    hers.page.locator("[data-offline-lock]").click()
    hers.open_again(NEW_PASSWORD)
    hers.page.locator("[data-offline-password-before]").fill(PASSWORD)
    hers.page.get_by_role("button", name="Mở bằng mật khẩu cũ").click()
    hers.wait_until_open()
    arrives(hers, classroom)
    hers.page.locator("[data-offline-lock]").click()
    hers.unlock(password=NEW_PASSWORD)
    hers.wait_until_open()


def test_the_work_of_a_closed_account_is_not_lost(
    machine: NewMachine, classroom: ClassRoom, tmp_path: Path
) -> None:
    hers = with_unsent(machine())
    classroom.ask("update access_account set closed_at = now() where login = 'gv.hoa'")
    hers.line.mend()
    hers.try_now()
    hers.page.locator("[data-offline-trouble=out]", has_text="đăng nhập").wait_for()
    assert exported(hers, tmp_path) == account_of(classroom, "gv.hoa")
    hers.open_again()
    hers.wait_until_open()
    hers.go("chua-gui")
    hers.page.locator("[data-offline-entry]", has_text="8,5").wait_for()
    expect(hers.page.locator("[data-offline-copy-all]")).to_be_visible()
    assert hers.unsent() == 1
    assert set(classroom.stored("gk")) <= {None}
    classroom.ask("update access_account set closed_at = null")
    arrives(hers, classroom)
