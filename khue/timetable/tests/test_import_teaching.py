"""Teaching assignments from a plain list, and from a real workbook that nobody edited."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.access.api import scope_of
from khue.intake.queries.runs import plan_page, rows_of, run_view
from khue.intake.services.applying import apply_run
from khue.intake.services.runs import answer_questions, receive_file
from khue.intake.services.undoing import undo_run
from khue.intake.tests.sheets import workbook
from khue.organisations.api import ClassFacts, create_classes
from khue.records.models import Staff
from khue.timetable.models import TeachingAssignment
from khue.timetable.rules.teaching_lists import Taught, class_key, likely_sex, parse_taught
from kit.fences import EVERYTHING, scoped, set_scope
from kit.sheets.reading import open_workbook
from tests.cast import NOW, YEAR, Cast, table
from tests.codes import LoadCodes

LIMIT = 20 * 1024 * 1024
REAL = Path(__file__).parent / "data" / "teaching-assignment.xlsx"
BOTH = {"create_staff": "1", "add_subjects": "1"}


def send(cast: Cast, content: bytes, **options: str) -> UUID:
    received = receive_file(
        actor=cast.mai.actor,
        now=NOW,
        school_id=cast.school.pk,
        kind="phan-cong",
        year=YEAR,
        file_name="phan-cong.xlsx",
        content=content,
        limit_bytes=LIMIT,
        options=options,
    )
    return received.public_id


def rows(cast: Cast, public_id: UUID) -> list[Any]:
    view = run_view(actor=cast.mai.actor, public_id=public_id)
    assert view.state == "planned", view.problem
    pages = range(1, -(-view.total // 50) + 1)
    found = [
        plan_page(actor=cast.mai.actor, public_id=public_id, verdict="", page=page)
        for page in pages
    ]
    return [row for page in found for row in rows_of(page)]


def test_classes_of_a_line_with_and_without_space_and_periods() -> None:
    assert parse_taught("11H1(3),10SI(3), 12 VĂN ( 2 tiết); 10AV1") == [
        Taught("11H1", 3),
        Taught("10SI", 3),
        Taught("12 VĂN", 2),
        Taught("10AV1", None),
    ]
    assert parse_taught("8A, 8B", 4) == [Taught("8A", 4), Taught("8B", 4)]
    assert parse_taught("  ") == []


@given(st.text(max_size=80))
def test_whatever_a_cell_holds_it_is_read(text: str) -> None:
    assert all(one.class_text.strip() for one in parse_taught(text))


def test_two_spellings_of_a_class_and_what_a_name_tells() -> None:
    assert class_key("Lớp 10 Hóa 1") == class_key("10HOÁ1") == "10hoa1"
    assert (likely_sex("Đặng Thị Thu Quân"), likely_sex("Trần Văn Tú")) == ("F", "M")
    assert likely_sex("Phạm Ngọc Vân") is None


def test_a_plain_list_assigns_and_is_taken_back_with_its_rights(cast: Cast) -> None:
    set_scope(scope_of(cast.mai.actor))
    hoa, before = cast.hoa, TeachingAssignment.objects.count()
    grants = len(hoa.actor.grants)
    content = workbook(
        ["Giáo viên", "Môn", "Lớp", "Số tiết"],
        [hoa.name.upper(), "TOÁN", "8B", 4],
        ["Không Có Ai", "Toán", "8A", 4],
        [hoa.name, "Bơi lội", "8A", 4],
        [hoa.name, "Toán", "9X", 4],
    )
    public_id = send(cast, content)
    assert [row.verdict for row in rows(cast, public_id)] == ["create", *["refuse"] * 3]
    reasons = [row.reasons[0] for row in rows(cast, public_id)[1:]]
    assert "Chưa có hồ sơ giáo viên “Không Có Ai”" in reasons[0]
    assert "Môn “Bơi lội”" in reasons[1]
    assert "Lớp “9X”" in reasons[2]
    assert apply_run(actor=cast.mai.actor, now=NOW, public_id=public_id) == "applied"
    assert TeachingAssignment.objects.count() == before + 1
    assert len(hoa.actor.grants) == grants + 1
    assert next(row.verdict for row in rows(cast, send(cast, content))) == "same"
    assert undo_run(actor=cast.mai.actor, now=NOW, public_id=public_id) == "undone"
    assert TeachingAssignment.objects.count() == before
    assert len(hoa.actor.grants) == grants


def test_missing_teachers_and_subjects_are_an_offer_on_the_preview(
    cast: Cast, load_short_codes: LoadCodes
) -> None:
    load_short_codes(NOW)
    set_scope(scope_of(cast.mai.actor))
    content = workbook(["Giáo viên", "Môn", "Lớp"], ["Lò Thị Mây", "Tin học", "8A(1)"])
    public_id = send(cast, content)
    assert rows(cast, public_id)[0].verdict == "refuse"
    answer_questions(actor=cast.mai.actor, now=NOW, public_id=public_id, options=BOTH)
    row = rows(cast, public_id)[0]
    assert row.verdict == "create"
    assert row.reasons == ["Sẽ lập hồ sơ cho giáo viên này."]
    staff = Staff.objects.count()
    subjects = table("organisations.ClassSubject").objects.count()
    apply_run(actor=cast.mai.actor, now=NOW, public_id=public_id)
    made = Staff.objects.get(name="Lò Thị Mây")
    assert (made.sex, Staff.objects.count()) == ("F", staff + 1)
    undo_run(actor=cast.mai.actor, now=NOW, public_id=public_id)
    assert Staff.objects.count() == staff
    assert table("organisations.ClassSubject").objects.count() == subjects


# --- the real workbook ------------------------------------------------------------------------


def as_the_school_writes() -> list[tuple[str, str]]:
    """Code and name of its 39 classes … as the third sheet of the workbook has them."""
    sheet = open_workbook(REAL).sheet("LOPVNEDU")
    return [(str(row[1]), str(row[0])) for row in sheet.rows[1:]]


@pytest.fixture
def upper_school(cast: Cast, load_short_codes: LoadCodes) -> Cast:
    load_short_codes(NOW)
    with scoped(EVERYTHING):
        table("organisations.School").objects.filter(pk=cast.school.pk).update(levels=["04"])
    set_scope(scope_of(cast.mai.actor))
    facts = [ClassFacts(name=name, code=code, grades=(code[:2],)) for code, name in _classes()]
    create_classes(actor=cast.mai.actor, now=NOW, school_id=cast.school.pk, year=YEAR, rows=facts)
    return cast


def _classes() -> list[tuple[str, str]]:
    return as_the_school_writes()


def in_the_file() -> tuple[int, int]:
    """Lines, and pairs of teacher, subject and class, counted without our own reader."""
    lines = open_workbook(REAL).sheet("PCGD_Mau1").rows[1:]
    told = [(row[0], row[1], code) for row in lines for code in _codes(str(row[2]))]
    return len([row for row in lines if row[0]]), len(set(told))


def _codes(text: str) -> list[str]:
    return re.findall(r"(\d\d[A-Z]+\d?)\(", text)


def test_the_real_workbook_imports_without_being_edited(upper_school: Cast) -> None:
    cast = upper_school
    public_id = send(cast, REAL.read_bytes(), **BOTH)
    told = rows(cast, public_id)
    lines, pairs = in_the_file()
    assert len(told) == lines == 115
    assert [(row.title, row.reasons) for row in told if row.verdict != "create"] == []
    repeated = [
        row for row in told if any("10 TOÁN 2" in why or "10T2" in why for why in row.reasons)
    ]
    assert len(repeated) == 1
    before = TeachingAssignment.objects.count(), Staff.objects.count()
    assert apply_run(actor=cast.mai.actor, now=NOW, public_id=public_id) == "applied"
    assert TeachingAssignment.objects.count() - before[0] == pairs
    assert {row.verdict for row in rows(cast, send(cast, REAL.read_bytes(), **BOTH))} == {"same"}
    undo_run(actor=cast.mai.actor, now=NOW, public_id=public_id)
    assert (TeachingAssignment.objects.count(), Staff.objects.count()) == before
