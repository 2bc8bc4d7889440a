"""Điều cần xem lại: marks out of line, columns all the same, by rules that the page prints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from khue.gradebook.models import SLOTS
from khue.gradebook.queries.books import Book
from khue.gradebook.queries.overview import ASKED, Overview, OverviewBook
from khue.gradebook.rules.anomalies import (
    ENOUGH_OTHERS,
    FAR_FROM_OTHERS,
    SAME_FROM,
    marks_out_of_line,
    missing_column,
    same_marks_in_column,
)
from khue.gradebook.rules.slots import EVERY_SLOT
from khue.gradebook.rules.tt27 import SubjectLevel, is_abnormal_test
from kit.numbers import print_mark
from kit.statements import kept_rows

# What the page prints above the list: each sign, when it is shown.
SIGN_RULES = {
    "OUT_OF_LINE": (
        "Điểm lệch hẳn",
        f"Một điểm cách trung vị các điểm khác của chính học sinh trong môn từ"
        f" {print_mark(FAR_FROM_OTHERS)} điểm trở lên; chỉ xét khi có ít nhất {ENOUGH_OTHERS}"
        " điểm khác.",
    ),
    "ALL_SAME": (
        "Cả cột cùng điểm",
        f"Một cột có từ {SAME_FROM} học sinh trở lên và mọi học sinh cùng một điểm.",
    ),
    "MISSING": (
        "Cột còn trống",
        "Từ một nửa số học sinh trở lên chưa có kết quả ở một cột của sổ đã được xác nhận hoặc"
        " đã có cột khác nhập đủ.",
    ),
    "TEST": (
        "Bài kiểm tra lệch mức đánh giá",
        "Hoàn thành tốt mà bài kiểm tra dưới 7, Hoàn thành mà dưới 5 hoặc từ 9, Chưa hoàn thành"
        " mà từ 6 trở lên (TT 27/2020, Điều 7: có thể làm thêm bài khác).",
    ),
}
_COUNTED = ", ".join(f"nullif(marks.{slot}, -1)" for slot in SLOTS)
# Only rows whose marks lie far apart can hold a mark out of line; the rule judges those.
SPREAD = f"""
{ASKED}
select asked.book, student.id, student.name, {", ".join(f"marks.{slot}" for slot in SLOTS)}
from asked
join gradebook_markrow marks on marks.year = %(year)s and marks.class_subject_id = asked.book
  and marks.term = %(period)s and marks.student_id = asked.student_id
join records_student student on student.id = asked.student_id
where greatest({_COUNTED}) <= 100 and greatest({_COUNTED}) - least({_COUNTED}) >= %(far)s
order by student.name_key
"""  # noqa: S608  (put together from our own conditions)
TESTS = f"""
{ASKED}
select asked.book, student.id, student.name, marks.level, marks.test
from asked
join gradebook_primaryrow marks on marks.year = %(year)s and marks.class_subject_id = asked.book
  and marks.point = %(period)s and marks.student_id = asked.student_id
join records_student student on student.id = asked.student_id
where marks.level is not null and marks.test >= 0 order by student.name_key
"""  # noqa: S608  (put together from our own conditions)


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing to ask about: where, which rule, what was seen, of which pupil if of one."""

    book: Book
    kind: str
    sentence: str
    pupil: str = ""
    teachers: str = ""

    @property
    def title(self) -> str:
        return SIGN_RULES[self.kind][0]


def signs_of(found: Overview, today: date) -> list[Sign]:
    """Every sign of an overview; one statement besides those of the matrix."""
    books = {one.book.id: one for one in found.books}
    given = {
        "classes": [one.id for one in found.classes],
        "today": today,
        "year": found.place.year,
        "term": (found.period + 1) // 2 if found.primary else found.period,
        "period": found.period,
    }
    if found.primary:
        return _tests(books, given) + _columns(found)
    return _out_of_line(books, given) + _columns(found)


def _out_of_line(books: dict[int, OverviewBook], given: dict[str, object]) -> list[Sign]:
    signs = []
    for book_id, _, pupil, *marks in kept_rows(SPREAD, {**given, "far": FAR_FROM_OTHERS}):
        if (held := books.get(book_id)) is None:
            continue
        cells = dict(zip(EVERY_SLOT, marks, strict=True))
        named = {held.book.slot_title(slot): cells[slot] for slot in held.book.slots}
        signs += [
            Sign(held.book, one.kind, one.sentence, pupil, held.teachers)
            for one in marks_out_of_line(named)
        ]
    return signs


def _tests(books: dict[int, OverviewBook], given: dict[str, object]) -> list[Sign]:
    signs = []
    for book_id, _, pupil, level, test in kept_rows(TESTS, given):
        held, given_level = books.get(book_id), SubjectLevel(level - 1)
        if held and is_abnormal_test(given_level, test * 10):
            sentence = f"{given_level.name_vi} nhưng bài kiểm tra {test} điểm."
            signs.append(Sign(held.book, "TEST", sentence, pupil, held.teachers))
    return signs


def _columns(found: Overview) -> list[Sign]:
    return [sign for one in found.books for sign in (*_same(one), *_missing(one))]


def _same(one: OverviewBook) -> list[Sign]:
    if one.book.by_comment or one.book.is_primary:
        return []
    seen = [
        same_marks_in_column(column.title, [column.lowest] * column.settled)
        for column in one.columns
        if column.settled >= SAME_FROM and column.lowest == column.highest
    ]
    return [Sign(one.book, "ALL_SAME", sign.sentence, "", one.teachers) for sign in seen if sign]


def _missing(one: OverviewBook) -> list[Sign]:
    """Columns behind the others: of a book that is confirmed, or with a column that is full."""
    full = any(column.settled == one.pupils for column in one.columns)
    if not one.pupils or not (full or one.is_done):
        return []
    gaps = {column.title: column.settled for column in one.columns if column.settled < one.pupils}
    begun = {title: settled for title, settled in gaps.items() if settled}
    empty = {", ".join(title for title in gaps if title not in begun): 0}
    seen = [
        missing_column(title, _emptied(settled, one.pupils))
        for title, settled in {**empty, **begun}.items()
        if title
    ]
    return [Sign(one.book, "MISSING", sign.sentence, "", one.teachers) for sign in seen if sign]


def _emptied(settled: int, pupils: int) -> list[int | None]:
    return [0] * settled + [None] * (pupils - settled)
