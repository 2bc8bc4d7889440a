"""A file against a book: who is meant, what each cell would become, and why not."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khue.gradebook.models import MarkRow
from khue.gradebook.services import lock_term
from khue.gradebook.sheets import NothingToImport
from khue.gradebook.tests.importing import Desk, cells_by_name, verdicts
from khue.gradebook.tests.mark_sheets import like_smas, like_vnedu, plain, workbook
from kit.fences import EVERYTHING, scoped
from kit.vietnamese import fold
from tests.cast import YEAR, Cast, enrol, make_student, table

MINH, DUONG, AN, ANH = "Triệu Quang Minh", "Đặng Thùy Dương", "Nông Văn Ân", "Hoàng Thị Ánh"
HEAD = ["STT", "Họ và tên", "TX1", "TX2", "TX3", "TX4", "GK", "CK"]


@pytest.fixture
def desk(cast: Cast) -> Desk:
    return Desk(cast)


def test_the_layout_of_vnedu_is_read_by_code_and_name(desk: Desk) -> None:
    [sheet] = desk.plan(
        like_vnedu(
            [
                ("2000000001", MINH, "09/03/2013", [8, 7.5, 9, 10, None, None, 6, 7, 7.4]),
                ("", DUONG, "09/03/2013", [8, None, "P", None, None, 9, 11, "tám", None]),
            ]
        )
    )
    assert (sheet.title, sheet.refusal, sheet.notes) == ("Toán 8A", "", ())
    found = cells_by_name(sheet)
    assert [cell.value for cell in found[MINH].values()] == [80, 75, 90, 100, 60, 70]
    assert {slot: str(one.verdict) for slot, one in found[DUONG].items()} == {
        "tx1": "create",
        "tx3": "create",
        "tx6": "refuse",
        "gk": "refuse",
        "ck": "refuse",
    }
    assert "có 4 cột thường xuyên" in found[DUONG]["tx6"].reason
    assert "“tám”" in found[DUONG]["ck"].reason
    assert sheet.slots == ("tx1", "tx2", "tx3", "tx4", "tx6", "gk", "ck")
    assert sheet.missing == (AN, ANH) or set(sheet.missing) == {AN, ANH}


def test_the_layout_of_smas_joins_names_and_compares_the_average(desk: Desk) -> None:
    marks = [8, 8, 8, 8, 7.5, 7.5]
    [sheet] = desk.plan(
        like_smas(
            [
                ("Triệu Quang", "Minh", "09/03/2013", [*marks, 7.7]),
                ("Nông Văn", "Ân", date(2013, 3, 9), [*marks, 9.9]),
            ]
        )
    )
    found = {row.name: row.notes for row in sheet.rows}
    assert found[MINH] == ()
    assert found[AN] == ("Kết quả học kì trong tệp là 9,9, tính từ các điểm thì được 7,7.",)


def test_names_match_without_diacritics_case_and_spaces(desk: Desk) -> None:
    rows = [HEAD, [1, "  TRIEU   quang MINH ", 8], [2, "Dang Thuy Duong", 7], [3, "Ai Đó", 6]]
    [sheet] = desk.plan(plain(rows))
    found = {row.name: row for row in sheet.rows}
    assert found[MINH].student_id == desk.cast.minh.student.pk
    assert found[MINH].notes == ("Trong tệp viết “TRIEU quang MINH”.",)
    assert found["Ai Đó"].student_id is None
    assert "Không có em nào tên này trong lớp 8A" in found["Ai Đó"].reason


@pytest.fixture
def namesakes(cast: Cast) -> list[Any]:
    """Two more pupils of one name, born on different days."""
    with scoped(EVERYTHING):
        made = [
            make_student(cast.school, "Vi Văn Tú", born=born) for born in ("2013-05-01", "2013-06")
        ]
        for one in made:
            enrol(one, cast.school_class)
    return made


def test_a_birth_date_tells_namesakes_apart(desk: Desk, namesakes: list[Any]) -> None:
    head = ["Họ và tên", "Ngày sinh", "GK"]
    rows = [head, ["Vi Văn Tú", "01/05/2013", 8], ["vi van tu", "15/06/2013", 9]]
    [sheet] = desk.plan(plain(rows))
    assert [row.student_id for row in sheet.rows] == [one.pk for one in namesakes]


def test_namesakes_without_anything_else_are_refused_with_a_reason(
    desk: Desk, namesakes: list[Any]
) -> None:
    [sheet] = desk.plan(plain([["Họ và tên", "GK"], ["Vi Văn Tú", 8]]))
    assert sheet.rows[0].student_id is None
    assert "Lớp có 2 em tên này" in sheet.rows[0].reason


def test_a_code_of_another_pupil_is_not_believed(desk: Desk) -> None:
    [sheet] = desk.plan(plain([["Mã HS", "Họ tên", "GK"], ["2000000001", DUONG, 8]]))
    assert f"là của {MINH}" in sheet.rows[0].reason


def test_two_rows_for_one_pupil_are_both_refused(desk: Desk) -> None:
    [sheet] = desk.plan(plain([["Họ tên", "GK"], [MINH, 8], [MINH, 9], [DUONG, 7]]))
    assert [str(row.verdict) for row in sheet.rows] == ["refuse", "refuse", "create"]


def test_blank_cells_leave_marks_alone_and_equal_ones_are_grey(desk: Desk) -> None:
    minh = desk.cast.minh.student
    desk.type(minh, "tx1", "8")
    desk.type(minh, "tx2", "7")
    desk.type(minh, "gk", "6")
    [sheet] = desk.plan(plain([HEAD, [1, MINH, 8, None, "", "-", 9]]))
    assert verdicts(sheet) == {MINH: {"tx1": "same", "gk": "change"}}
    assert (cells_by_name(sheet)[MINH]["gk"].old, cells_by_name(sheet)[MINH]["gk"].new) == (
        "6,0",
        "9,0",
    )


def test_a_comment_subject_refuses_numbers(desk: Desk, cast: Cast) -> None:
    with scoped(EVERYTHING):
        place = cast.sports
        table("access.Grant").objects.filter(account=cast.hoa.account).update(
            place=f"{cast.school.organisation.path}c{cast.school_class.pk}/s{place.pk}/"
        )
    sports = Desk(cast, subject=place)
    [sheet] = sports.plan(plain([["Họ tên", "TX1", "TX2", "GK"], [MINH, "Đ", "cđ", 8]]))
    assert verdicts(sheet) == {MINH: {"tx1": "create", "tx2": "create", "gk": "refuse"}}


def test_a_pasted_block_needs_neither_names_nor_heads(desk: Desk) -> None:
    [sheet] = desk.plan("8,5\t7\n\t\n9\t10\n")
    pupils = [row.name for row in sheet.rows]
    assert pupils == [AN, "Đặng Thùy Dương"] or len(pupils) == 2
    assert "theo thứ tự danh sách lớp" in sheet.notes[0]
    assert [[cell.value for cell in row.cells] for row in sheet.rows] == [[85, 70], [90, 100]]


def test_a_pasted_block_with_names_but_no_heads_is_matched_by_name(desk: Desk) -> None:
    [sheet] = desk.plan(f"1\t{DUONG}\t8\t9\n2\t{MINH}\t7\t6\n3\t{AN}\t5\t4\n")
    found = {row.name: [cell.value for cell in row.cells] for row in sheet.rows}
    assert found == {DUONG: [80, 90], MINH: [70, 60], AN: [50, 40]}
    assert sheet.notes == ()


def test_heads_without_names_are_matched_in_order(desk: Desk) -> None:
    [sheet] = desk.plan("GK\tCK\n8\t9\n7\t6\n")
    assert [[cell.slot for cell in row.cells] for row in sheet.rows] == [["gk", "ck"]] * 2


def test_two_thousand_rows_for_a_small_class_are_refused_row_by_row(desk: Desk) -> None:
    [sheet] = desk.plan("8\n" * 2000)
    refused = [row for row in sheet.rows if row.student_id is None]
    assert len(refused) == 1996
    assert "chỉ có 4 dòng" in refused[0].reason


def test_the_wrong_term_and_the_wrong_subject_are_noticed(desk: Desk) -> None:
    of_term = like_vnedu([("", MINH, "", [8] * 9)], title="HỌC KỲ II")
    assert "Trang này ghi là học kì II" in desk.plan(of_term)[0].refusal
    rows = [["Môn: Ngữ văn"], ["Họ tên", "GK"], [MINH, 8]]
    assert "không phải Toán 8A" in desk.plan(plain(rows))[0].refusal
    rows = [["Lớp 8B"], ["Họ tên", "GK"], [MINH, 8]]
    assert "ghi lớp 8B" in desk.plan(plain(rows))[0].notes[0]


def test_a_file_without_marks_is_refused_in_words(desk: Desk) -> None:
    with pytest.raises(NothingToImport, match="Không thấy cột điểm"):
        desk.plan(plain([["Họ tên", "Địa chỉ"], [MINH, "Xã Suối Trong"]]))


def test_an_unknown_column_can_be_named_by_hand(desk: Desk) -> None:
    content = plain([["Họ tên", "15 phút", "GK"], [MINH, 8, 7]])
    assert list(verdicts(desk.plan(content)[0])[MINH]) == ["gk"]
    [sheet] = desk.plan(content, answers={0: {1: "tx2"}})
    assert cells_by_name(sheet)[MINH]["tx2"].value == 80


def test_a_workbook_of_the_class_takes_only_ones_own_subjects(desk: Desk) -> None:
    rows: list[Any] = [["Họ tên", "GK"], [MINH, 8]]
    found = desk.plan_class(
        workbook(("Toán", rows, []), ("Ngữ văn", rows, []), ("Âm nhạc", rows, []))
    )
    by_name = {one.name: one for one in found}
    assert verdicts(by_name["Toán"]) == {MINH: {"gk": "create"}}
    assert "không được phân công" in by_name["Ngữ văn"].refusal
    assert "Không rõ trang “Âm nhạc”" in by_name["Âm nhạc"].refusal
    assert by_name["Ngữ văn"].rows == ()


@pytest.fixture
def filled(cast: Cast) -> Cast:
    """A book of 9 pupils; a pupil has left, one has no code."""
    with scoped(EVERYTHING):
        for number in range(4):
            one = make_student(cast.school, f"Lò Thị Số {number}", code=f"200000001{number}")
            enrol(one, cast.school_class)
        gone = make_student(cast.school, "Quàng Văn Đi")
        enrol(gone, cast.school_class, status="transferred_out", ends_on=date(2026, 10, 1))
    return cast


def fill(cast: Cast, marks: dict[int, dict[str, int | None]]) -> None:
    with scoped(EVERYTHING):
        pupils = list(
            table("records.Enrolment")
            .objects.filter(school_class=cast.school_class)
            .order_by("student_id")
            .values_list("student_id", flat=True)
        )
        MarkRow.objects.all().delete()
        for place, row in marks.items():
            MarkRow.objects.create(
                year=YEAR,
                class_subject=cast.maths,
                term=1,
                student_id=pupils[place % len(pupils)],
                school=cast.school,
                province=cast.department,
                **row,
            )


MARK = st.one_of(st.none(), st.integers(-2, 100))
ROWS = st.dictionaries(
    st.integers(0, 8),
    st.fixed_dictionaries(dict.fromkeys(("tx1", "tx2", "tx3", "tx4", "gk", "ck"), MARK)),
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(marks=ROWS)
def test_a_book_read_back_changes_nothing(
    filled: Cast, marks: dict[int, dict[str, int | None]]
) -> None:
    fill(filled, marks)
    [sheet] = Desk(filled).plan(Desk(filled).exported())
    assert {str(cell.verdict) for cell in sheet.cells} <= {"same"}
    assert sheet.missing == ()
    held = sum(mark is not None for row in marks.values() for mark in row.values())
    assert sheet.counts["same"] == held


SPELLINGS = {
    "name": ["Họ và tên", "HỌ TÊN", "Họ tên học sinh", "hovaten"],
    "tx1": ["ĐĐGtx 1", "TX1", "Thường xuyên 1", "KTTX1"],
    "tx2": ["ĐĐGtx2", "TX 2", "Đánh giá thường xuyên lần 2"],
    "gk": ["ĐĐGgk", "GK", "Giữa kỳ", "KT giữa kì", "Điểm giữa kì"],
    "ck": ["ĐĐGck", "CK", "Cuối kỳ", "Thi học kì", "Điểm cuối kì"],
    "stt": ["STT", "TT", "Số TT"],
    "result": ["TBM", "ĐTBmhk", "ĐTB"],
}


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 10**6))
def test_the_order_of_rows_and_columns_and_the_words_of_heads_do_not_matter(
    cast: Cast, seed: int
) -> None:
    luck = random.Random(seed)
    values = {
        name: {slot: luck.choice([None, *range(101)]) for slot in ("tx1", "tx2", "gk", "ck")}
        for name in (MINH, DUONG, AN, ANH)
    }
    keys = list(SPELLINGS)
    luck.shuffle(keys)
    rows: list[list[Any]] = [["Trường THCS Sao Khuê"]] * luck.randrange(3)
    rows.append([luck.choice(SPELLINGS[key]) for key in keys])
    names = list(values)
    luck.shuffle(names)
    for number, name in enumerate(names, 1):
        written = luck.choice([name, name.upper(), fold(name)])
        told: dict[str, Any] = {"stt": number, "name": written, "result": None}
        told |= {slot: None if mark is None else mark / 10 for slot, mark in values[name].items()}
        rows.append([told[key] for key in keys])
    [sheet] = Desk(cast).plan(plain(rows))
    found = {
        name: {slot: cell.value for slot, cell in cells.items()}
        for name, cells in cells_by_name(sheet).items()
    }
    wanted = {
        name: {slot: mark for slot, mark in row.items() if mark is not None}
        for name, row in values.items()
    }
    assert found == wanted


def test_a_locked_term_and_a_pupil_who_left_are_refused_before_writing(filled: Cast) -> None:
    desk = Desk(filled)
    content = plain([["Họ tên", "GK"], [MINH, 8], ["Quàng Văn Đi", 7]])
    by_name = cells_by_name(desk.see(desk.keep(content)).sheets[0])
    assert str(by_name[MINH]["gk"].verdict) == "create"
    assert "đã rời lớp" in by_name["Quàng Văn Đi"]["gk"].reason
    with scoped(EVERYTHING):
        lock_term(
            actor=filled.mai.actor,
            now=desk.see(desk.keep(content)).run.created_at,
            school_id=filled.school.pk,
            year=YEAR,
            term=1,
        )
    by_name = cells_by_name(desk.see(desk.keep(content)).sheets[0])
    assert "đã khóa" in by_name[MINH]["gk"].reason
    assert desk.marks(filled.minh.student) == {}
