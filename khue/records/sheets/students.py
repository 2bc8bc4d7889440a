"""Học sinh từ tệp: the columns, and what each row would do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from khue.intake.api import Kind, NotApplied, Order, Plan, PlannedRow, Verdict, read_table
from khue.organisations.api import classes_of, code_choices
from khue.records.queries.imports_students import Standing, standing_students
from khue.records.rules.refusals import RecordRefused, RowsRefused
from khue.records.services.importing_students import STUDENT_TABLES, after_undo, write_students
from khue.records.services.versions import ChangedMeanwhile
from khue.records.sheets.cells import PERSON_COLUMNS, why
from khue.records.sheets.student_plans import Taken, plan_row
from khue.records.sheets.student_rows import RowReader, Wanted
from kit.row_history import RowEffect
from kit.sheets.headers import Column
from kit.sheets.reading import Workbook
from kit.sheets.writing import Field, Page

STUDENT_COLUMNS = (
    Column(
        "code",
        "Mã định danh của ngành",
        ("Mã học sinh", "Mã HS", "Mã định danh", "Mã định danh Bộ GD&ĐT", "Mã định danh học sinh"),
    ),
    *PERSON_COLUMNS,
    Column("class", "Lớp", ("Tên lớp", "Lớp học", "Mã lớp", "Lớp đang học")),
    Column("register", "Số đăng bộ", ("Sổ đăng bộ", "Số danh bộ", "Số sổ đăng bộ")),
    Column("entered", "Ngày vào lớp", ("Ngày vào trường", "Ngày nhập học")),
    Column(
        "father", "Họ tên cha", ("Họ và tên cha", "Họ tên bố", "Họ và tên bố", "Tên cha", "Cha")
    ),
    Column("father_phone", "Điện thoại cha", ("SĐT cha", "Số điện thoại cha", "SĐT bố", "ĐT cha")),
    Column("father_job", "Nghề nghiệp cha", ("Nghề cha", "Nghề nghiệp bố")),
    Column("mother", "Họ tên mẹ", ("Họ và tên mẹ", "Tên mẹ", "Mẹ")),
    Column("mother_phone", "Điện thoại mẹ", ("SĐT mẹ", "Số điện thoại mẹ", "ĐT mẹ")),
    Column("mother_job", "Nghề nghiệp mẹ", ("Nghề mẹ",)),
    Column("guardian", "Họ tên người giám hộ", ("Người giám hộ", "Họ và tên người giám hộ")),
    Column("guardian_phone", "Điện thoại người giám hộ", ("SĐT người giám hộ",)),
    Column("policies", "Diện chính sách", ("Đối tượng chính sách", "Chế độ chính sách", "Diện CS")),
    Column("religion", "Tôn giáo", ()),
)


def plan_students(order: Order, workbook: Workbook) -> Plan:
    """What an import of students would do."""
    reading = read_table(workbook, STUDENT_COLUMNS, order.options)
    reader = RowReader.of(order, reading)
    wanted = [reader.read(row) for row in reading.rows]
    standing = standing_students(
        school_id=order.school_id,
        year=order.year,
        numbers=[row.facts.personal_number for row in wanted if row.facts],
        codes=[row.facts.code for row in wanted if row.facts],
    )
    return reading.plan(list(_planned(order, reader, wanted, standing)))


def _planned(
    order: Order, reader: RowReader, wanted: Sequence[Wanted], standing: Standing
) -> Iterator[PlannedRow]:
    taken = Taken()
    for done, row in enumerate(wanted):
        if done % 200 == 0:
            order.step(done, "Đang đối chiếu từng dòng")
        yield plan_row(reader, row, standing, taken)


def apply_students(order: Order, plan: Plan) -> list[RowEffect]:
    try:
        return write_students(
            actor=order.actor,
            now=order.now,
            school_id=order.school_id,
            new=[row.payload for row in plan.wanted(Verdict.CREATE)],
            changed=[row.payload for row in plan.wanted(Verdict.CHANGE)],
            step=order.step,
        )
    except (RecordRefused, RowsRefused, ChangedMeanwhile) as refused:
        raise NotApplied(why(refused)) from refused


def undo_students(order: Order, effects: Sequence[RowEffect]) -> None:
    after_undo(actor=order.actor, now=order.now, effects=effects)


def template_of_students(order: Order) -> list[Page]:
    """An empty list with what may be chosen in each column."""
    choices = {
        "class": tuple(card.name for card in classes_of(order.school_id, order.year)),
        "sex": ("Nam", "Nữ"),
        "ethnic_group": tuple(name for _, name in code_choices("ethnic-groups", on=order.today)),
    }
    aside = {"family", "given", "female"}
    fields = [
        Field(
            column.key,
            column.title,
            "code" if column.key in {"code", "personal_number"} else "text",
            choices=choices.get(column.key, ()),
        )
        for column in STUDENT_COLUMNS
        if column.key not in aside
    ]
    titles = (order.school_name, f"DANH SÁCH HỌC SINH NĂM HỌC {order.year}-{order.year + 1}")
    return [Page("Học sinh", fields, [], titles=titles, empty_rows=60)]


STUDENTS = Kind(
    key="hoc-sinh",
    title="Học sinh",
    noun="học sinh",
    icon="people",
    hint="Danh sách học sinh kèm lớp, gia đình và số đăng bộ; nhận cả tệp xuất từ phần mềm khác.",
    permission="records.manage_students",
    columns=STUDENT_COLUMNS,
    plan=plan_students,
    apply=apply_students,
    template=template_of_students,
    tables=STUDENT_TABLES,
    after_undo=undo_students,
    order=20,
)
