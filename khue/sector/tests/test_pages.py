"""Pages of the sector push: who opens what, and what the buttons do."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from khue.access.api import Role
from khue.sector.api import Period, Push, Stage, sync_states
from khue.sector.queries.homes import home_of
from khue.sector.queries.lists import PARTS, fields_of
from khue.sector.services.windows import Days
from khue.sector.sheets import read_supplements
from khue.sector.tests.stage import complete_files, open_window, states, target_of
from kit.fences import EVERYTHING, scoped
from kit.sheets.writing import Page, excel_bytes
from tests.cast import YEAR, Cast, make_grant, table

DOT = "dau-nam"


def around(today: date) -> Days:
    return Days(today - timedelta(days=5), today + timedelta(days=5), today)


@pytest.fixture
def opened(cast: Cast) -> Cast:
    """A window of today, and a school whose files are whole."""
    with scoped(EVERYTHING):
        complete_files(cast)
        open_window(cast, around(timezone.localdate()), timezone.now())
    return cast


def of_period(name: str, cast: Cast) -> str:
    return reverse(f"sector.{name}", args=[cast.school.pk, YEAR, DOT])


def press(cast: Cast, who: str, name: str, **fields: str) -> Any:
    return cast.client(who).post(of_period(name, cast), fields, follow=True)


def home(cast: Cast) -> str:
    return f"{reverse('sector.school')}?school={cast.school.pk}&year={YEAR}&dot={DOT}"


OPENS = {
    "school": {"mai": 200, "thu": 200, "dung": 200, "ha": 200, "hoa": 403, "nam": 404, "lan": 403},
    "faults": {"mai": 200, "thu": 200, "dung": 200, "ha": 200, "hoa": 403, "nam": 404, "lan": 403},
    "faults_sheet": {"mai": 200, "dung": 200, "hoa": 403, "nam": 404},
    "receipts": {"mai": 200, "dung": 200, "hoa": 403, "nam": 404},
    "receipts_sheet": {"mai": 200, "ha": 200, "hoa": 403, "nam": 404},
    "supplements": {"mai": 200, "thu": 200, "dung": 403, "hoa": 403, "nam": 404},
    "supplements_sheet": {"mai": 200, "thu": 200, "dung": 403, "nam": 404},
    "overview": {"dung": 200, "ha": 200, "mai": 403, "hoa": 403},
    "overview_sheet": {"dung": 200, "ha": 200, "mai": 403},
    "windows": {"dung": 200, "ha": 403, "mai": 403},
}


def address(name: str, cast: Cast) -> str:
    if name == "school":
        return f"{reverse('sector.school')}?school={cast.school.pk}"
    if name in {"overview", "overview_sheet", "windows"}:
        return reverse(f"sector.{name}")
    if name.startswith("faults"):
        return of_period(name, cast)
    more = ["student"] if name.startswith("supplements") else []
    return reverse(f"sector.{name}", args=[cast.school.pk, *more])


@pytest.mark.parametrize("name", OPENS)
def test_who_opens_which_page(cast: Cast, name: str) -> None:
    """Thầy Nam leads another school here: what is not his does not exist for him."""
    path, expected = cast.other_school.organisation.path, OPENS[name]
    with scoped(EVERYTHING):
        make_grant(cast.nam.account, Role.PRINCIPAL, path, "Trường", school=cast.other_school)
    got = {who: cast.client(who).get(address(name, cast)).status_code for who in expected}
    assert got == expected


def test_from_the_check_to_the_order(opened: Cast) -> None:
    assert "Chưa kiểm tra dữ liệu" in opened.client("mai").get(home(opened)).content.decode()
    assert "Hãy kiểm tra dữ liệu trước khi nộp" in text(press(opened, "mai", "submit"))
    assert "Đã kiểm tra xong" in text(press(opened, "thu", "check"))
    assert press(opened, "thu", "submit").status_code == 403
    assert "Đã nộp" in text(press(opened, "mai", "submit"))
    assert press(opened, "dung", "approve").status_code == 403
    assert "Đã duyệt" in text(press(opened, "ha", "approve"))
    assert press(opened, "ha", "approve").status_code == 403
    assert "Đã duyệt" in text(press(opened, "dung", "approve"))
    with scoped(EVERYTHING):
        assert set(states(opened).values()) == {Push.NO_PASSWORD}
    assert "Chưa có mật khẩu" in opened.client("mai").get(home(opened)).content.decode()


def text(response: Any) -> str:
    return str(response.content.decode())


def test_what_is_returned_says_why_and_may_be_submitted_again(opened: Cast) -> None:
    press(opened, "mai", "check")
    press(opened, "mai", "submit")
    assert "ghi lý do" in text(press(opened, "ha", "give_back", reason="  "))
    press(opened, "ha", "give_back", reason="Còn thiếu lớp 8B")
    assert "Còn thiếu lớp 8B" in opened.client("mai").get(home(opened)).content.decode()
    assert "Đã nộp" in text(press(opened, "mai", "submit"))


def test_outside_the_window_nothing_is_submitted(cast: Cast) -> None:
    press(cast, "mai", "check")
    assert "Sở chưa đặt thời gian" in text(press(cast, "mai", "submit"))
    with scoped(EVERYTHING):
        past = timezone.localdate() - timedelta(days=40)
        open_window(cast, around(past), timezone.now())
    assert "đã đóng ngày" in text(press(cast, "mai", "submit"))


def test_a_school_that_ended_does_not_submit(opened: Cast) -> None:
    press(opened, "mai", "check")
    with scoped(EVERYTHING):
        table("organisations.Organisation").objects.filter(pk=opened.school.pk).update(
            valid_from=date(2000, 1, 1), valid_to=timezone.localdate() - timedelta(days=1)
        )
    assert "không còn hoạt động" in text(press(opened, "mai", "submit"))


def break_a_file(cast: Cast) -> None:
    with scoped(EVERYTHING):
        pupils = table("records.Student").objects.filter(pk=cast.minh.student.pk)
        pupils.update(born="2013", name="Triệu Quang Minh")


def test_names_stand_in_full_only_within_the_school(opened: Cast) -> None:
    break_a_file(opened)
    press(opened, "mai", "check")
    inside = text(opened.client("mai").get(of_period("faults", opened)))
    outside = text(opened.client("dung").get(of_period("faults", opened)))
    assert "Triệu Quang Minh" in inside
    assert reverse("records.edit_student", args=[opened.minh.student.pk]) in inside
    assert "Triệu Quang Minh" not in outside
    assert "T. Q. M." in outside
    assert f"/hoc-sinh/{opened.minh.student.pk}/" not in outside
    sheet = opened.client("dung").get(of_period("faults_sheet", opened)).content
    assert "Triệu Quang Minh" not in str(cells(sheet))
    assert "T. Q. M." in str(cells(sheet))


def cells(content: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()


def test_faults_are_filtered(opened: Cast) -> None:
    break_a_file(opened)
    press(opened, "mai", "check")
    page = opened.client("mai").get(of_period("faults", opened), {"part": "staff"})
    assert "Triệu Quang Minh" not in text(page)
    page = opened.client("mai").get(of_period("faults", opened), {"field": "NgaySinh"})
    assert "Triệu Quang Minh" in text(page)


def test_added_data_of_one_record(opened: Cast) -> None:
    where = reverse("sector.supplement", args=[opened.school.pk, "student", opened.minh.student.pk])
    wrong = opened.client("mai").post(where, {"NgaySinhMe": "31/2/1985"})
    assert (wrong.status_code, "không có ngày 31" in text(wrong)) == (422, True)
    fine = opened.client("mai").post(where, {"NgaySinhMe": "9/3/1986"}, follow=True)
    assert "09/03/1986" in text(fine)
    with scoped(EVERYTHING):
        kept = table("sector.Supplement").objects.get(
            part="student", local_id=opened.minh.student.pk
        )
        told = table("ledger.Entry").objects.filter(action="supplement").latest("pk")
    assert "1986" not in kept.values_sealed
    assert "1986" not in f"{told.old}{told.new}{told.label}"


@pytest.mark.parametrize("part", ["student", "staff", "class", "site", "school"])
def test_the_records_of_another_school_cannot_be_added_to(cast: Cast, part: str) -> None:
    strangers = {
        "student": cast.other_student.pk,
        "staff": cast.nam.staff.pk,
        "class": cast.other_class.pk,
        "site": 1,
        "school": cast.other_school.pk,
    }
    where = reverse("sector.supplement", args=[cast.school.pk, part, strangers[part]])
    assert cast.client("mai").get(where).status_code == 404


def test_added_data_in_bulk_go_round(opened: Cast) -> None:
    client = opened.client("mai")
    content = client.get(address("supplements_sheet", opened)).content
    assert "Triệu Quang Minh" in str(cells(content))
    texts = read_supplements("student", content, 10**6)
    assert texts[opened.minh.student.pk]["NgaySinhMe"] == "12/04/1985"
    minh, far = str(opened.minh.student.pk), str(opened.other_student.pk)
    done = send_sheet(opened, [{"local_id": minh, "NgaySinhMe": "1/2/1980"}])
    assert "Đã lưu dữ liệu bổ sung của 1 bản ghi" in text(done)
    bad = send_sheet(
        opened,
        [
            {"local_id": minh, "NgaySinhMe": "2/2/1980"},
            {"local_id": minh + "1", "NgaySinhMe": "1980"},
            {"local_id": far, "NgaySinhMe": "2/2/1980"},
        ],
    )
    assert bad.status_code == 422
    assert "không phải của trường" in text(bad)
    content = client.get(address("supplements_sheet", opened)).content
    kept = read_supplements("student", content, 10**6)
    assert kept[opened.minh.student.pk]["NgaySinhMe"] == "01/02/1980"


def send_sheet(cast: Cast, rows: list[dict[str, str]]) -> Any:
    from khue.sector.sheets import supplement_columns

    content = excel_bytes([Page("Bổ sung", supplement_columns("student"), rows)])
    return cast.client("mai").post(
        address("supplements", cast), {"file": SimpleUploadedFile("a.xlsx", content)}, follow=True
    )


def test_a_file_that_is_no_sheet_is_refused(cast: Cast) -> None:
    where = address("supplements", cast)
    assert cast.client("mai").post(where).status_code == 422
    junk = SimpleUploadedFile("a.xlsx", b"khong phai tep")
    assert cast.client("mai").post(where, {"file": junk}).status_code == 422


def test_the_department_sets_closes_and_reopens_a_window(cast: Cast) -> None:
    client, where = cast.client("dung"), f"{reverse('sector.windows')}?year={YEAR}"
    days = {"opens_on": "15/9/2026", "closes_on": "31/10/2026", "as_of": "30/9/2026"}
    posted = {f"{DOT}-{key}": value for key, value in days.items()}
    wrong = client.post(where, {**posted, f"{DOT}-closes_on": "1/9/2026", "dot": DOT})
    assert (wrong.status_code, "Ngày đóng phải từ ngày mở" in text(wrong)) == (422, True)
    client.post(where, {**posted, "dot": DOT})
    row = table("sector.ReportingWindow").objects.get()
    assert (row.opens_on, row.closes_on, row.shut) == (date(2026, 9, 15), date(2026, 10, 31), False)
    shut = reverse("sector.shut", args=[cast.department.pk, YEAR, DOT])
    assert cast.client("ha").post(shut).status_code == 403
    client.post(shut, {"shut": "1"})
    assert "Sở đã đóng đợt" in text(press_after_check(cast))
    client.post(shut, {"shut": "0"})
    row.refresh_from_db()
    assert (row.shut, row.version) == (False, 3)


def press_after_check(cast: Cast) -> Any:
    press(cast, "mai", "check")
    return press(cast, "mai", "submit")


def test_the_overview_tells_who_is_late(opened: Cast) -> None:
    page = text(
        opened.client("dung").get(reverse("sector.overview"), {"year": str(YEAR), "dot": DOT})
    )
    assert "Trường THCS Sao Khuê" in page
    assert "Trường THCS Đồi Sim" in page
    commune = text(
        opened.client("ha").get(reverse("sector.overview"), {"year": str(YEAR), "dot": DOT})
    )
    assert "Trường THCS Sao Khuê" in commune
    assert "Trường THCS Đồi Sim" not in commune
    late = timezone.localdate() + timedelta(days=6)
    with scoped(EVERYTHING):
        lines = sync_states(opened.dung.actor, year=YEAR, period=Period.START, on=late)
        near = sync_states(
            opened.dung.actor,
            year=YEAR,
            period=Period.START,
            on=timezone.localdate(),
            place=opened.commune.path,
        )
    assert [(one.stage, one.status, one.is_late) for one in lines] == [
        (Stage.DRAFT, None, True)
    ] * 2
    assert [(one.school_id, one.is_late) for one in near] == [(opened.school.pk, False)]


def test_every_school_that_waits_is_approved_at_once_by_whoever_is_next(opened: Cast) -> None:
    where = f"{reverse('sector.approve_waiting')}?year={YEAR}&dot={DOT}"
    page = f"{reverse('sector.overview')}?year={YEAR}&dot={DOT}"
    press(opened, "mai", "check")
    assert "trường đang chờ bạn duyệt" not in text(opened.client("ha").get(page))
    press(opened, "mai", "submit")
    assert "Duyệt 1 trường đang chờ" in text(opened.client("ha").get(page))
    assert "Đã duyệt 0 trường" in text(opened.client("dung").post(where, follow=True))
    assert "Đã duyệt 0 trường" in text(opened.client("ha").post(f"{where}&q=khong+co", follow=True))
    assert "Đã duyệt 1 trường" in text(opened.client("ha").post(where, follow=True))
    assert "Đã duyệt 1 trường" in text(opened.client("dung").post(where, follow=True))
    assert opened.client("mai").post(where).status_code == 403
    with scoped(EVERYTHING):
        assert table("sector.Submission").objects.get().stage == Stage.APPROVED


def test_the_page_of_added_data_leads_back_to_the_list(opened: Cast) -> None:
    with scoped(EVERYTHING):
        table("sector.Supplement").objects.all().delete()
    press(opened, "mai", "check")
    faults = text(opened.client("mai").get(of_period("faults", opened), {"field": "NgaySinhMe"}))
    where = reverse("sector.supplement", args=[opened.school.pk, "student", opened.minh.student.pk])
    asked = f"?year={YEAR}&dot={DOT}"
    assert f"{where}?year={YEAR}&amp;dot={DOT}#id_NgaySinhMe" in faults
    assert of_period("faults", opened) in text(opened.client("mai").get(where + asked))
    saved = opened.client("mai").post(where + asked, {"NgaySinhMe": "9/3/1986"})
    assert saved["Location"] == where + asked


def test_the_overview_is_filtered_and_taken_along(opened: Cast) -> None:
    asked: dict[str, str] = {"year": str(YEAR), "dot": DOT, "q": "doi sim", "state": "chua"}
    client = opened.client("dung")
    rows = cells(client.get(reverse("sector.overview_sheet"), asked).content)
    assert [row[0] for row in rows if str(row[0]).startswith("Trường THCS")] == [
        "Trường THCS Đồi Sim"
    ]
    none = client.get(reverse("sector.overview"), {**asked, "state": "2"})
    assert "Không có trường nào như vậy" in text(none)


def test_every_field_has_a_page_that_mends_it(cast: Cast) -> None:
    keys: dict[str, dict[str, Any]] = {
        "organisations.edit_site": {"school_id": 1, "site_id": 2},
        "sector.supplement": {"school_id": 1, "part": "student", "local_id": 2},
    }
    short = {"school": "school_id", "class": "class_id", "staff": "staff_id"}
    for part in PARTS:
        for field in fields_of(part):
            route = home_of(part, field.name)
            assert reverse(route, kwargs=keys.get(route, {short.get(part, "student_id"): 1}))


def test_a_check_made_twice_counts_once(opened: Cast) -> None:
    break_a_file(opened)
    press(opened, "mai", "check")
    press(opened, "mai", "check")
    with scoped(EVERYTHING):
        rows = table("sector.FaultRow").objects.filter(field="NgaySinh")
        assert rows.count() == 1
        assert table("sector.Submission").objects.count() == 1
        looks = table("ledger.SensitiveRead").objects.filter(fields__startswith="hồ sơ gửi")
        assert looks.count() == 2
    assert target_of(opened).period == Period.START
