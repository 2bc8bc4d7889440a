"""The office's way: upload, columns, faults, build, publish, back, withdraw; who may not."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from khue.answers.queries import PublicationView, publication_for
from khue.answers.services.building import build_in_background
from khue.answers.services.publishing import forget_uploads, point, remove_unused_files
from khue.answers.views import office
from khue.background.api import Progress, Work
from khue.intake.tests.sheets import workbook
from kit.fences import EVERYTHING, scoped
from tests.cast import NOW, Cast, table

OFFICE = "/tra-cuu-ket-qua/quan-ly/"
HEAD = ["STT", "SBD", "Họ và tên", "Ngày sinh", "Toán", "Ngữ văn", "Tổng điểm"]
ROWS = [
    [1, "000101", "Nông Thị Sim", "09/03/2011", "8,25", "7,5", "15,75"],
    [2, "000102", "Vi Văn Đào", "17/11/2011", "6", "8", "14"],
    [3, "000103", "Lăng Thị Mận", "ngày 9", "5", "5", "10"],
    [4, "000104", "Mã Văn Trám", "01/01/2011", "5", "5", "10"],
    [5, "104", "Mã Văn Trám", "02/01/2011", "5", "5", "10"],
]


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path / "answers"


class Officer:
    """Anh Dũng at his desk; what he publishes becomes true at once."""

    def __init__(self, cast: Cast, at_once: DjangoCaptureOnCommitCallbacks) -> None:
        self.cast, self.at_once = cast, at_once
        self.client: Client = cast.client("dung")
        self.said = ""
        self.status = 0

    def post(self, address: str, **data: Any) -> str:
        with self.at_once(execute=True):
            answer = self.client.post(address, data, follow=True)
        self.said, self.status = answer.content.decode(), answer.status_code
        return answer.redirect_chain[-1][0] if answer.redirect_chain else ""

    def begin(self, *rows: list[Any], title: str = "Điểm thi lớp 10") -> str:
        place = self.cast.department.path
        shown = self.post(
            f"{OFFICE}moi/",
            title=title,
            place=place,
            day="20/11/2026",
            clock="08:00",
            file=results(*(rows or ROWS)),
        )
        return shown.removesuffix("ban/1/")

    def build(self, page: str, number: int = 1) -> None:
        self.order(page, number)
        self.work()

    def order(self, page: str, number: int = 1) -> None:
        self.post(f"{page}ban/{number}/dung/", without_faults="1")

    def work(self) -> None:
        with scoped(EVERYTHING):
            edition = table("answers.Edition").objects.latest("pk")
            task = table("background.Task").objects.latest("pk")
            build_in_background(
                Work(
                    task.public_id,
                    self.cast.dung.actor,
                    NOW,
                    {"edition": edition.pk},
                    None,
                    Progress(),
                )
            )
            table("background.Task").objects.filter(pk=task.pk).update(state="done")

    def publish(self, page: str, number: int = 1) -> None:
        self.post(f"{page}ban/{number}/cong-bo/")


def results(*rows: list[Any]) -> SimpleUploadedFile:
    return SimpleUploadedFile("ket-qua.xlsx", workbook(["Sở GD&ĐT"], [], HEAD, *rows))


@pytest.fixture
def officer(
    cast: Cast, folder: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> Officer:
    return Officer(cast, django_capture_on_commit_callbacks)


def answered(number: str, secret: str) -> str:
    from khue.answers.views.public import desk

    desk.cache_clear()
    client = Client(enforce_csrf_checks=True)
    told = client.post("/tra-cuu/diem-thi-lop-10/", {"number": number, "secret": secret})
    return str(told.content.decode())


def test_a_list_becomes_public_answers(officer: Officer) -> None:
    page = officer.begin()
    assert "Công bố được" in officer.said
    assert "hiện chưa có kết quả" in Client().get("/tra-cuu/").content.decode().lower()
    officer.build(page)
    assert "Không có kết quả" in answered("101", "9/3/2011"), "built is not yet published"
    officer.publish(page)
    assert "Đã công bố" in officer.said
    told = answered("000101", "9/3/2011")
    assert "Nông Thị Sim" in told
    assert "15,75" in told
    assert "STT" not in told
    assert "Không có kết quả nào ứng với" in answered("101", "17/11/2011")


def test_a_page_read_just_before_the_building_ended_loads_itself_again(
    officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = officer.begin()
    officer.order(page)

    def read_then_built(*asked: Any) -> PublicationView:
        seen = publication_for(*asked)
        monkeypatch.undo()
        officer.work()
        return seen

    monkeypatch.setattr(office, "publication_for", read_then_built)
    shown = officer.client.get(page).content.decode()
    assert "cong-bo/" not in shown, "this page does not know yet"
    [asked_again] = re.findall(r'hx-get="([^"]+/tien-do/[^"]*)"', shown)
    assert officer.client.get(asked_again).headers["HX-Refresh"] == "true"
    shown = officer.client.get(page).content.decode()
    assert "cong-bo/" in shown
    assert "hx-get" not in shown


def test_rows_that_cannot_be_published_are_named(officer: Officer) -> None:
    page = officer.begin()
    shown = officer.client.get(f"{page}ban/1/").content.decode()
    assert "Ngày sinh để trống hoặc không đọc được." in shown
    assert shown.count("có ở nhiều dòng nên không biết dòng nào đúng") == 2
    officer.post(f"{page}ban/1/dung/")
    assert officer.status == 422
    assert "Tệp có 3 dòng lỗi" in officer.said
    officer.build(page)
    officer.publish(page)
    assert "Không có kết quả" in answered("104", "1/1/2011")


def test_the_preview_is_the_page_of_the_public(officer: Officer) -> None:
    page = officer.begin()
    seen = officer.client.get(f"{page}ban/1/xem-thu/?row=5").content.decode()
    assert "Vi Văn Đào" in seen
    assert "Số báo danh 000102" in seen


def test_columns_are_chosen_by_the_office(officer: Officer) -> None:
    page = officer.begin()
    officer.post(f"{page}ban/1/", number=1, secret=3, kind="born", shown=[2, 6])
    officer.build(page)
    officer.publish(page)
    told = answered("101", "9/3/2011")
    assert "Tổng điểm" in told
    assert "Ngữ văn" not in told


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"number": 1, "secret": 1, "kind": "born", "shown": [2]}, "hai cột khác nhau"),
        ({"number": 1, "secret": 2, "kind": "code", "shown": [2, 4]}, "không được hiện"),
        ({"number": 1, "secret": 3, "kind": "born"}, "Chưa chọn cột nào để hiện"),
        ({"number": 99, "secret": 3, "kind": "born", "shown": [2]}, "không có cột đã chọn"),
        ({"number": "x", "secret": 3, "kind": "born", "shown": [2]}, "Chưa chọn đủ cột"),
    ],
)
def test_columns_that_make_no_sense_are_refused(
    officer: Officer, wish: dict[str, Any], sentence: str
) -> None:
    page = officer.begin()
    officer.post(f"{page}ban/1/", **wish)
    assert officer.status == 422
    assert sentence in officer.said


def test_a_correction_is_a_new_edition_and_one_can_go_back(officer: Officer, folder: Path) -> None:
    page = officer.begin(ROWS[0])
    officer.build(page)
    officer.publish(page)
    better = [*ROWS[0][:4], "9,75", *ROWS[0][5:]]
    officer.post(f"{page}tep/", file=results(better))
    officer.build(page, 2)
    assert "8,25" in answered("101", "9/3/2011"), "the public sees the old one meanwhile"
    officer.publish(page, 2)
    assert "9,75" in answered("101", "9/3/2011")
    officer.post(f"{page}tro-ve/")
    assert "8,25" in answered("101", "9/3/2011")
    officer.post(f"{page}tro-ve/")
    assert "9,75" in answered("101", "9/3/2011"), "and forth again"
    assert len(json.loads((folder / "current.json").read_text())["published"]) == 1


def test_withdrawing_needs_a_reason_and_takes_everything_down(officer: Officer) -> None:
    page = officer.begin(ROWS[0])
    officer.build(page)
    officer.publish(page)
    officer.post(f"{page}rut/", reason="")
    assert "Hãy ghi lý do" in officer.said
    officer.post(f"{page}rut/", reason="Sai cột điểm ưu tiên")
    assert "Không có kết quả ở đây" in answered("101", "9/3/2011")
    entries = table("ledger.Entry").objects
    with scoped(EVERYTHING):
        told = entries.filter(action="withdraw").latest("pk")
    assert told.reason == "Sai cột điểm ưu tiên"
    assert "Lý do: Sai cột điểm ưu tiên" in officer.said
    officer.post(f"{page}tro-ve/")
    assert "Sai cột điểm ưu tiên" not in officer.said
    assert "Nông Thị Sim" in answered("101", "9/3/2011"), "it can be published again"


def test_the_hour_is_changed_without_building_again(officer: Officer) -> None:
    page = officer.begin(ROWS[0])
    officer.build(page)
    officer.publish(page)
    officer.post(f"{page}gio-mo/", day="25/06/2036", clock="08:00")
    assert "08 giờ 00 ngày 25/06/2036" in answered("101", "9/3/2011")
    officer.post(f"{page}gio-mo/", day="31/02/2036", clock="25:00")
    assert officer.status == 422


def test_only_what_is_built_can_be_published(officer: Officer) -> None:
    page = officer.begin(ROWS[0])
    officer.publish(page)
    assert officer.status == 422
    assert "chưa dựng xong" in officer.said


def test_a_file_without_results_is_refused_with_a_sentence(officer: Officer) -> None:
    wrong = SimpleUploadedFile("thu.xlsx", workbook(["một tờ giấy"], ["không có bảng"]))
    form = {"title": "Thử", "place": officer.cast.department.path, "day": "20/11/2026"}
    officer.post(f"{OFFICE}moi/", **form, clock="08:00", file=wrong)
    assert officer.status == 422
    officer.post(f"{OFFICE}moi/", **form, clock="08:00")
    assert "Chưa chọn tệp" in officer.said


def test_the_pointer_mends_itself(officer: Officer, folder: Path) -> None:
    page = officer.begin(ROWS[0])
    officer.build(page)
    officer.publish(page)
    (folder / "current.json").unlink()
    assert point()
    assert not point(), "nothing to do the second time"
    assert "Nông Thị Sim" in answered("101", "9/3/2011")


def test_what_is_not_needed_is_forgotten(officer: Officer, folder: Path) -> None:
    page = officer.begin(ROWS[0])
    officer.build(page)
    officer.publish(page)
    officer.post(f"{page}tep/", file=results(ROWS[1]))
    officer.build(page, 2)
    later = NOW.replace(year=NOW.year + 1)
    assert forget_uploads(now=later) == 2
    assert remove_unused_files(now=later) == 1
    assert "Nông Thị Sim" in answered("101", "9/3/2011"), "what is public stays"
    again = officer.client.get(f"{page}ban/2/")
    assert again.status_code == 403


@pytest.mark.parametrize("person", ["hoa", "nam", "lan", "minh", "stranger"])
def test_nobody_else_comes_near(officer: Officer, person: str) -> None:
    page = officer.begin(ROWS[0])
    client = officer.cast.client(person)
    assert client.get(OFFICE).status_code == 403
    assert client.get(page).status_code in {403, 404}


def test_a_principal_sees_only_her_own(officer: Officer) -> None:
    page = officer.begin(ROWS[0])
    client = officer.cast.client("mai")
    assert client.get(OFFICE).status_code == 200
    assert client.get(page).status_code in {403, 404}


def test_the_upload_is_sealed_and_the_ledger_names_nobody(officer: Officer) -> None:
    officer.begin(ROWS[0])
    with scoped(EVERYTHING):
        kept = str(list(table("answers.Edition").objects.values()))
        told = str(list(table("ledger.Entry").objects.values()))
    for secret in ("Nông Thị Sim", "000101", "09/03/2011"):
        assert secret not in kept + told


def test_what_is_not_filled_is_asked_for_without_speaking_of_schools(officer: Officer) -> None:
    officer.post(f"{OFFICE}moi/", place=officer.cast.department.path)
    assert "Mục này chưa điền." in officer.said
    assert "Trường này" not in officer.said
