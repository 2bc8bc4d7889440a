"""Schools declare what the platform cannot count; the forms take it up, and the ledger keeps it."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from khue.access.api import OutsidePlace, Refused
from khue.ledger.api import history_of
from khue.statistics.queries.declared import declared_sheet
from khue.statistics.queries.reports import report_of
from khue.statistics.rules.reports import Filled
from khue.statistics.services.checking import check_figures
from khue.statistics.services.declaring import DeclarationRefused, declare
from khue.statistics.services.following import follow_to_the_end
from kit.fences import EVERYTHING, Scope, scoped
from kit.sheets.reading import open_workbook
from tests.cast import (
    NOW,
    TODAY,
    YEAR,
    Cast,
    enrol,
    make_class,
    make_class_subject,
    make_staff,
    make_student,
    make_subject,
    table,
)

BOARDERS = "02.support.boarders"


@pytest.fixture
def both(cast: Cast) -> Cast:
    """The school teaches primary school beside lower secondary."""
    with scoped(EVERYTHING):
        table("organisations.School").objects.filter(pk=cast.school.pk).update(
            levels=["02", "03"], level_group="09", area_kind="02"
        )
        room = make_class(cast.school, "3A", "03")
        room.level = "02"
        room.save(update_fields=["level"])
        make_class_subject(room, make_subject("Tin học và Công nghệ", "Tin", 18))
        for number in range(6):
            enrol(make_student(cast.school, f"Học Sinh {number}", "F" if number else "M"), room)
        make_staff(cast.school, "Tô Thị Xuân", "F", kind="29")
        make_staff(cast.school, "Hồ Văn Đông", "M", kind="29")
        make_staff(cast.school, "Hồ Văn Hạ", "M", kind="15")
    return cast


def write(cast: Cast, values: dict[str, int], version: int = 0, who: str = "mai") -> int:
    with scoped(Scope(schools=(cast.school.pk,))):
        return declare(
            actor=cast.people[who].actor,
            now=NOW,
            school_id=cast.school.pk,
            form="02-th",
            values=values,
            version=version,
        )


def line(cast: Cast, code: str, place: Any = None, *, who: str = "mai") -> Filled:
    node = place or cast.school
    told = report_of(cast.people[who].actor, node.pk, "02-th", YEAR)
    return next(one for one in told.lines if one.row.code == code)


def test_what_a_head_writes_stands_in_the_form_of_every_storey(both: Cast) -> None:
    assert write(both, {"02.rooms.classrooms": 14, "02.has.power": 1, "02.rooms.music": 0}) == 3
    with scoped(EVERYTHING):
        follow_to_the_end(now=NOW)
        assert check_figures(now=NOW).differences == []
    assert [line(both, code).value() for code in ("120", "128", "127")] == [14, 0, None]
    above = line(both, "120", both.department, who="dung")
    assert (above.value(), above.told, above.asked) == (14, 1, 1)


def test_every_change_has_its_line_in_the_ledger(both: Cast) -> None:
    write(both, {"02.rooms.classrooms": 14})
    write(both, {"02.rooms.classrooms": 15, BOARDERS: 4, f"{BOARDERS}.f": 1}, version=1)
    assert write(both, {"02.rooms.classrooms": 15, BOARDERS: 4, f"{BOARDERS}.f": 1}, version=2) == 0
    with scoped(EVERYTHING):
        lines = history_of(f"declaration:{both.school.pk}.{YEAR}.02-th")
    told = {(one.label, one.old, one.new) for one in lines}
    rooms = "Phòng học (kiên cố, bán kiên cố, tạm)"
    assert told == {
        (rooms, None, 14),
        (rooms, 14, 15),
        ("Học sinh dân tộc bán trú", None, 4),
        ("Học sinh dân tộc bán trú – nữ", None, 1),
    }


def test_two_people_do_not_overwrite_each_other(both: Cast) -> None:
    write(both, {"02.rooms.classrooms": 14})
    with pytest.raises(DeclarationRefused, match="vừa sửa tờ khai"):
        write(both, {"02.rooms.classrooms": 9})
    with scoped(EVERYTHING):
        sheet = declared_sheet(both.mai.actor, both.school.pk, "02-th", TODAY)
    assert sheet is not None
    assert sheet.values == {"02.rooms.classrooms": 14}


def test_what_cannot_be_true_is_refused_and_nothing_is_written(both: Cast) -> None:
    with pytest.raises(DeclarationRefused, match="nhiều hơn"):
        write(both, {"02.rooms.music": 1, BOARDERS: 1, f"{BOARDERS}.f": 2})
    assert table("statistics.Declaration").objects.count() == 0


def test_who_writes_the_sheet_of_a_school(both: Cast) -> None:
    for who, refused in (("dung", Refused), ("hoa", Refused), ("stranger", OutsidePlace)):
        with pytest.raises(refused):
            write(both, {"02.rooms.music": 1}, who=who)


def test_a_school_without_the_level_has_no_sheet(cast: Cast) -> None:
    with pytest.raises(DeclarationRefused, match="không dạy cấp học"):
        write(cast, {"02.rooms.music": 1})
    address = reverse("statistics.declare", args=[cast.school.pk, "02-th"])
    assert cast.client("mai").get(address).status_code == 404


def test_the_sheet_stands_behind_the_fence(both: Cast) -> None:
    write(both, {"02.rooms.music": 1})
    rows, seen = table("statistics.Declaration").objects, {}
    for school in (both.school, both.other_school):
        with scoped(Scope(schools=(school.pk,))):
            seen[school.pk] = rows.count()
    assert seen == {both.school.pk: 1, both.other_school.pk: 0}


def test_the_page_writes_tells_what_is_wrong_and_shows_the_history(both: Cast) -> None:
    address = reverse("statistics.declare", args=[both.school.pk, "02-th"])
    mai = both.client("mai")
    wrong = mai.post(
        address, {"version": "0", BOARDERS: "2", f"{BOARDERS}.f": "x", "02.has.power": "7"}
    )
    assert "Hãy ghi một số nguyên" in wrong.content.decode()
    late = mai.post(address, {"version": "0", BOARDERS: "2", f"{BOARDERS}.f": "3"})
    assert "nữ (3) nhiều hơn tổng số (2)" in late.content.decode()
    done = mai.post(address, {"version": "0", BOARDERS: "2", "02.has.power": "1"}, follow=True)
    page = done.content.decode()
    assert "Đã ghi 2 thay đổi." in page
    assert "Lương Thị Mai" in page
    assert "<ins>có</ins>" in page
    again = mai.post(address, {"version": "1", BOARDERS: "2", "02.has.power": "1"}, follow=True)
    assert "không có gì thay đổi" in again.content.decode()


def test_staff_of_a_school_of_two_levels_count_where_they_teach(both: Cast) -> None:
    """Teachers by their level; who leads and who keeps the books, by the highest one."""
    with scoped(EVERYTHING):
        follow_to_the_end(now=NOW)
    told = {code: line(both, code).value() for code in ("1", "37", "78", "79", "96", "110")}
    assert told == {"1": 0, "37": 6, "78": 2, "79": 0, "96": 2, "110": 0}


def test_pupils_whose_class_has_the_subject_learn_informatics(both: Cast) -> None:
    with scoped(EVERYTHING):
        follow_to_the_end(now=NOW)
    assert [line(both, "73").value(column) for column in ("", ".f")] == [6, 5]
    with scoped(EVERYTHING):
        subject = table("organisations.ClassSubject").objects.get(
            subject__name="Tin học và Công nghệ"
        )
    assert subject.school_id == both.school.pk


def test_the_exact_form_is_an_act_that_the_ledger_keeps(both: Cast) -> None:
    write(both, {BOARDERS: 2})
    with scoped(EVERYTHING):
        follow_to_the_end(now=NOW)
    assert line(both, "60", who="mai").shown() == "2"
    assert line(both, "60", who="ha").shown() == "ẩn"
    ha = both.client("ha")
    page = ha.get(reverse("statistics.form", args=[both.commune.pk, "02-th"])).content.decode()
    assert "Lập bản chính thức" in page
    address = reverse("statistics.form_official", args=[both.commune.pk, "02-th"])
    book = open_workbook(ha.post(address, {"year": str(YEAR)}).content)
    rows = {str(row[1]): row for row in book.sheets[0].rows if len(row) > 2}
    assert str(rows["60"][2]) in {"2", "2.0"}
    with scoped(EVERYTHING):
        told = history_of(f"form_report:{both.commune.pk}.02-th.{YEAR}")
    assert [one.actor_name for one in told] == [both.ha.name]
