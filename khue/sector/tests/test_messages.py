"""Thông điệp: what the product holds becomes fields; what it does not hold is left out."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from khue.records.api import SensitiveFacts
from khue.sector.queries.coverage import filled_fields, reference_page
from khue.sector.queries.dossier import Dossier, folded, open_dossier
from khue.sector.queries.lists import PARTS, fields_of, subject_codes
from khue.sector.queries.messages import compose
from khue.sector.queries.messages.values import born_day, decimal, given
from khue.sector.rules.checking import CodeBook, check_message
from khue.sector.tests.stage import add_mother
from tests.cast import NOW, YEAR, Cast, enrol, make_student, table

ON = date(2026, 11, 20)


def dossier(cast: Cast, on: date = ON) -> Dossier:
    found = open_dossier(cast.school.pk, YEAR, on)
    assert found is not None
    return found


def message(cast: Cast, part: str, local_id: int, on: date = ON) -> dict[str, Any]:
    return dict(compose(dossier(cast, on), part)[local_id].message)


def pupil(cast: Cast, **more: Any) -> Any:
    made = make_student(cast.school, "Hoàng Thị Mẫu", "F", **more)
    enrol(made, cast.school_class)
    return made


def change_seat(student: Any, **more: Any) -> None:
    table("records.Enrolment").objects.filter(student=student).update(**more)


@pytest.mark.parametrize("part", PARTS)
def test_nothing_is_said_that_the_list_does_not_know(everything: Cast, part: str) -> None:
    table("organisations.Site").objects.create(
        school=everything.school, code="1", name="Điểm chính", distance_km="2.5"
    )
    names = {one.name for one in fields_of(part)}
    for one in compose(dossier(everything), part).values():
        assert set(one.message) <= names
        faults = check_message(one.message, fields_of(part), CodeBook({}, {}), ON)
        assert [fault for fault in faults if fault.problem == "type"] == []


def test_a_year_of_birth_is_not_made_into_a_day(everything: Cast) -> None:
    one = pupil(everything, born="2013")
    assert "NgaySinh" not in message(everything, "student", one.pk)
    assert born_day("2013-03") is None
    assert born_day("2013-03-09") == date(2013, 3, 9)


def test_the_guardian_or_else_the_parent_whom_the_school_speaks_to(everything: Cast) -> None:
    one = pupil(everything)
    assert "HoTenNguoiGiamHo" not in message(everything, "student", one.pk)
    add_mother(one)
    told = message(everything, "student", one.pk)
    assert told["HoTenMe"] == told["HoTenNguoiGiamHo"] == "Nông Thị Mẹ"
    assert "NgaySinhMe" not in told
    uncle = table("records.Guardian").objects.create(
        name="Nông Văn Chú", name_search="nong van chu", created_at=NOW
    )
    table("records.Guardianship").objects.create(
        student=one, guardian=uncle, relation="guardian", starts_on=date(2026, 8, 1)
    )
    assert message(everything, "student", one.pk)["HoTenNguoiGiamHo"] == "Nông Văn Chú"


def test_who_is_kept_away_by_a_court_is_not_named(everything: Cast) -> None:
    one = pupil(everything)
    add_mother(one)
    table("records.Guardianship").objects.filter(student=one).update(blocked_reason="Quyết định 1")
    assert "HoTenMe" not in message(everything, "student", one.pk)


@pytest.mark.parametrize(
    ("seat", "state", "term"),
    [
        ({}, 1, None),
        ({"entry_kind": "1", "starts_on": date(2026, 10, 1)}, 2, None),
        ({"status": "dropped_out", "ends_on": date(2026, 10, 9)}, 5, 1),
        ({"status": "transferred_out", "ends_on": date(2026, 10, 9)}, 4, 1),
        ({"status": "moved_class", "ends_on": date(2026, 10, 9)}, 1, None),
    ],
)
def test_the_status_of_the_sector(
    everything: Cast, seat: dict[str, Any], state: int, term: int | None
) -> None:
    one = pupil(everything)
    change_seat(one, **seat)
    told = message(everything, "student", one.pk)
    assert (told["TrangThai"], told.get("ThoiDiemRoiTruong")) == (state, term)


def test_the_first_class_of_the_year_stays(everything: Cast) -> None:
    one = pupil(everything)
    change_seat(one, status="moved_class", ends_on=date(2026, 10, 9))
    enrol(one, everything.sister_class, starts_on=date(2026, 10, 10))
    told = message(everything, "student", one.pk)
    assert (told["MaLopHocDn"], told["MaLopHocCn"]) == ("8A", "8B")


def test_a_pupil_who_came_after_the_day_of_the_report_is_not_in_it(everything: Cast) -> None:
    one = pupil(everything)
    change_seat(one, starts_on=date(2026, 10, 5))
    assert one.pk not in compose(dossier(everything, date(2026, 9, 30)), "student")


def test_an_accepted_transfer_tells_where_to(everything: Cast) -> None:
    one = pupil(everything)
    change_seat(one, status="transferred_out", ends_on=date(2026, 10, 9))
    assert "NoiChuyenDi" not in message(everything, "student", one.pk)
    table("records.Transfer").objects.create(
        student=one,
        student_name=one.name,
        from_school=everything.school,
        to_school=everything.other_school,
        grade="08",
        state="accepted",
        effective_on=date(2026, 10, 9),
        requested_at=NOW,
        requested_by="Vi Thị Thu",
    )
    told = message(everything, "student", one.pk)
    assert (told["NoiChuyenDi"], told["ChuyenDiDenTinh"]) == ("01", "20")


def test_sensitive_facts_are_opened_for_the_message(everything: Cast) -> None:
    from khue.records.api import set_sensitive

    facts = SensitiveFacts(policies=("05", "08"), disability="03", religion="02")
    one = pupil(everything)
    set_sensitive(actor=everything.mai.actor, now=NOW, student_id=one.pk, facts=facts)
    told = message(everything, "student", one.pk)
    wanted = {
        "KhuyetTat": 1,
        "MaLoaiKhuyetTat": "03",
        "MaDtuongCsach": "05",
        "IsHoNgheo": 1,
        "MaTonGiao": "02",
    }
    assert {key: told[key] for key in wanted} == wanted


def test_a_teacher_is_of_the_group_of_teachers(everything: Cast) -> None:
    assert message(everything, "staff", everything.hoa.staff.pk)["LoaiCanBo"] == 3
    assert message(everything, "staff", everything.mai.staff.pk)["LoaiCanBo"] == 1
    assert message(everything, "staff", everything.thu.staff.pk)["LoaiCanBo"] == 2
    assert message(everything, "school", everything.school.pk)["HieuTruong"] == "Lương Thị Mai"


def test_the_level_of_a_subject_decides_its_code(everything: Cast) -> None:
    told = message(everything, "class", everything.school_class.pk)
    assert [(one["MaMonHoc"], one["LoaiDanhGia"]) for one in told["DsMonHoc"]] == [
        ("19", 0),
        ("15", 0),
        ("28", 1),
    ]
    assert subject_codes()[("02", "Toán")] == "01"
    assert ("03", "Lịch sử và Địa lí") not in subject_codes()


def test_a_class_of_several_grades_and_of_several_ages(everything: Cast) -> None:
    rooms = table("organisations.SchoolClass").objects.filter(pk=everything.school_class.pk)
    rooms.update(merged_kind="grades", grades=["06", "08"])
    told = message(everything, "class", everything.school_class.pk)
    assert (told["LopGhep"], told["MaLopGhep"], told["LopGhepDoTuoi"]) == (1, "8A", 0)
    rooms.update(merged_kind="ages")
    assert "LopGhepDoTuoi" not in message(everything, "class", everything.school_class.pk)


def test_small_pieces() -> None:
    assert given(a=0, b="", c=None, d=[]) == {"a": 0}
    assert decimal("12,5") == 12.5
    assert decimal("xa") is None
    assert folded("Vật lý") == folded("Vật lí")


def test_no_calendar_no_report(everything: Cast) -> None:
    assert open_dossier(everything.school.pk, 2031, ON) is None


def test_the_reference_of_fields_is_what_the_code_does(everything: Cast) -> None:
    from machinery.surroundings import ROOT

    page = (ROOT / "docs" / "reference" / "sector-fields.md").read_text(encoding="utf-8")
    assert page == reference_page(), "manage.py sector_fields > docs/reference/sector-fields.md"
    add_mother(everything.minh.student)
    whole = dossier(everything)
    for part in PARTS:
        said = {key for one in compose(whole, part).values() for key in one.message}
        assert said <= filled_fields(part)
