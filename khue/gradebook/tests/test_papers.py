"""Books on paper: right pages, right names, right rights; what they tell and to whom."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from khue.access.api import OutsidePlace, Refused, actor_of_account
from khue.background.services.running import run_task
from khue.gradebook.services import CellChange, enter_marks
from khue.gradebook.services.papers import (
    own_order,
    print_class_book,
    print_class_list,
    print_class_table,
    print_teacher_book,
    start_school_books,
    take_order,
)
from khue.ledger.api import reads_of
from kit.fences import EVERYTHING, Scope, scoped, set_scope
from kit.vietnamese import given_name_key, search_key
from tests.cast import (
    NOW,
    TODAY,
    YEAR,
    Cast,
    enrol,
    make_cast,
    make_class,
    make_class_subject,
    make_student,
    table,
)

HOUR = timedelta(hours=1)
A4 = {(595, 842), (842, 595)}
EVERY_LETTER = "Ằng Ẳm Ẵn Ặc Ấp Ầm Ẩn Ẫm Ậu Ề Ể Ễ Ệ Ố Ồ Ổ Ỗ Ộ Ớ Ờ Ở Ỡ Ợ Ứ Ừ Ử Ữ Ự Ỳ Ỷ Ỹ Ỵ ơ ư đ"


def pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def page_with(content: bytes, *texts: str) -> str:
    """The first page on which all these texts stand."""
    found = [page for page in pages(content) if all(text in page for text in texts)]
    assert found, texts
    return found[0]


def line_of(page: str, name: str) -> str:
    return next(line for line in page.splitlines() if name in line)


def class_book(cast: Cast, who: str = "binh") -> bytes:
    actor = cast.people[who].actor
    with scoped(Scope(schools=(cast.school.pk,))):
        printed = print_class_book(actor=actor, now=NOW, class_id=cast.school_class.pk)
    assert printed.name == "so-theo-doi-8a-2026-2027.pdf"
    return printed.content


def enter_mark(cast: Cast, *changes: CellChange, at: datetime = NOW, reason: str = "") -> None:
    actor = cast.hoa.actor
    with scoped(Scope(schools=(cast.school.pk,))):
        enter_marks(
            actor=actor,
            now=at,
            class_subject_id=cast.maths.pk,
            term=1,
            changes=changes,
            reason=reason,
        )


def rename(cast: Cast, name: str) -> None:
    with scoped(EVERYTHING):
        table("records.Student").objects.filter(pk=cast.minh.student.pk).update(
            name=name, name_key=given_name_key(name), name_search=search_key(name)
        )


def test_the_book_of_a_class_has_every_page_of_the_official_one(cast: Cast) -> None:
    found = pages(class_book(cast))
    heads = [next((line for line in page.splitlines() if line.isupper()), "") for page in found]
    wanted = [
        "UBND XÃ SUỐI TRONG",
        "SỔ THEO DÕI VÀ ĐÁNH GIÁ HỌC SINH",
        "HƯỚNG DẪN SỬ DỤNG SỔ",
        "SƠ YẾU LÍ LỊCH HỌC SINH",
        *["THEO DÕI CHUYÊN CẦN"] * 9,
        "NGỮ VĂN – HỌC KÌ I",
        "TOÁN – HỌC KÌ I",
        "GIÁO DỤC THỂ CHẤT – HỌC KÌ I",
        "TỔNG HỢP KẾT QUẢ ĐÁNH GIÁ HỌC KÌ I",
        "NGỮ VĂN – HỌC KÌ II",
        "TOÁN – HỌC KÌ II",
        "GIÁO DỤC THỂ CHẤT – HỌC KÌ II",
        "TỔNG HỢP KẾT QUẢ ĐÁNH GIÁ HỌC KÌ II",
        "TỔNG HỢP KẾT QUẢ ĐÁNH GIÁ CẢ NĂM",
        "KẾT QUẢ ĐÁNH GIÁ CẢ NĂM HỌC",
        "NHẬN XÉT CỦA HIỆU TRƯỞNG",
    ]
    assert heads == wanted
    assert "Trang" not in found[0]
    assert f"Trang 1/{len(found) - 1}" in found[1]


def test_pages_are_a4_and_typefaces_travel_with_the_file(cast: Cast) -> None:
    reader = PdfReader(io.BytesIO(class_book(cast)))
    sizes = {(round(page.mediabox.width), round(page.mediabox.height)) for page in reader.pages}
    assert sizes == A4
    assert {name for page in reader.pages for name in typefaces(page)} == {
        "Tinos-Regular",
        "Tinos-Bold",
        "Tinos-Italic",
    }


def typefaces(page: Any) -> list[str]:
    """The names of the typefaces of a page; each must be embedded."""
    named = []
    for font in page["/Resources"]["/Font"].values():
        inner = font.get_object()["/DescendantFonts"][0].get_object()
        assert "/FontFile2" in inner["/FontDescriptor"].get_object()
        named.append(str(inner["/BaseFont"]).split("+")[-1])
    return named


def test_the_file_says_what_it_is(cast: Cast) -> None:
    reader = PdfReader(io.BytesIO(class_book(cast)))
    assert reader.metadata is not None
    assert reader.metadata.title == "Sổ theo dõi và đánh giá học sinh lớp 8A, năm học 2026-2027"
    root: Any = reader.root_object
    assert root["/Lang"] == "vi-VN"
    assert root["/MarkInfo"]["/Marked"].value


@pytest.mark.parametrize(
    "name",
    [
        EVERY_LETTER,
        unicodedata.normalize("NFD", "Nguyễn Thị Hường"),
        "#eval(1+1) $x$ *a* _b_ @c <d> \\e `f` [g] {h}",
    ],
)
def test_a_name_stands_as_it_is_written(cast: Cast, name: str) -> None:
    rename(cast, name)
    page = page_with(class_book(cast), "TOÁN – HỌC KÌ I")
    whole = re.sub(r"\s+", " ", page)
    assert unicodedata.normalize("NFC", name) in whole


def test_a_name_that_no_typeface_shows_does_not_stop_the_book(cast: Cast) -> None:
    rename(cast, "Minh 😀 \u202e\u200b" + "Ơ" * 80)
    page = page_with(class_book(cast), "TOÁN – HỌC KÌ I")
    assert "Minh \ufffd" in page


def test_marks_stand_in_their_cells_and_a_correction_keeps_the_old_value(cast: Cast) -> None:
    minh = cast.minh.student
    enter_mark(cast, CellChange(minh.pk, "tx1", None, 75), CellChange(minh.pk, "gk", None, 60))
    enter_mark(cast, CellChange(minh.pk, "gk", 60, 65), at=NOW + HOUR, reason="Cộng nhầm điểm")
    page = page_with(class_book(cast), "TOÁN – HỌC KÌ I")
    assert re.search(r"Triệu Quang Minh\s+7,5\s+6,0\s*6,5", page), page
    assert "Trang này có sửa chữa ở 1 chỗ." in page
    assert "Nông Thị Hoa" in page


def test_two_prints_at_one_moment_are_the_same_bytes(cast: Cast) -> None:
    assert class_book(cast) == class_book(cast)


def test_files_of_pupils_stand_in_the_book_and_each_look_is_noted(cast: Cast) -> None:
    page = page_with(class_book(cast), "SƠ YẾU LÍ LỊCH HỌC SINH")
    assert "Đàm Thị Lan" in page
    assert "09/03/2013" in page
    with scoped(EVERYTHING):
        reads = reads_of(f"student:{cast.minh.student.pk}")
    assert [(one.actor_name, "sơ yếu lí lịch" in one.fields) for one in reads] == [
        (cast.binh.name, True)
    ]


def test_a_guardian_kept_away_stands_on_no_paper(cast: Cast) -> None:
    with scoped(EVERYTHING):
        table("records.Guardianship").objects.update(blocked_reason="Quyết định của tòa án")
    assert "Đàm Thị Lan" not in page_with(class_book(cast), "SƠ YẾU LÍ LỊCH HỌC SINH")


def test_the_book_of_a_class_is_for_those_who_may_read_all_of_it(cast: Cast) -> None:
    for who, error in [("hoa", Refused), ("nam", OutsidePlace), ("stranger", OutsidePlace)]:
        with scoped(EVERYTHING), pytest.raises(error):
            print_class_book(actor=cast.people[who].actor, now=NOW, class_id=cast.school_class.pk)


def test_a_class_costs_the_same_number_of_questions_whatever_its_size(cast: Cast) -> None:
    actor = cast.binh.actor
    with scoped(Scope(schools=(cast.school.pk,))), CaptureQueriesContext(connection) as seen:
        print_class_book(actor=actor, now=NOW, class_id=cast.school_class.pk)
    assert len(seen) <= 34, [one["sql"][:80] for one in seen]


def test_a_teachers_book_has_her_own_subjects_only(cast: Cast) -> None:
    enter_mark(cast, CellChange(cast.minh.student.pk, "ck", None, 80))
    with scoped(Scope(schools=(cast.school.pk,))):
        printed = print_teacher_book(actor=cast.hoa.actor, now=NOW, staff_id=cast.hoa.staff.pk)
    assert printed.name == "so-giao-vien-nong-thi-hoa.pdf"
    first = page_with(printed.content, "TOÁN – LỚP 8A – HỌC KÌ I")
    assert re.search(r"2000000001\s+Triệu Quang Minh\s+09/03/2013\s+8,0", first), first
    assert not any("NGỮ VĂN" in page for page in pages(printed.content))


def test_nobody_prints_the_book_of_a_colleague_whose_subjects_she_may_not_open(cast: Cast) -> None:
    with scoped(EVERYTHING), pytest.raises(OutsidePlace):
        print_teacher_book(actor=cast.nam.actor, now=NOW, staff_id=cast.hoa.staff.pk)


def test_a_list_names_whom_the_decision_names(cast: Cast) -> None:
    decide(cast, outcome="PROMOTED", conduct_year=0, learning_year=1, award="GIOI")
    listed = {
        key: "Triệu Quang Minh" in "".join(pages(class_list(cast, key)))
        for key in ("len-lop", "danh-gia-lai", "ren-luyen-he", "khong-len-lop", "khen-thuong")
    }
    assert [key for key, named in listed.items() if named] == ["len-lop", "khen-thuong"]


def test_a_list_without_pupils_says_so_and_an_unknown_one_is_not_there(cast: Cast) -> None:
    text = "".join(pages(class_list(cast, "khong-len-lop")))
    assert "Không có học sinh nào trong danh sách này." in text
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    with pytest.raises(OutsidePlace):
        class_list(cast, "la")


def class_list(cast: Cast, key: str) -> bytes:
    actor = cast.binh.actor
    with scoped(Scope(schools=(cast.school.pk,))):
        return print_class_list(
            actor=actor, now=NOW, class_id=cast.school_class.pk, listed=key
        ).content


def decide(cast: Cast, **decided: Any) -> None:
    with scoped(EVERYTHING):
        table("gradebook.StudentResult").objects.create(
            year=YEAR,
            school_class=cast.school_class,
            student=cast.minh.student,
            school=cast.school,
            province=cast.department,
            grade="08",
            **decided,
        )


def test_what_was_decided_stands_on_the_last_pages(cast: Cast) -> None:
    decide(
        cast,
        outcome="PROMOTED",
        conduct1=0,
        conduct_year=0,
        learning1=1,
        learning_year=2,
        absent_with=3,
        award="",
    )
    book = class_book(cast)
    decision = page_with(book, "KẾT QUẢ ĐÁNH GIÁ CẢ NĂM HỌC")
    assert re.search(r"Triệu Quang Minh\s+Tốt\s+Đạt\s+3\s+x", decision), decision
    first = page_with(book, "TỔNG HỢP KẾT QUẢ ĐÁNH GIÁ HỌC KÌ I")
    assert re.search(r"Triệu Quang Minh\s+Khá\s+Tốt", first), first


def test_a_whole_school_is_printed_behind_the_scenes_for_its_owner_only(
    committed_database: str, settings: Any, tmp_path: Any
) -> None:
    settings.DATA_DIR = tmp_path
    set_scope(EVERYTHING)
    cast = make_cast()
    mai = actor_of_account(cast.mai.account.pk, cast.mai.name, TODAY)
    key = start_school_books(actor=mai, now=NOW, school_id=cast.school.pk, year=YEAR)
    run_task(table("background.Task").objects.get().pk, clock=lambda: NOW)
    order = own_order(mai, key, NOW)
    assert order.task.text == "Đã in sổ của 2 lớp. Tệp được giữ 24 giờ."
    assert names_in(take_order(mai, key, NOW).content) == [
        "so-theo-doi-8a-2026-2027.pdf",
        "so-theo-doi-8b-2026-2027.pdf",
    ]
    assert not any(b"%PDF" in file.read_bytes() for file in tmp_path.rglob("*.sealed"))
    with pytest.raises(OutsidePlace):
        take_order(cast.thu.actor, key, NOW)
    assert own_order(mai, key, NOW + 25 * HOUR).is_over
    with pytest.raises(OutsidePlace):
        take_order(mai, key, NOW + 25 * HOUR)


def names_in(archive: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert opened.testzip() is None
        return opened.namelist()


def test_a_whole_school_is_for_its_leaders(cast: Cast) -> None:
    for who, error in [("hoa", Refused), ("binh", Refused), ("nam", OutsidePlace)]:
        with scoped(EVERYTHING), pytest.raises(error):
            start_school_books(
                actor=cast.people[who].actor, now=NOW, school_id=cast.school.pk, year=YEAR
            )


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/in-so/", {"hoa": 200, "binh": 200, "mai": 200, "lan": 403, "nobody": 302}),
        ("/in-so/lop/{class}/", {"hoa": 403, "binh": 200, "mai": 200, "nam": 404, "lan": 403}),
        ("/in-so/lop/{class}/len-lop/", {"hoa": 403, "binh": 200, "nam": 404, "minh": 403}),
        ("/in-so/lop/{class}/gi-do/", {"binh": 404}),
        ("/in-so/cua-toi/", {"hoa": 200, "nam": 200, "mai": 404, "lan": 403}),
        ("/in-so/giao-vien/{hoa}/", {"hoa": 200, "mai": 200, "nam": 404}),
        (f"/in-so/{UUID(int=7)}/", {"mai": 404, "hoa": 403}),
        (f"/in-so/{UUID(int=7)}/tai-ve/", {"mai": 404, "hoa": 403}),
    ],
)
def test_each_person_gets_what_her_place_gives(
    cast: Cast, path: str, wanted: dict[str, int]
) -> None:
    at = path.replace("{class}", str(cast.school_class.pk)).replace("{hoa}", str(cast.hoa.staff.pk))
    assert {who: cast.client(who).get(at).status_code for who in wanted} == wanted


def test_the_wide_table_of_a_class_has_its_subjects_and_levels(cast: Cast) -> None:
    decide(cast, conduct1=0, learning1=1)
    actor = cast.binh.actor
    with scoped(Scope(schools=(cast.school.pk,))):
        printed = print_class_table(actor=actor, now=NOW, class_id=cast.school_class.pk, period=1)
    page = page_with(printed.content, "BẢNG TỔNG HỢP KẾT QUẢ ĐÁNH GIÁ GIÁO DỤC CỦA LỚP")
    assert "Lớp 8A – Học kì I, năm học 2026 – 2027" in page
    assert re.search(r"Triệu Quang Minh\s+Khá\s+Tốt", page), page


def test_a_primary_class_prints_its_four_points(cast: Cast) -> None:
    with scoped(EVERYTHING):
        room = make_class(cast.school, "5A", "05")
        table("organisations.SchoolClass").objects.filter(pk=room.pk).update(level="02")
        room.refresh_from_db()
        make_class_subject(room, cast.maths.subject, regular_marks=0)
        child = make_student(cast.school, "Lò Thị Sen")
        enrol(child, room)
        printed = [
            print_class_table(actor=cast.mai.actor, now=NOW, class_id=room.pk, period=point)
            for point in (1, 2, 3, 4)
        ]
        with pytest.raises(OutsidePlace):
            print_class_table(actor=cast.mai.actor, now=NOW, class_id=room.pk, period=5)
    assert ["Lò Thị Sen" in "".join(pages(one.content)) for one in printed] == [True] * 4
    last = "".join(pages(printed[3].content))
    assert "Điểm KTĐK" in last
    assert "Hoàn thành xuất sắc: 0" in re.sub(r"\s+", " ", last)
