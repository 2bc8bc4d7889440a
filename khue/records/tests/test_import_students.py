"""Students from a sheet as schools have it: read, matched, compared, written, taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khue.access.api import scope_of
from khue.intake.queries.runs import RowView, plan_page, rows_of, run_view
from khue.intake.services.applying import apply_run
from khue.intake.services.runs import receive_file
from khue.intake.services.undoing import UndoRefused, undo_run
from khue.intake.tests.sheets import workbook
from khue.records.models import Enrolment, Guardian, Guardianship, RegisterEntry, Student
from khue.records.services.importing_students import STUDENT_TABLES
from kit.fences import EVERYTHING, scoped, set_scope
from kit.row_history import Selection, take_picture
from tests.cast import NOW, YEAR, Cast, table

LIMIT = 20 * 1024 * 1024
HEADER = [
    "STT",
    "Mã học sinh",
    "Họ và tên",
    "Ngày sinh",
    "Nữ",
    "Dân tộc",
    "Lớp",
    "Nơi sinh",
    "Số CCCD",
    "Họ tên bố",
    "SĐT bố",
    "Diện chính sách",
]
Send = Callable[..., UUID]


def a_row(name: str, **more: Any) -> list[Any]:
    cells = {
        "STT": 1,
        "Họ và tên": name,
        "Ngày sinh": "9/3/2013",
        "Lớp": "8A",
        **{key.replace("_", " "): value for key, value in more.items()},
    }
    return [cells.get(title) for title in HEADER]


@pytest.fixture
def lists(cast: Cast) -> None:
    with scoped(EVERYTHING):
        for name, code, title in [
            ("ethnic-groups", "01", "Kinh"),
            ("ethnic-groups", "02", "Tày"),
            ("policy-groups", "04", "Con thương binh"),
            ("religions", "01", "Phật giáo"),
        ]:
            table("organisations.Code").objects.create(list=name, code=code, name=title)


@pytest.fixture
def send(cast: Cast, lists: None) -> Send:
    set_scope(scope_of(cast.mai.actor))
    return sender(cast)


def sender(cast: Cast) -> Send:
    def sent(*rows: list[Any], header: list[str] = HEADER) -> UUID:
        content = workbook(["TRƯỜNG THCS SAO KHUÊ"], ["DANH SÁCH HỌC SINH"], [], header, *rows)
        received = receive_file(
            actor=cast.mai.actor,
            now=NOW,
            school_id=cast.school.pk,
            kind="hoc-sinh",
            year=YEAR,
            file_name="hs.xlsx",
            content=content,
            limit_bytes=LIMIT,
        )
        return received.public_id

    return sent


def rows(cast: Cast, public_id: UUID) -> list[RowView]:
    view = run_view(actor=cast.mai.actor, public_id=public_id)
    assert view.state == "planned", view.problem
    return rows_of(plan_page(actor=cast.mai.actor, public_id=public_id, verdict="", page=1))


def the_row(cast: Cast, public_id: UUID) -> RowView:
    (found,) = rows(cast, public_id)
    return found


def apply(cast: Cast, public_id: UUID) -> None:
    assert apply_run(actor=cast.mai.actor, now=NOW, public_id=public_id) == "applied"


def everything(cast: Cast) -> dict[Any, Any]:
    """Every row of records, as the database holds it."""
    with scoped(EVERYTHING):
        ids = {
            name: list(table(label).objects.values_list("id", flat=True))
            for name, label in {
                "records_student": "records.Student",
                "records_guardian": "records.Guardian",
                "records_guardianship": "records.Guardianship",
                "records_enrolment": "records.Enrolment",
                "records_registerentry": "records.RegisterEntry",
                "access_grant": "access.Grant",
            }.items()
        }
        return take_picture(Selection(name, "id", held) for name, held in ids.items())


def test_a_new_student_comes_with_class_family_and_register_number(cast: Cast, send: Send) -> None:
    public_id = send(
        a_row(
            "đỗ thị  bích NGỌC",
            Nữ="x",
            Dân_tộc="Tày",
            Số_CCCD="015313012345",
            Họ_tên_bố="Đỗ Văn Bình",
            SĐT_bố="0912 345 678",
            Diện_chính_sách="Con thương binh",
            Mã_học_sinh="2012345678",
        )
    )
    row = the_row(cast, public_id)
    assert (row.verdict, row.reasons) == ("create", [])
    assert ["Số định danh", "•••345"] in [list(pair) for pair in row.facts]
    apply(cast, public_id)
    made = Student.objects.get(code="2012345678", name="Đỗ Thị Bích Ngọc")
    assert (made.sex, made.born, made.ethnic_group) == ("F", "2013-03-09", "02")
    assert made.policies_sealed
    assert made.personal_number_digest
    seat = Enrolment.objects.get(student=made)
    assert (seat.school_class_id, seat.starts_on) == (cast.school_class.pk, date(2026, 9, 7))
    link = Guardianship.objects.select_related("guardian").get(student=made)
    assert (link.relation, link.guardian.phone) == ("father", "0912345678")
    assert RegisterEntry.objects.get(student=made).number > 0


BAD = {
    "31/2": (a_row("An Văn Bình", Ngày_sinh="31/2/2013"), "không có ngày 31"),
    "unknown class": (a_row("An Văn Bình", Lớp="9Z"), "Lớp “9Z” không có trong năm học 2026-2027"),
    "unknown ethnic group": (a_row("An Văn Bình", Dân_tộc="Hỏa tinh"), "không có trong danh mục"),
    "short number": (a_row("An Văn Bình", Số_CCCD="123"), "12 chữ số"),
    "no name": (a_row(""), "chưa có họ và tên"),
    "wrong phone": (a_row("An Văn Bình", Họ_tên_bố="An Văn Cả", SĐT_bố="12"), "Cha:"),
    "born tomorrow": (a_row("An Văn Bình", Ngày_sinh="9/3/2030"), "Ngày sinh"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_row_that_cannot_be_is_refused_with_the_reason(cast: Cast, send: Send, case: str) -> None:
    row, reason = BAD[case]
    refused = the_row(cast, send(row))
    assert refused.verdict == "refuse"
    assert any(reason in told for told in refused.reasons), refused.reasons


def test_a_number_twice_in_the_file_names_the_first_row(cast: Cast, send: Send) -> None:
    public_id = send(
        a_row("An Văn Bình", Số_CCCD="015213012345"), a_row("Lò Thị Cúc", Số_CCCD="015213012345")
    )
    assert [row.verdict for row in rows(cast, public_id)] == ["create", "refuse"]
    assert "dòng 5" in rows(cast, public_id)[1].reasons[0]


def test_a_number_of_another_school_is_refused_without_telling_whose(
    cast: Cast, send: Send
) -> None:
    from khue.records.queries.sealed import number_digest

    digest = number_digest("015213012345", "student")
    with scoped(EVERYTHING):
        Student.objects.filter(pk=cast.other_student.pk).update(personal_number_digest=digest)
    refused = the_row(cast, send(a_row("An Văn Bình", Số_CCCD="015213012345")))
    assert refused.verdict == "refuse"
    assert "ở trường khác" in refused.reasons[0]
    assert cast.other_student.name not in " ".join(refused.reasons)


def test_a_student_who_stands_is_matched_by_name_and_birth_and_only_compared(
    cast: Cast, send: Send
) -> None:
    minh = cast.minh.student
    row = a_row(minh.name.upper(), Ngày_sinh=_printed(minh.born), Nơi_sinh="Lào Cai")
    told = the_row(cast, send(row))
    assert told.verdict == "change"
    assert [list(one) for one in told.differences] == [["Nơi sinh", "", "Lào Cai"]]


def _printed(born: str) -> str:
    return "/".join(reversed(born.split("-")))


def test_the_same_file_twice_changes_nothing_the_second_time(cast: Cast, send: Send) -> None:
    row = a_row(
        "Đỗ Thị Bích Ngọc",
        Nữ="x",
        Dân_tộc="Kinh",
        Họ_tên_bố="Đỗ Văn Bình",
        SĐT_bố="0912345678",
        Diện_chính_sách="04",
        Số_CCCD="015313012345",
    )
    apply(cast, send(row))
    assert the_row(cast, send(row)).verdict == "same"


def test_a_student_moves_to_the_class_of_the_file(cast: Cast, send: Send) -> None:
    minh = cast.minh.student
    public_id = send(a_row(minh.name, Ngày_sinh=_printed(minh.born), Lớp="8B"))
    before = everything(cast)
    apply(cast, public_id)
    seat = Enrolment.objects.get(student=minh, ends_on__isnull=True)
    assert seat.school_class_id == cast.sister_class.pk
    undo_run(actor=cast.mai.actor, now=NOW, public_id=public_id)
    assert everything(cast) == before


def test_excel_serials_two_name_columns_and_given_register_numbers(cast: Cast, send: Send) -> None:
    header = ["TT", "Họ đệm", "Tên", "Ngày tháng năm sinh", "Phái", "Tên lớp", "Số đăng bộ"]
    public_id = send([1, "Nguyễn Thị Kim", "Anh", 41342, "Nữ", "Lớp 8A", 1280], header=header)
    assert the_row(cast, public_id).verdict == "create"
    apply(cast, public_id)
    made = Student.objects.get(name="Nguyễn Thị Kim Anh")
    assert made.born == "2013-03-09"
    assert RegisterEntry.objects.get(student=made).number == 1280
    taken = the_row(cast, send([1, "Lê Văn", "Ba", 41342, "Nam", "8A", 1280], header=header))
    assert "1280 đã ghi" in taken.reasons[0]


def test_brothers_in_one_file_share_their_father(cast: Cast, send: Send) -> None:
    public_id = send(
        a_row("Đỗ Văn Một", Họ_tên_bố="Đỗ Văn Cha", SĐT_bố="0912345678"),
        a_row("Đỗ Văn Hai", Họ_tên_bố="Đỗ Văn Cha", SĐT_bố="0912345678", Ngày_sinh="1/1/2012"),
    )
    apply(cast, public_id)
    assert Guardian.objects.filter(phone="0912345678").count() == 1


def test_a_parent_with_an_account_sees_the_new_child_until_the_undo(cast: Cast, send: Send) -> None:
    lan = cast.lan.guardian
    with scoped(EVERYTHING):
        Guardian.objects.filter(pk=lan.pk).update(phone="0987654321")
    header = [*HEADER, "Họ tên mẹ", "SĐT mẹ"]
    row = [*a_row("Lê Thị Út", Nữ="x"), lan.name, "0987654321"]
    public_id = send(row, header=header)
    children = len(cast.lan.actor.grants)
    apply(cast, public_id)
    assert len(cast.lan.actor.grants) == children + 1
    undo_run(actor=cast.mai.actor, now=NOW, public_id=public_id)
    assert len(cast.lan.actor.grants) == children


def test_a_file_used_since_stops_the_undo(cast: Cast, send: Send) -> None:
    public_id = send(a_row("Đỗ Văn Một"), a_row("Đỗ Văn Hai", Ngày_sinh="1/1/2012"))
    apply(cast, public_id)
    Student.objects.filter(name="Đỗ Văn Hai").update(address="Bản Mới", version=2)
    with pytest.raises(UndoRefused) as refused:
        undo_run(actor=cast.mai.actor, now=NOW, public_id=public_id)
    assert refused.value.titles == ["Đỗ Văn Hai"]
    assert Student.objects.filter(name__in=["Đỗ Văn Một", "Đỗ Văn Hai"]).count() == 2


def test_formulas_and_html_stay_plain_text(cast: Cast, send: Send) -> None:
    public_id = send(
        a_row("Đỗ Văn Một", Nơi_sinh='=HYPERLINK("x")'),
        a_row("<script>alert(1)</script>", Ngày_sinh="1/1/2012"),
    )
    told = rows(cast, public_id)
    assert [row.verdict for row in told] == ["create", "refuse"]
    page = cast.client("mai").get(f"/lan-nhap/{public_id}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


NAMES = st.sampled_from(["Đỗ Văn Một", "Lò Thị Hai", "Vàng A Ba", "Nguyễn Thị Tư", ""])
CELLS = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.integers(-5, 10**12),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.sampled_from(["8A", "8B", "x", "Nam", "9/3/2013", "2012", "0912345678", "015213012345"]),
)
ROWS = st.lists(st.tuples(NAMES, st.lists(CELLS, min_size=10, max_size=10)), max_size=6)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(ROWS)
def test_whatever_the_cells_hold_a_plan_comes_and_undo_restores_exactly(
    cast: Cast, send: Send, drawn: list[tuple[str, list[Any]]]
) -> None:
    from django.db import transaction

    told = [[1, cells[0], name, *cells[1:]] for name, cells in drawn]
    with transaction.atomic():
        before = everything(cast)
        public_id = send(["x", "", "Lò Văn Chắc", "5/5/2013", "", "", "8A"], *told)
        apply(cast, public_id)
        assert undo_run(actor=cast.mai.actor, now=NOW, public_id=public_id) == "undone"
        after = everything(cast)
        transaction.set_rollback(True)
    living = {key: row for key, row in after.items() if key[0] in STUDENT_TABLES}
    assert living == {key: row for key, row in before.items() if key[0] in STUDENT_TABLES}


def test_the_fence_of_imports_holds(cast: Cast, send: Send) -> None:
    send(a_row("Đỗ Văn Một"))
    set_scope(scope_of(cast.nam.actor))
    assert not table("intake.PlanRow").objects.exists()
    assert not table("intake.Upload").objects.exists()
