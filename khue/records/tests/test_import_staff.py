"""Staff from a sheet: made with their post, compared, refused, taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from khue.access.api import scope_of
from khue.intake.queries.runs import RowView, plan_page, rows_of, run_view
from khue.intake.services.applying import apply_run
from khue.intake.services.runs import receive_file
from khue.intake.services.undoing import undo_run
from khue.intake.tests.sheets import workbook
from khue.records.models import Posting, Staff
from kit.fences import EVERYTHING, scoped, set_scope
from tests.cast import NOW, YEAR, Cast, table

HEADER = ["TT", "Họ và tên", "Ngày sinh", "Phái", "Chức vụ", "Môn dạy", "Số CCCD", "SĐT"]


@pytest.fixture(autouse=True)
def lists(cast: Cast) -> None:
    with scoped(EVERYTHING):
        for name, code, title in [
            ("staff-kinds", "01", "Hiệu trưởng"),
            ("staff-kinds", "28", "Cấp THCS"),
            ("staff-kinds", "27", "Cấp THPT"),
            ("staff-kinds", "16", "Nhân viên văn thư"),
        ]:
            table("organisations.Code").objects.create(list=name, code=code, name=title)
    set_scope(scope_of(cast.mai.actor))


def send(cast: Cast, *rows: list[Any]) -> UUID:
    received = receive_file(
        actor=cast.mai.actor,
        now=NOW,
        school_id=cast.school.pk,
        kind="can-bo",
        year=YEAR,
        file_name="cb.xlsx",
        content=workbook(["TRƯỜNG THCS SAO KHUÊ"], HEADER, *rows),
        limit_bytes=20 * 1024 * 1024,
    )
    return received.public_id


def rows(cast: Cast, public_id: UUID) -> list[RowView]:
    view = run_view(actor=cast.mai.actor, public_id=public_id)
    assert view.state == "planned", view.problem
    return rows_of(plan_page(actor=cast.mai.actor, public_id=public_id, verdict="", page=1))


MAY = [1, "lò thị MÂY", "20/11/1988", "Nữ", "Giáo viên", "Toán; Tin học", "", "0912 345 678"]
CAU = [3, "Lò Văn Cầu", "1987", "Nam", "Giáo viên cấp THPT"]
VU = [2, "Vàng A Vũ", "1990", "Nam", "Nhân viên văn thư", "", "015090012345", ""]


def test_new_staff_come_with_their_post_and_are_taken_back(cast: Cast) -> None:
    before = Staff.objects.count(), Posting.objects.count()
    public_id = send(cast, MAY, VU)
    assert [row.verdict for row in rows(cast, public_id)] == ["create", "create"]
    assert apply_run(actor=cast.mai.actor, now=NOW, public_id=public_id) == "applied"
    made = Staff.objects.get(name="Lò Thị Mây")
    assert made.teaching_subjects == ["Toán", "Tin học"]
    assert made.phone == "0912345678"
    assert Posting.objects.get(staff=made).kind == "28"
    assert {row.verdict for row in rows(cast, send(cast, MAY, VU))} == {"same"}
    undo_run(actor=cast.mai.actor, now=NOW, public_id=public_id)
    assert (Staff.objects.count(), Posting.objects.count()) == before


def test_a_post_may_be_named_as_the_pages_name_it(cast: Cast) -> None:
    public_id = send(cast, CAU)
    apply_run(actor=cast.mai.actor, now=NOW, public_id=public_id)
    assert Posting.objects.get(staff__name="Lò Văn Cầu").kind == "27"


def test_a_known_teacher_is_compared_and_changed_and_restored(cast: Cast) -> None:
    hoa = cast.hoa
    row = [1, hoa.name, "19/5/1985", "Nữ", "", "Toán", "", "0987 654 321"]
    public_id = send(cast, row)
    (told,) = rows(cast, public_id)
    assert told.verdict == "change"
    assert ["Điện thoại", "", "0987654321"] in [list(one) for one in told.differences]
    held = Staff.objects.filter(pk=hoa.staff.pk).values().get()
    apply_run(actor=cast.mai.actor, now=NOW, public_id=public_id)
    assert Staff.objects.get(pk=hoa.staff.pk).phone == "0987654321"
    undo_run(actor=cast.mai.actor, now=NOW, public_id=public_id)
    assert Staff.objects.filter(pk=hoa.staff.pk).values().get() == held


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ([1, "Lò Thị Mây", "31/2/1988", "Nữ"], "không có ngày 31"),
        ([1, "Lò Thị Mây", "1988", "?"], "Hãy ghi Nam hoặc Nữ"),
        ([1, "Lò Thị Mây", "1988", ""], "Giới tính"),
        ([1, "Lò Thị Mây", "1988", "Nữ", "Phi công"], "Vị trí việc làm “Phi công”"),
        ([1, "", "1988", "Nữ"], "chưa có họ và tên"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(cast: Cast, row: list[Any], reason: str) -> None:
    (told,) = rows(cast, send(cast, row))
    assert told.verdict == "refuse"
    assert reason in told.reasons[0]


def test_the_same_person_twice_names_the_first_row(cast: Cast) -> None:
    told = rows(cast, send(cast, MAY, MAY))
    assert [row.verdict for row in told] == ["create", "refuse"]
    assert "dòng 3" in told[1].reasons[0]
