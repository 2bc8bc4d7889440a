"""Nhập các buổi nghỉ: one row for each pupil and session, checked as a teacher's list is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from khue.attendance.queries.frames import CORRECT
from khue.attendance.queries.importing import AbsenceLists, Seat, absence_lists
from khue.attendance.rules.days import AFTERNOON, MORNING, SESSION_NAMES, why_free
from khue.attendance.rules.kinds import check_mark, parse_kind, print_kind
from khue.attendance.services.importing import (
    ABSENCE_TABLE,
    TAKING_TABLE,
    AbsencePayload,
    follow_undone,
    import_absences,
)
from khue.intake.api import (
    Difference,
    Kind,
    Order,
    Plan,
    PlannedRow,
    Reading,
    Verdict,
    read_table,
)
from kit.dates import parse_date, parse_partial_date, print_date
from kit.numbers import whole_number
from kit.refusal import Refusal
from kit.row_history import RowEffect
from kit.sheets.headers import Column, Row
from kit.sheets.reading import Workbook
from kit.sheets.writing import Field, Page
from kit.vietnamese import search_key, tidy

COLUMNS = (
    Column("code", "Mã học sinh", ("Mã định danh", "Mã HS", "Mã định danh của ngành")),
    Column("name", "Họ và tên", ("Họ tên", "Tên học sinh", "Họ và tên học sinh"), required=True),
    Column("born", "Ngày sinh", ("Ngày tháng năm sinh", "Sinh ngày")),
    Column("class", "Lớp", ("Tên lớp", "Lớp học")),
    Column("day", "Ngày nghỉ", ("Ngày", "Ngày vắng"), required=True),
    Column("session", "Buổi", ("Buổi nghỉ", "Buổi học")),
    Column("kind", "Loại", ("P/K", "Phép", "Loại vắng", "Có phép/không phép"), required=True),
    Column("minutes", "Số phút", ("Số phút muộn",)),
    Column("note", "Ghi chú", ("Lý do", "Lí do")),
)
_SESSIONS = {
    **dict.fromkeys(["", "sang", "s", "buoi sang", "am"], MORNING),
    **dict.fromkeys(["chieu", "c", "buoi chieu", "pm"], AFTERNOON),
}
LONGEST_NOTE = 200


class CellRefused(Exception):
    """A cell that means nothing here; the text says why and what to write."""


def plan_absences(order: Order, workbook: Workbook) -> Plan:
    """What an import of absences would do, row by row."""
    reading = read_table(workbook, COLUMNS, order.options)
    lists = absence_lists(order.school_id, order.year, order.today)
    return reading.plan(list(_planned(reading, lists)))


def _planned(reading: Reading, lists: AbsenceLists) -> Iterator[PlannedRow]:
    seen: dict[tuple[int, date, str], int] = {}
    for row in reading.rows:
        try:
            payload = _payload(row, lists)
            key = (payload.student_id, payload.day, payload.session)
            first = seen.setdefault(key, row.number)
            if first != row.number:
                raise CellRefused(f"Buổi nghỉ này đã có ở dòng {first} của tệp. Hãy bỏ dòng thừa.")
            yield _verdict(row, payload, lists)
        except CellRefused as refused:
            yield PlannedRow(
                row.number,
                Verdict.REFUSE,
                tidy(row.text("name")),
                reasons=(str(refused),),
                cells=reading.cells(row),
            )


def _payload(row: Row, lists: AbsenceLists) -> AbsencePayload:
    day, session = _day(row, lists), _session(row)
    free = why_free(lists.days, day, session)
    if free:
        raise CellRefused(free.sentence)
    seat = _seat(row, lists, day)
    kind, minutes = _kind(row), _minutes(row)
    wrong = check_mark(kind, minutes)
    if wrong:
        raise CellRefused(wrong.sentence)
    stands = lists.standing.get((seat.stay.student_id, day, session))
    return AbsencePayload(
        seat.stay.student_id,
        seat.stay.name,
        seat.class_id,
        day,
        session,
        kind,
        minutes,
        tidy(row.text("note"))[:LONGEST_NOTE],
        stands.told if stands else "",
    )


def _day(row: Row, lists: AbsenceLists) -> date:
    cell = row.values.get("day")
    given = parse_date(cell if isinstance(cell, str | int | float | date) else None)
    if isinstance(given, Refusal):
        raise CellRefused(given.sentence)
    if given > lists.today:
        raise CellRefused(f"Chưa đến ngày {print_date(given)}. Hãy xem lại ngày nghỉ.")
    return given


def _session(row: Row) -> str:
    text = tidy(row.text("session"))
    found = _SESSIONS.get(search_key(text))
    if found is None:
        raise CellRefused(f"Buổi “{text}” không rõ. Hãy ghi Sáng hoặc Chiều.")
    return found


def _kind(row: Row) -> str:
    found = parse_kind(tidy(row.text("kind")))
    if isinstance(found, Refusal):
        raise CellRefused(found.sentence)
    return found


def _minutes(row: Row) -> int | None:
    text = tidy(row.text("minutes"))
    if not text:
        return None
    found = whole_number(text, digits=3)
    if found is None:
        raise CellRefused(f"Số phút “{text}” phải là số nguyên, ví dụ 10.")
    return found


def _seat(row: Row, lists: AbsenceLists, day: date) -> Seat:
    """Whom a row means: by code, else by name, class and birthday; and the class of that day."""
    name = tidy(row.text("name"))
    seats = _named(row, lists, name)
    here = [seat for seat in seats if seat.holds(day)]
    people = {seat.stay.student_id for seat in here}
    if len(people) > 1:
        raise CellRefused(
            f"Trường có {len(people)} học sinh tên “{name}”. Hãy điền mã học sinh hoặc lớp."
        )
    if not here:
        raise CellRefused(f"{name} không học lớp nào của trường ngày {print_date(day)}.")
    return here[-1]


def _named(row: Row, lists: AbsenceLists, name: str) -> Sequence[Seat]:
    code = tidy(row.text("code"))
    if code:
        if code.casefold() not in lists.by_code:
            raise CellRefused(f"Mã “{code}” không thuộc học sinh nào của trường trong năm học này.")
        return lists.by_code[code.casefold()]
    found = lists.by_name.get(search_key(name), [])
    if not found:
        raise CellRefused(f"Không có học sinh “{name}” trong các lớp của năm học này.")
    return _narrowed(row, found)


def _narrowed(row: Row, seats: Sequence[Seat]) -> Sequence[Seat]:
    room, born = search_key(row.text("class")), _born(row)
    if room:
        seats = [seat for seat in seats if search_key(seat.class_name) == room]
    return [seat for seat in seats if seat.stay.born == born] if born else seats


def _born(row: Row) -> str:
    cell = row.values.get("born")
    if not isinstance(cell, str | int | float | date):
        return ""
    parsed = parse_partial_date(cell)
    return "" if isinstance(parsed, Refusal) else parsed.iso


def _verdict(row: Row, payload: AbsencePayload, lists: AbsenceLists) -> PlannedRow:
    stands = lists.standing.get((payload.student_id, payload.day, payload.session))
    told = print_kind(payload.kind, payload.minutes)
    same = stands and (stands.told, stands.note) == (told, payload.note)
    verdict = Verdict.SAME if same else Verdict.CHANGE if stands else Verdict.CREATE
    differences = []
    if stands and stands.told != told:
        differences.append(Difference("Loại", stands.told, told))
    if stands and stands.note != payload.note:
        differences.append(Difference("Ghi chú", stands.note, payload.note))
    when = f"{SESSION_NAMES[payload.session].lower()} {print_date(payload.day)}"
    return PlannedRow(
        row.number,
        verdict,
        f"{payload.name}, {when}",
        facts=(("Loại", told), ("Ghi chú", payload.note)),
        differences=tuple(differences),
        basis=payload.before,
        payload=payload,
    )


def apply_absences(order: Order, plan: Plan) -> list[RowEffect]:
    """Write what the plan creates and changes."""
    rows = [row.payload for row in plan.wanted(Verdict.CREATE, Verdict.CHANGE)]
    return import_absences(actor=order.actor, now=order.now, school_id=order.school_id, rows=rows)


def after_undo(order: Order, effects: Sequence[RowEffect]) -> None:
    follow_undone(actor=order.actor, now=order.now, effects=effects)


def template_of_absences(order: Order) -> list[Page]:
    """Empty rows with the columns that an import reads."""
    fields = [Field(one.key, one.title) for one in COLUMNS]
    titles = (order.school_name, "CÁC BUỔI NGHỈ HỌC")
    return [Page("Buổi nghỉ", fields, [], titles=titles, empty_rows=60)]


ABSENCES = Kind(
    key="buoi-nghi",
    title="Các buổi nghỉ học",
    noun="buổi nghỉ",
    icon="check-circle",
    hint="Buổi nghỉ có phép, không phép, đi muộn, về sớm từ sổ hoặc phần mềm khác.",
    permission=CORRECT,
    columns=COLUMNS,
    plan=plan_absences,
    apply=apply_absences,
    template=template_of_absences,
    tables=(TAKING_TABLE, ABSENCE_TABLE),
    after_undo=after_undo,
    order=55,
)
