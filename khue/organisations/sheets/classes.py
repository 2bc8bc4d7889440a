"""Classes from and to spreadsheets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from khue.intake.api import (
    Difference,
    Kind,
    NotApplied,
    Order,
    Plan,
    PlannedRow,
    Reading,
    Verdict,
    read_table,
)
from khue.organisations.queries.cards import ClassCard
from khue.organisations.queries.classes import classes_of
from khue.organisations.queries.codes import code_choices
from khue.organisations.queries.subjects import bundles_of
from khue.organisations.queries.tree import school_summary, sites_of
from khue.organisations.rules.classes import ClassFacts, SchoolFrame
from khue.organisations.rules.levels import Level, grade_number, grades_of_levels
from khue.organisations.services.classes import (
    ClassesRefused,
    check_facts,
    facts_of_class,
    school_frame,
)
from khue.organisations.services.imports import CLASS_TABLES, write_classes
from khue.organisations.services.work import OrganisationRefused
from kit.row_history import RowEffect
from kit.sheets.headers import Column, Row
from kit.sheets.reading import Workbook
from kit.sheets.writing import Field, Page
from kit.vietnamese import search_key, tidy

CLASS_COLUMNS = (
    Column("name", "Tên lớp", ("Lớp", "Lớp học", "Tên lớp học"), required=True),
    Column("grade", "Khối", ("Khối lớp", "Tên khối", "Khối học")),
    Column("code", "Mã lớp", ("Mã lớp học", "Lớp TKB")),
    Column("bundle", "Tổ hợp môn", ("Tổ hợp", "Nhóm môn lựa chọn", "Ban")),
    Column("site", "Điểm trường", ("Tên điểm trường", "Cơ sở")),
    Column("session", "Buổi học", ("Buổi", "Ca học")),
    Column("position", "Thứ tự", ("Thứ tự hiển thị",)),
)
LABELS = {column.key: column.title for column in CLASS_COLUMNS}
_LEADING_NUMBER = re.compile(r"\d{1,2}")
BLANK = ClassFacts(name="", grades=())


class CellRefused(Exception):
    """A cell that means nothing here; the text says why and what to write."""


@dataclass(frozen=True)
class ClassLists:
    """What the names in the cells stand for at this school."""

    frame: SchoolFrame
    year: int
    grades: Mapping[str, str]
    bundles: Mapping[str, int]
    sites: Mapping[str, int]
    sessions: Mapping[str, str]
    standing: Mapping[str, ClassCard]

    def printed(self, facts: ClassFacts) -> dict[str, str]:
        """A class as its row in a sheet."""
        return {
            "name": facts.name,
            "grade": ", ".join(str(grade_number(grade) or grade) for grade in facts.grades),
            "code": facts.code,
            "bundle": _name_of(self.bundles, facts.bundle_id),
            "site": _name_of(self.sites, facts.site_id),
            "session": _name_of(self.sessions, facts.session),
            "position": str(facts.position or ""),
        }


def _name_of(names: Mapping[str, object], value: object) -> str:
    return next((name for name, one in names.items() if one == value and value), "")


def class_lists(order: Order) -> ClassLists:
    school = school_summary(order.school_id)
    taught = grades_of_levels(Level(code) for code in school.levels)
    standing = classes_of(school.id, order.year)
    return ClassLists(
        frame=school_frame(school),
        year=order.year,
        grades={_grade_key(grade): grade for grade in reversed(taught)},
        bundles={one.name: one.id for one in bundles_of(school.id)},
        sites={one.name: one.id for one in sites_of(school.id)},
        sessions={name: code for code, name in code_choices("class-sessions", on=order.today)},
        standing={card.name.casefold(): card for card in standing},
    )


def _grade_key(grade: str) -> str:
    return str(grade_number(grade) or grade)


def plan_classes(order: Order, workbook: Workbook) -> Plan:
    """What an import of classes would do."""
    reading = read_table(workbook, CLASS_COLUMNS, order.options)
    lists = class_lists(order)
    return reading.plan(list(_planned(reading, lists)))


def _planned(reading: Reading, lists: ClassLists) -> Iterator[PlannedRow]:
    seen: dict[str, int] = {}
    for row in reading.rows:
        name = tidy(row.text("name"))
        first = seen.setdefault(name.casefold(), row.number) if name else row.number
        if first != row.number:
            reason = f"Lớp {name} đã có ở dòng {first} của tệp. Hãy bỏ bớt một dòng."
            yield _refused(reading, row, reason)
        else:
            yield _planned_row(reading, row, lists)


def _refused(reading: Reading, row: Row, reason: str) -> PlannedRow:
    title = f"Lớp {row.text('name')}".strip()
    return PlannedRow(
        row.number, Verdict.REFUSE, title, reasons=(reason,), cells=reading.cells(row)
    )


def _planned_row(reading: Reading, row: Row, lists: ClassLists) -> PlannedRow:
    standing = lists.standing.get(tidy(row.text("name")).casefold())
    try:
        facts = _facts(reading, row, lists, standing)
    except CellRefused as refused:
        return _refused(reading, row, str(refused))
    taken = _names_of_others(lists, standing)
    wrong = check_facts(facts, lists.frame, lists.year, taken)
    if wrong:
        return _refused(reading, row, wrong.sentence)
    return _verdict(row, facts, lists, standing)


def _names_of_others(lists: ClassLists, standing: ClassCard | None) -> set[str]:
    others = [card for card in lists.standing.values() if card is not standing]
    return {text.casefold() for card in others for text in (card.name, card.code)}


def _facts(reading: Reading, row: Row, lists: ClassLists, standing: ClassCard | None) -> ClassFacts:
    """The class as the row describes it; what the row leaves blank stays as it stands."""
    facts = facts_of_class(standing) if standing else replace(BLANK, name=tidy(row.text("name")))
    if not facts.name:
        raise CellRefused("Dòng này chưa có tên lớp.")
    told = {key: tidy(row.text(key)) for key in reading.has}
    grades = _grades(told.get("grade", ""), facts, lists)
    return replace(
        facts,
        grades=grades,
        merged_kind=facts.merged_kind or ("grades" if len(grades) > 1 else ""),
        code=told.get("code") or facts.code or facts.name[:20],
        bundle_id=_looked_up("bundle", told, lists.bundles, facts.bundle_id),
        site_id=_looked_up("site", told, lists.sites, facts.site_id),
        session=_looked_up("session", told, lists.sessions, facts.session),
        position=_position(told.get("position", ""), facts.position),
    )


def _grades(text: str, facts: ClassFacts, lists: ClassLists) -> tuple[str, ...]:
    """The grades of the cell "8" or "Khối 3, 4"; of the name "8A" where the cell is blank."""
    if not text and facts.grades:
        return facts.grades
    numbers = [str(int(one)) for one in _LEADING_NUMBER.findall(text)]
    if not text:
        numbers = [str(int(one)) for one in _LEADING_NUMBER.findall(facts.name)[:1]]
    if not numbers:
        raise CellRefused(f"Không rõ lớp {facts.name} thuộc khối nào. Hãy điền cột “Khối”.")
    unknown = [number for number in numbers if number not in lists.grades]
    if unknown:
        raise CellRefused(
            f"{lists.frame.name} không dạy khối {', '.join(unknown)}. Hãy xem lại tên lớp hoặc cột "
            "“Khối”."
        )
    return tuple(lists.grades[number] for number in numbers)


def _looked_up(key: str, told: Mapping[str, str], names: Mapping[str, object], kept: object) -> Any:
    wanted = told.get(key, "")
    if not wanted:
        return kept
    found = {search_key(name): value for name, value in names.items()}.get(search_key(wanted))
    if found is None:
        known = ", ".join(names) or "chưa có mục nào"
        raise CellRefused(f"{LABELS[key]} “{wanted}” không có ở trường (đang có: {known}).")
    return found


def _position(text: str, kept: int) -> int:
    if not text:
        return kept
    if not text.isdecimal() or len(text) > 4:
        raise CellRefused(f"Thứ tự “{text}” phải là một số nhỏ, ví dụ 3.")
    return int(text)


def _verdict(
    row: Row, facts: ClassFacts, lists: ClassLists, standing: ClassCard | None
) -> PlannedRow:
    told = lists.printed(facts)
    shown = tuple((LABELS[key], value) for key, value in told.items() if value and key != "name")
    title = f"Lớp {facts.name}"
    if standing is None:
        return PlannedRow(row.number, Verdict.CREATE, title, shown, payload=(None, facts))
    before = lists.printed(facts_of_class(standing))
    differences = tuple(
        Difference(LABELS[key], before[key], told[key]) for key in told if before[key] != told[key]
    )
    verdict = Verdict.CHANGE if differences else Verdict.SAME
    return PlannedRow(
        row.number,
        verdict,
        title,
        shown,
        differences,
        basis=f"{standing.id}",
        payload=(standing.id, facts),
    )


def apply_classes(order: Order, plan: Plan) -> list[RowEffect]:
    try:
        return write_classes(
            actor=order.actor,
            now=order.now,
            school_id=order.school_id,
            year=order.year,
            new=[row.payload[1] for row in plan.wanted(Verdict.CREATE)],
            changed=dict(row.payload for row in plan.wanted(Verdict.CHANGE)),
        )
    except (OrganisationRefused, ClassesRefused) as refused:
        raise NotApplied(str(refused)) from refused


def class_page(order: Order, rows: list[dict[str, object]], *, empty_rows: int = 0) -> Page:
    """The sheet of classes, with what may be chosen in each column."""
    lists = class_lists(order)
    choices = {
        "grade": tuple(sorted(lists.grades, key=lambda grade: (len(grade), grade))),
        "bundle": tuple(lists.bundles),
        "site": tuple(lists.sites),
        "session": tuple(lists.sessions),
    }
    fields = [
        Field(column.key, column.title, choices=choices.get(column.key, ()))
        for column in CLASS_COLUMNS
    ]
    titles = (order.school_name, f"DANH SÁCH LỚP NĂM HỌC {order.year}-{order.year + 1}")
    return Page("Lớp học", fields, rows, titles=titles, empty_rows=empty_rows)


def template_of_classes(order: Order) -> list[Page]:
    """The classes that stand, and empty rows for new ones."""
    lists = class_lists(order)
    cards = sorted(lists.standing.values(), key=lambda card: (card.position, card.name_key))
    rows: list[dict[str, object]] = [dict(lists.printed(facts_of_class(card))) for card in cards]
    return [class_page(order, rows, empty_rows=40)]


CLASSES = Kind(
    key="lop",
    title="Lớp học",
    noun="lớp",
    icon="grid",
    hint="Danh sách lớp của một năm học, kèm khối, tổ hợp môn, điểm trường.",
    permission="organisations.manage_classes",
    columns=CLASS_COLUMNS,
    plan=plan_classes,
    apply=apply_classes,
    template=template_of_classes,
    tables=CLASS_TABLES,
    order=10,
)
