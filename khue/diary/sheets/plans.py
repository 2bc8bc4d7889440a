"""Nhập phân phối chương trình: one row for each lesson, of one or several subjects and grades."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from khue.diary.permissions import PLANS
from khue.diary.queries.plans import PlanLine, items_of, plans_of_school
from khue.diary.rules.plans import (
    PlanLineRefused,
    read_grade,
    read_numbers,
    read_week,
    subject_and_grade,
)
from khue.diary.services.plans import ITEM_TABLE, PLAN_TABLE, PlanRow, write_plan_rows
from khue.intake.api import Difference, Kind, Order, Plan, PlannedRow, Reading, Verdict, read_table
from khue.organisations.api import SubjectCard, subject_finder
from kit.row_history import RowEffect
from kit.sheets.headers import Column, Row
from kit.sheets.reading import Workbook
from kit.sheets.writing import Field, Page
from kit.vietnamese import tidy

COLUMNS = (
    Column("subject", "Môn học", ("Môn", "Tên môn")),
    Column("grade", "Khối", ("Khối lớp", "Lớp")),
    Column(
        "number",
        "Tiết",
        ("Tiết PPCT", "Tiết thứ", "Số tiết PPCT", "Tiết theo PPCT", "TT tiết"),
        required=True,
    ),
    Column(
        "title",
        "Tên bài",
        ("Tên bài học", "Bài học", "Nội dung", "Tên bài dạy", "Bài học/Chủ đề", "Nội dung bài học"),
        required=True,
    ),
    Column("week", "Tuần", ("Tuần học", "Tuần thứ", "Thời điểm")),
)
NO_SUBJECT = (
    "Dòng này chưa rõ môn học. Hãy thêm cột “Môn học” và “Khối”, "
    "hoặc đặt tên trang tính như “Toán 8”."
)
UNKNOWN_SUBJECT = "Chương trình không có môn “{name}”. Hãy xem lại tên môn."
NO_GRADE = (
    "Dòng này chưa rõ khối. Hãy thêm cột “Khối” (ví dụ 8), hoặc đặt tên trang tính như “Toán 8”."
)
Key = tuple[int, str, int]


@dataclass
class _Pen:
    """Plans the rows of one file."""

    order: Order
    reading: Reading
    standing: dict[Key, PlanLine]
    said: dict[Key, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.find = subject_finder()
        self.named = subject_and_grade(self.reading.sheet)

    def plan(self, row: Row) -> PlannedRow:
        title = tidy(row.text("title"))
        try:
            return self._judged(row, title)
        except PlanLineRefused as refused:
            cells = self.reading.cells(row)
            return PlannedRow(
                row.number, Verdict.REFUSE, title[:120], reasons=(str(refused),), cells=cells
            )

    def _judged(self, row: Row, title: str) -> PlannedRow:
        subject, grade = self._subject(row), self._grade(row)
        if not title:
            raise PlanLineRefused("Dòng này chưa ghi tên bài.")
        week = read_week(tidy(row.text("week")))
        rows = [
            PlanRow(subject.id, subject.name, grade, number, title[:400], week)
            for number in read_numbers(tidy(row.text("number")))
        ]
        self._refuse_doubles(row, rows)
        return self._verdict(row, rows)

    def _subject(self, row: Row) -> SubjectCard:
        name = tidy(row.text("subject")) or self.named[0]
        if not name:
            raise PlanLineRefused(NO_SUBJECT)
        found = self.find(name)
        if found is None:
            raise PlanLineRefused(UNKNOWN_SUBJECT.format(name=name[:60]))
        return found

    def _grade(self, row: Row) -> str:
        grade = read_grade(tidy(row.text("grade"))) or self.named[1]
        if not grade:
            raise PlanLineRefused(NO_GRADE)
        return grade

    def _refuse_doubles(self, row: Row, rows: list[PlanRow]) -> None:
        for one in rows:
            first = self.said.setdefault((one.subject_id, one.grade, one.number), row.number)
            if first != row.number:
                raise PlanLineRefused(
                    f"Tiết {one.number} đã có ở dòng {first} của tệp. Hãy bỏ dòng thừa."
                )

    def _verdict(self, row: Row, rows: list[PlanRow]) -> PlannedRow:
        differences = [one for wanted in rows for one in self._differences(wanted)]
        new = [one for one in rows if _key(one) not in self.standing]
        verdict = Verdict.CREATE if new else Verdict.CHANGE if differences else Verdict.SAME
        first = rows[0]
        numbers = ", ".join(str(one.number) for one in rows)
        facts = [("Môn, khối", f"{first.subject_name} {int(first.grade)}"), ("Tiết", numbers)]
        if first.week is not None:
            facts.append(("Tuần", str(first.week)))
        return PlannedRow(
            row.number,
            verdict,
            first.title,
            facts=tuple(facts),
            differences=tuple(differences),
            basis=str([self.standing.get(_key(one)) for one in rows]),
            payload=rows,
        )

    def _differences(self, wanted: PlanRow) -> Iterator[Difference]:
        held = self.standing.get(_key(wanted))
        if held is None:
            return
        if held.title != wanted.title:
            yield Difference(f"Tên bài tiết {wanted.number}", held.title, wanted.title)
        if held.week != wanted.week:
            yield Difference(f"Tuần của tiết {wanted.number}", _week(held.week), _week(wanted.week))


def _key(row: PlanRow) -> Key:
    return row.subject_id, row.grade, row.number


def _week(week: int | None) -> str:
    return "" if week is None else str(week)


def plan_plans(order: Order, workbook: Workbook) -> Plan:
    """What an import of a teaching plan would do, row by row."""
    reading = read_table(workbook, COLUMNS, order.options)
    pen = _Pen(order, reading, _standing(order))
    return reading.plan([pen.plan(row) for row in reading.rows])


def _standing(order: Order) -> dict[Key, PlanLine]:
    cards = plans_of_school(order.school_id, order.year)
    items = items_of(one.id for one in cards)
    return {
        (card.subject_id, card.grade, line.number): line
        for card in cards
        for line in items.get(card.id, ())
    }


def apply_plans(order: Order, plan: Plan) -> list[RowEffect]:
    """Write what the plan creates and changes."""
    rows = [one for row in plan.wanted(Verdict.CREATE, Verdict.CHANGE) for one in row.payload]
    return write_plan_rows(
        actor=order.actor, now=order.now, school_id=order.school_id, year=order.year, rows=rows
    )


def template_of_plans(order: Order) -> list[Page]:
    """Empty rows with the five columns."""
    fields = [
        Field("subject", "Môn học", width=24),
        Field("grade", "Khối", "integer"),
        Field("number", "Tiết", "integer"),
        Field("title", "Tên bài", width=60),
        Field("week", "Tuần", "integer"),
    ]
    titles = (order.school_name, f"PHÂN PHỐI CHƯƠNG TRÌNH NĂM HỌC {order.year}-{order.year + 1}")
    return [Page("PPCT", fields, [], titles=titles, empty_rows=140)]


TEACHING_PLANS = Kind(
    key="ppct",
    title="Phân phối chương trình",
    noun="tiết của PPCT",
    icon="list",
    hint="Tiết, tên bài, tuần của từng môn, từng khối; sổ đầu bài tự điền tiết kế tiếp.",
    permission=PLANS,
    columns=COLUMNS,
    plan=plan_plans,
    apply=apply_plans,
    template=template_of_plans,
    tables=(PLAN_TABLE, ITEM_TABLE),
    order=55,
)
