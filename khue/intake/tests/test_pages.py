"""The pages of importing: who opens which, and what trouble looks like to the person."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from python_calamine import load_workbook

from khue.background.models import Task
from khue.background.services.running import run_task
from khue.intake.models import PlanRow, Run, Upload
from khue.intake.queries import runs as queries
from khue.intake.queries.runs import RUNS_A_PAGE
from khue.intake.services.applying import apply_run
from khue.intake.services.runs import receive_file
from khue.intake.tests.sheets import workbook
from kit.fences import EVERYTHING, scoped, set_scope
from kit.sheets.reading import open_workbook
from machinery.surroundings import ROOT
from tests.cast import NOW, YEAR, Cast, make_cast, table

START, UPLOAD, HISTORY = "/nhap-tu-tep/", "/nhap-tu-tep/lop/", "/nhap-tu-tep/lich-su/"
TEMPLATE, TASKS = "/nhap-tu-tep/lop/mau.xlsx", "/viec-dang-chay/"
PEOPLE = ["mai", "hoa", "nam", "lan", "minh", "dung", "stranger", "nobody"]
CLASSES = workbook(["Tên lớp", "Khối"], ["6A", 6], ["8A", 8], ["12Z", 12])
WHO_OPENS_WHAT = {
    START: {"mai": 200, "nobody": 302},
    UPLOAD: {"mai": 200, "nobody": 302},
    TEMPLATE: {"mai": 200, "nobody": 302},
    HISTORY: {"mai": 200, "nobody": 302},
    TASKS: {**dict.fromkeys(PEOPLE, 200), "stranger": 403, "nobody": 302},
    "run": {"mai": 200, "nobody": 302},
    "refused": {"mai": 200, "nobody": 302},
}


def post_file(client: Client, content: bytes, **more: Any) -> Any:
    return client.post(
        UPLOAD, {"year": YEAR, "file": SimpleUploadedFile("lop.xlsx", content), **more}
    )


def rows_in(content: bytes) -> list[list[Any]]:
    book = load_workbook(BytesIO(content))
    return book.get_sheet_by_index(0).to_python()


def the_school(cast: Cast) -> dict[str, int]:
    return {"school": cast.school.pk}


def a_run(cast: Cast) -> str:
    answer = post_file(cast.client("mai"), CLASSES, **the_school(cast))
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return str(answer.headers["Location"])


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("page", WHO_OPENS_WHAT)
def test_who_opens_which_page(cast: Cast, page: str, person: str) -> None:
    address = page
    if page in {"run", "refused"}:
        address = a_run(cast) + ("tu-choi.xlsx" if page == "refused" else "")
    answer = cast.client(person).get(address)
    assert answer.status_code == WHO_OPENS_WHAT[page].get(person, 403)


@pytest.mark.parametrize("act", ["ap-dung", "hoan-tac", "cot"])
@pytest.mark.parametrize("person", ["hoa", "nam", "lan", "minh", "dung", "stranger"])
def test_nobody_else_applies_or_undoes(cast: Cast, act: str, person: str) -> None:
    address = a_run(cast)
    assert cast.client(person).post(f"{address}{act}/").status_code == 403
    with scoped(EVERYTHING):
        assert Run.objects.get().state == "planned"


def test_a_leader_of_another_school_finds_nothing(cast: Cast) -> None:
    from khue.access.api import Role
    from tests.cast import make_grant

    address = a_run(cast)
    with scoped(EVERYTHING):
        other = cast.other_school
        path = other.organisation.path
        make_grant(cast.nam.account, Role.OFFICE, path, "Trường khác", school=other)
    assert cast.client("nam").get(address).status_code == 404
    assert cast.client("nam").post(f"{address}ap-dung/").status_code == 404


def test_the_walk_from_the_file_to_the_record_and_back(cast: Cast) -> None:
    client, address = cast.client("mai"), a_run(cast)
    shown = client.get(address).content.decode()
    assert "Áp dụng 1 dòng" in shown
    assert "không dạy khối 12" in shown
    only = client.get(address + "?loai=refuse").content.decode()
    assert "Lớp 12Z" in only
    assert "Lớp 6A" not in only
    assert "Đã áp dụng" in client.post(f"{address}ap-dung/", follow=True).content.decode()
    with scoped(EVERYTHING):
        assert table("organisations.SchoolClass").objects.filter(name="6A").exists()
    again = client.post(f"{address}ap-dung/", follow=True).content.decode()
    assert "không làm bước này được nữa" in again
    assert "Đã hoàn tác" in client.post(f"{address}hoan-tac/", follow=True).content.decode()
    with scoped(EVERYTHING):
        assert not table("organisations.SchoolClass").objects.filter(name="6A").exists()


def test_an_undo_that_cannot_be_shows_what_stands_in_the_way(cast: Cast) -> None:
    client, address = cast.client("mai"), a_run(cast)
    client.post(f"{address}ap-dung/")
    with scoped(EVERYTHING):
        table("organisations.SchoolClass").objects.filter(name="6A").update(position=3)
    answer = client.post(f"{address}hoan-tac/")
    assert answer.status_code == 409
    assert "Chưa hoàn tác được" in answer.content.decode()
    assert "<li>Lớp 6A</li>" in answer.content.decode()


def test_the_refused_rows_come_back_as_a_workbook_with_reasons(cast: Cast) -> None:
    answer = cast.client("mai").get(a_run(cast) + "tu-choi.xlsx")
    rows = open_workbook(answer.content).sheets[0].rows
    assert rows[0] == ["Tên lớp", "Khối", "Lý do"]
    assert rows[1][0] == "12Z"
    assert "không dạy khối 12" in str(rows[1][2])


def test_the_rows_of_an_import_are_taken_along(cast: Cast) -> None:
    client, address = cast.client("mai"), a_run(cast)
    rows = rows_in(client.get(f"{address}?format=xlsx").content)
    assert rows[2] == ["Dòng", "Mục", "Kết quả", "Chi tiết", "Lý do"]
    assert [row[1] for row in rows[3:]] == ["Lớp 6A", "Lớp 8A", "Lớp 12Z"]
    assert "Khối: " in rows[3][3]
    assert "không dạy khối 12" in rows[5][4]
    refused = rows_in(client.get(f"{address}?loai=refuse&format=xlsx").content)
    assert refused[3:] == [rows[5]]


def test_the_history_of_imports_is_taken_along_whole(cast: Cast) -> None:
    a_run(cast)
    with scoped(EVERYTHING):
        run = Run.objects.get()
        for number in range(RUNS_A_PAGE):
            run.pk, run.public_id, run.file_name = None, uuid4(), f"tệp {number}.xlsx"
            run.save()
    client = cast.client("mai")
    assert 'href="?format=xlsx"' in client.get(HISTORY).content.decode()
    rows = rows_in(client.get(f"{HISTORY}?format=xlsx").content)
    assert rows[1][:3] == ["Tệp", "Loại", "Trường"]
    assert len(rows) == 2 + RUNS_A_PAGE + 1
    first = next(row for row in rows if row[0] == "lop.xlsx")
    assert first[2:9] == [cast.school.organisation.name, "2026-2027", "Chờ áp dụng", 1, 0, 1, 1]
    assert first[9] == cast.mai.name


@pytest.mark.parametrize("kind", ["lop", "hoc-sinh", "can-bo", "phan-cong"])
def test_every_kind_has_a_template_that_it_can_read_itself(cast: Cast, kind: str) -> None:
    client = cast.client("mai")
    assert client.get(f"/nhap-tu-tep/{kind}/").status_code == 200
    content = client.get(f"/nhap-tu-tep/{kind}/mau.xlsx").content
    address = f"/nhap-tu-tep/{kind}/"
    posted = {"year": YEAR, **the_school(cast), "file": SimpleUploadedFile("mau.xlsx", content)}
    answer = client.post(address, posted, follow=True)
    assert answer.status_code == 200
    assert "Không đọc được tệp" not in answer.content.decode()


def test_a_tick_on_the_preview_plans_again(cast: Cast) -> None:
    client = cast.client("mai")
    content = workbook(["Giáo viên", "Môn", "Lớp"], ["Lò Thị Mây", "Toán", "8A(4)"])
    posted = {"year": YEAR, **the_school(cast), "file": SimpleUploadedFile("pc.xlsx", content)}
    address = client.post("/nhap-tu-tep/phan-cong/", posted).headers["Location"]
    assert "Chưa có hồ sơ giáo viên" in client.get(address).content.decode()
    again = client.post(f"{address}cot/", {"create_staff": "1"}, follow=True).content.decode()
    assert "Sẽ lập hồ sơ cho giáo viên này" in again
    client.post(f"{address}ap-dung/")
    refused = client.post(f"{address}cot/", {"create_staff": ""}, follow=True).content.decode()
    assert "không làm bước này được nữa" in refused


def test_a_kind_that_does_not_exist_is_not_found(cast: Cast) -> None:
    assert cast.client("mai").get("/nhap-tu-tep/xe-dap/").status_code == 404


# --- bad input --------------------------------------------------------------------------------


def a_zip_bomb() -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return held.getvalue()


BAD_FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(200), "không phải bảng tính"),
    "nothing": (lambda: b"", "không có nội dung"),
    "a broken workbook": (lambda: workbook(["Tên lớp"])[:900], "bị hỏng"),
    "a zip bomb": (a_zip_bomb, "nén bất thường"),
    "a web page": (lambda: b"<html><table><tr><td>x</td></tr></table></html>", "trang web"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_file_that_cannot_be_read_says_why_and_nothing_is_kept(cast: Cast, case: str) -> None:
    make, sentence = BAD_FILES[case]
    answer = post_file(cast.client("mai"), make(), **the_school(cast))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    with scoped(EVERYTHING):
        assert not Run.objects.exists()
        assert not Upload.objects.exists()


def test_a_file_of_200_megabytes_is_read_away_and_refused(cast: Cast) -> None:
    answer = post_file(cast.client("mai"), bytes(200 * 1024 * 1024), **the_school(cast))
    assert answer.status_code == 422
    assert "vượt mức 20 MB" in answer.content.decode()


def test_no_file_at_all(cast: Cast) -> None:
    answer = cast.client("mai").post(UPLOAD, {"year": YEAR, **the_school(cast)})
    assert answer.status_code == 422
    assert "Chưa chọn tệp" in answer.content.decode()


def test_a_year_that_is_not_offered(cast: Cast) -> None:
    answer = post_file(cast.client("mai"), CLASSES, **the_school(cast), year=1999)
    assert answer.status_code == 422


def test_a_full_disk_says_so_and_nothing_is_half_written(
    cast: Cast, as_owner: Callable[[], AbstractContextManager[None]]
) -> None:
    """The server itself answers "disk full" (53100) when the rows of the plan are written."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "create function full_disk() returns trigger language plpgsql as"
            " $$ begin raise exception 'No space left on device' using errcode = '53100'; end $$"
        )
        cursor.execute(
            "create trigger full_disk before insert on intake_planrow"
            " for each row execute function full_disk()"
        )
    answer = post_file(cast.client("mai"), CLASSES, **the_school(cast))
    assert answer.status_code == 422
    assert "hết chỗ lưu" in answer.content.decode()
    with scoped(EVERYTHING):
        assert not Run.objects.exists()
        assert not Upload.objects.exists()


# --- long files -------------------------------------------------------------------------------

LONG = workbook(
    ["Họ và tên", "Ngày sinh", "Giới tính", "Lớp"],
    *[
        [f"Nguyễn Văn {chr(65 + i % 26)}{chr(97 + i // 26)}", f"{1 + i % 28}/2/2013", "Nam", "8A"]
        for i in range(620)
    ],
)


@pytest.fixture
def long_run(committed_database: str) -> tuple[Cast, Run, str]:
    set_scope(EVERYTHING)
    cast = make_cast()
    received = receive_file(
        actor=cast.mai.actor,
        now=NOW,
        kind="hoc-sinh",
        school_id=cast.school.pk,
        year=YEAR,
        file_name="dài.xlsx",
        content=LONG,
        limit_bytes=20 * 1024 * 1024,
    )
    run = Run.objects.get(public_id=received.public_id)
    assert run.state == "planning"
    return cast, run, committed_database


def students() -> int:
    with scoped(EVERYTHING):
        return int(table("records.Student").objects.count())


def plan_in_background(run: Run) -> None:
    run_task(last_task().pk)
    set_scope(EVERYTHING)
    run.refresh_from_db()
    assert (run.state, run.counts["create"]) == ("planned", 620)


def test_a_long_file_is_planned_applied_and_undone_in_the_background(
    long_run: tuple[Cast, Run, str],
) -> None:
    from khue.intake.services.undoing import undo_run

    cast, run, _ = long_run
    plan_in_background(run)
    before = students()
    for act, state, count in ((apply_run, "applied", 620), (undo_run, "undone", 0)):
        act(actor=cast.mai.actor, now=NOW, public_id=run.public_id)
        run.refresh_from_db()
        run_task(last_task().pk)
        set_scope(EVERYTHING)
        run.refresh_from_db()
        assert (run.state, students() - before) == (state, count)


def test_a_page_read_just_before_the_work_ended_loads_itself_again(
    long_run: tuple[Cast, Run, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, run, _ = long_run
    read = queries.run_view

    def read_then_planned(**asked: Any) -> queries.RunView:
        seen = read(**asked)
        monkeypatch.undo()
        plan_in_background(run)
        return seen

    monkeypatch.setattr(queries, "run_view", read_then_planned)
    browser, page = cast.client("mai"), f"/lan-nhap/{run.public_id}/"
    shown = browser.get(page).content.decode()
    [asked_again] = re.findall(r'hx-get="([^"]+/tien-do/[^"]*)"', shown)
    assert browser.get(asked_again).headers["HX-Refresh"] == "true"
    assert "Áp dụng 620 dòng" in browser.get(page).content.decode()


def test_a_cancelled_import_leaves_the_plan_as_it_was(long_run: tuple[Cast, Run, str]) -> None:
    from khue.background.services.tasks import cancel_task

    cast, run, _ = long_run
    plan_in_background(run)
    apply_run(actor=cast.mai.actor, now=NOW, public_id=run.public_id)
    run.refresh_from_db()
    assert run.task_id is not None
    cancel_task(actor=cast.mai.actor, now=NOW, public_id=run.task_id)
    run.refresh_from_db()
    assert run.state == "planned"
    assert PlanRow.objects.filter(run=run).count() == 620


def test_a_worker_killed_while_it_applies_leaves_nothing_and_the_next_one_finishes(
    long_run: tuple[Cast, Run, str],
) -> None:
    """A lock on the seats holds the worker between writing students and writing their seats."""
    cast, run, url = long_run
    plan_in_background(run)
    before = students()
    apply_run(actor=cast.mai.actor, now=NOW, public_id=run.public_id)
    with psycopg.connect(url) as other:
        other.execute("lock table records_enrolment in share row exclusive mode")
        first = start_worker(url)
        wait_until(lambda: is_waiting_for_the_lock(url))
        first.kill()
        first.wait()
    assert students() == before
    assert last_task().state == "running", "nobody has told the database"
    Task.objects.filter(state="running").update(seen_at=timezone.now() - timedelta(seconds=31))
    second = start_worker(url)
    try:
        wait_until(lambda: last_task().state == "done")
    finally:
        second.terminate()
        second.wait()
    run.refresh_from_db()
    assert (run.state, students() - before) == ("applied", 620)


def is_waiting_for_the_lock(url: str) -> bool:
    query = (
        "select from pg_stat_activity where wait_event_type = 'Lock'"
        " and query ilike 'insert into %records_enrolment%'"
    )
    with psycopg.connect(url) as session:
        return session.execute(query).fetchone() is not None


def last_task() -> Task:
    return Task.objects.latest("pk")


def start_worker(url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "work", "--concurrency", "1"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_until(true: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
