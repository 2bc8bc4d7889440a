"""The pages of long work: one's own, live while it runs, with what may be done."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from python_calamine import load_workbook

from khue.background.models import Task
from khue.background.services import registry
from khue.background.services.registry import Work, register_work
from khue.background.services.tasks import start_task
from kit.dates import vietnam_time
from tests.cast import NOW, Cast


@pytest.fixture
def task(cast: Cast) -> Iterator[Task]:
    before = dict(registry._kinds)

    def nothing(work: Work) -> dict[str, str]:
        return {}

    register_work("test.page", nothing)
    start_task(
        actor=cast.mai.actor,
        now=NOW,
        kind="test.page",
        title="Đọc tệp",
        arguments={"route": "intake.upload", "key": "lop"},
    )
    yield Task.objects.get()
    registry._kinds.clear()
    registry._kinds.update(before)


def address(task: Task, end: str = "") -> str:
    return f"/viec-dang-chay/{task.public_id}/{end}"


def test_the_list_and_the_page_of_a_waiting_task(cast: Cast, task: Task) -> None:
    client = cast.client("mai")
    listed = client.get("/viec-dang-chay/").content.decode()
    assert "Đọc tệp" in listed
    assert "every 2s" in listed
    shown = client.get(address(task)).content.decode()
    assert "Đang chờ đến lượt" in shown
    assert "Dừng lại" in shown


def test_the_list_is_taken_along(cast: Cast, task: Task) -> None:
    Task.objects.update(state="done", message="Xong", result={"text": "Xong 20 dòng"})
    answer = cast.client("mai").get("/viec-dang-chay/?format=xlsx")
    rows = load_workbook(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[0][0] == "Việc đã ra lệnh"
    assert rows[1][0] == cast.mai.name
    assert [rows[3][at] for at in (0, 2, 3, 4)] == ["Đọc tệp", "Đã xong", 100, "Xong 20 dòng"]
    assert rows[3][1] == vietnam_time(NOW).replace(tzinfo=None)
    assert len(rows) == 4
    others = cast.client("hoa").get("/viec-dang-chay/?format=xlsx")
    assert len(load_workbook(BytesIO(others.content)).get_sheet_by_index(0).to_python()) == 3


def test_polling_ends_when_the_task_has_ended(cast: Cast, task: Task) -> None:
    client = cast.client("mai")
    assert client.get(address(task, "tien-do/")).status_code == 200
    assert client.get("/viec-dang-chay/danh-sach/").status_code == 200
    Task.objects.update(state="done", message="Xong", result={"text": "Xong 20 dòng"})
    ended = client.get(address(task, "tien-do/?refresh=1"))
    assert (ended.status_code, ended.headers["HX-Refresh"]) == (286, "true")
    assert "Xong 20 dòng" in ended.content.decode()
    assert client.get("/viec-dang-chay/danh-sach/").status_code == 286
    shown = client.get(address(task)).content.decode()
    assert "Xem kết quả" in shown
    assert 'href="/nhap-tu-tep/lop/"' in shown


def test_stop_and_try_again(cast: Cast, task: Task) -> None:
    client = cast.client("mai")
    stopped = client.post(address(task, "huy/"), follow=True).content.decode()
    assert "Việc đã dừng theo yêu cầu" in stopped
    assert "Thử lại" in stopped
    again = client.post(address(task, "chay-lai/"), follow=True).content.decode()
    assert "Đang chờ đến lượt" in again
    assert client.post(address(task, "chay-lai/")).status_code == 403


def test_a_failure_shows_its_sentence(cast: Cast, task: Task) -> None:
    Task.objects.update(state="failed", error="Máy chủ đã hết chỗ lưu.")
    assert "Máy chủ đã hết chỗ lưu." in cast.client("mai").get(address(task)).content.decode()


@pytest.mark.parametrize("person", ["hoa", "nam", "lan", "minh", "dung"])
@pytest.mark.parametrize("end", ["", "tien-do/"])
def test_anothers_task_does_not_exist(cast: Cast, task: Task, person: str, end: str) -> None:
    assert cast.client(person).get(address(task, end)).status_code == 404


@pytest.mark.parametrize("act", ["huy/", "chay-lai/"])
def test_nobody_else_stops_or_restarts_it(cast: Cast, task: Task, act: str) -> None:
    assert cast.client("hoa").post(address(task, act)).status_code == 404
    assert Task.objects.get().state == "waiting"


def test_families_see_no_entry_for_long_work(cast: Cast) -> None:
    assert "Việc đang chạy" not in cast.client("lan").get("/").content.decode()
