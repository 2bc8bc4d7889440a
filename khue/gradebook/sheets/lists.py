"""The lists of the year's end and the summary of a class as workbooks."""

from __future__ import annotations

from khue.gradebook.queries.homeroom import (
    NOTHING,
    YEAR,
    Summary,
    award_shown,
    outcome_shown,
    result_in,
)
from khue.gradebook.queries.lists import KINDS, ListLine, YearLists
from khue.gradebook.rules.marks import HIGHEST, Mark, print_mark_cell
from khue.gradebook.rules.slots import TERM_NAMES
from khue.gradebook.rules.summaries import level_name, level_symbol
from khue.organisations.api import school_year_label
from kit.sheets.writing import Field, Page, excel_bytes

LIST_FIELDS = (
    Field("number", "STT", "integer", 6),
    Field("class", "Lớp", "text", 8),
    Field("code", "Mã học sinh", "code", 14),
    Field("name", "Họ và tên", "text", 28),
    Field("born", "Ngày sinh", "text", 12),
    Field("sex", "Giới tính", "text", 8),
    Field("conduct", "Rèn luyện cả năm", "text", 12),
    Field("learning", "Học tập cả năm", "text", 12),
    Field("absent", "Số buổi nghỉ", "integer", 10),
    Field("outcome", "Kết luận", "text", 30),
    Field("award", "Khen thưởng", "text", 20),
    Field("why", "Lý do, ghi chú", "text", 50),
)
SPECIAL_FIELDS = (
    Field("class", "Lớp", "text", 8),
    Field("name", "Họ và tên", "text", 28),
    Field("kind", "Hình thức", "text", 28),
    Field("content", "Nội dung", "text", 50),
    Field("decision", "Số quyết định", "text", 20),
    Field("day", "Ngày", "date", 12),
)


def lists_book(lists: YearLists, school_name: str, kind: str = "") -> bytes:
    """Danh sách cuối năm học: a sheet for every list, or one of them."""
    year = f"Năm học {school_year_label(lists.year)}"
    pages = [
        Page(
            KINDS[one][0][:31],
            LIST_FIELDS,
            [_row(number, line) for number, line in enumerate(lists.of(one), 1)],
            (f"Danh sách: {KINDS[one][0]}", f"{school_name}. {year}"),
        )
        for one in ([kind] if kind in KINDS else KINDS)
    ]
    if kind not in KINDS:
        pages.append(_special(lists, f"{school_name}. {year}"))
    return excel_bytes(pages)


def _row(number: int, line: ListLine) -> dict[str, object]:
    return {
        "number": number,
        "class": line.class_name,
        "code": line.code,
        "name": line.name,
        "born": line.born,
        "sex": "Nữ" if line.sex == "F" else "Nam",
        "conduct": level_name(line.facts.conduct),
        "learning": level_name(line.facts.learning),
        "absent": line.facts.absent,
        "outcome": line.outcome_text,
        "award": line.award_text,
        "why": line.why,
    }


def _special(lists: YearLists, where: str) -> Page:
    rows = [
        {
            "class": one.school_class.name,
            "name": one.student.name,
            "kind": one.get_kind_display(),
            "content": one.content,
            "decision": one.decision,
            "day": one.day,
        }
        for one in lists.special
    ]
    return Page("Đột xuất, đặc biệt", SPECIAL_FIELDS, rows, ("Khen thưởng khác", where))


def _in_cell(mark: Mark) -> int | str:
    return mark if mark is not None and 0 <= mark <= HIGHEST else print_mark_cell(mark)


def summary_book(summary: Summary) -> bytes:
    """Bảng tổng hợp of a class: a sheet for each term and for the year."""
    names = {**TERM_NAMES, YEAR: "Cả năm"}
    return excel_bytes([_summary_page(summary, period, names[period]) for period in names])


def _summary_page(summary: Summary, period: int, name: str) -> Page:
    results = summary.results
    fields = [
        Field("number", "STT", "integer", 6),
        Field("code", "Mã học sinh", "code", 14),
        Field("name", "Họ và tên", "text", 28),
        *[Field(str(one.id), one.short_name, "mark", 9) for one in summary.subjects],
        Field("learning", "Học tập", "text", 9),
        Field("conduct", "Rèn luyện", "text", 9),
        *(YEAR_FIELDS if period == YEAR else ()),
        Field("remark", "Nhận xét", "text", 50),
    ]
    rows = [
        {"number": number, **_summary_row(summary, index, period)}
        for number, index in enumerate(range(len(results.pupils)), 1)
    ]
    title = f"Bảng tổng hợp kết quả lớp {results.class_name}, {name.lower()}"
    where = f"{results.school_name}. Năm học {school_year_label(results.year)}"
    return Page(name, fields, rows, (title, where))


YEAR_FIELDS = (
    Field("absent_with", "Nghỉ có phép", "integer", 9),
    Field("absent_without", "Nghỉ không phép", "integer", 9),
    Field("outcome", "Xét lên lớp", "text", 28),
    Field("award", "Khen thưởng", "text", 20),
)


def _summary_row(summary: Summary, index: int, period: int) -> dict[str, object]:
    pupil = summary.pupils[index]
    row = pupil.decisions
    suffix = "_year" if period == YEAR else str(period)
    marks = {
        str(one.id): _in_cell(result_in(pupil.subjects.get(one.id, NOTHING), period))
        for one in summary.subjects
    }
    return {
        **marks,
        "code": pupil.code,
        "name": pupil.name,
        "learning": level_symbol(getattr(row, f"learning{suffix}")),
        "conduct": level_symbol(getattr(row, f"conduct{suffix}")),
        "absent_with": row.absent_with,
        "absent_without": row.absent_without,
        "outcome": outcome_shown(pupil),
        "award": award_shown(pupil),
        "remark": row.qualities if period == YEAR else getattr(row, f"remark{period}"),
    }
