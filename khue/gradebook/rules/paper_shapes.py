"""Sổ sách trên giấy: what stands on each page, already printed ("7,5", "Đ", "05/09/2013").

Queries fill these shapes, templates in gradebook/papers lay them out; neither knows the other.
A blank text leaves the cell empty, as the paper book has it. Lists keep the order of the book.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class PaperHead:
    """Phần đầu của mọi sổ: whose paper this is.

    authority: cơ quan chủ quản ("ỦY BAN NHÂN DÂN XÃ SUỐI TRONG"). city: where it is signed.
    """

    authority: str
    school: str
    commune: str
    province: str
    year: str
    class_name: str = ""
    city: str = ""
    principal: str = ""
    homeroom: str = ""


@dataclass(frozen=True)
class Corrected:
    """Sửa điểm bằng bút đỏ: the old values struck through, oldest first, and the one that holds."""

    new: str
    struck: tuple[str, ...]


Cell = str | Corrected


@dataclass(frozen=True, kw_only=True)
class TeacherOfSubject:
    """Dòng trong bảng phân công giảng dạy of the inner cover."""

    subject: str
    teachers: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ProfileLine:
    """Sơ yếu lí lịch học sinh: one line over two facing pages."""

    number: int
    name: str
    born: str = ""
    birth_place: str = ""
    sex: str = ""
    ethnic: str = ""
    priority: str = ""
    address: str = ""
    father: str = ""
    mother: str = ""
    changes: str = ""
    left: bool = False


@dataclass(frozen=True, kw_only=True)
class AttendanceLine:
    """Một dòng theo dõi chuyên cần: marks by day ("P", "K" or blank), empty for a blank grid."""

    number: int
    name: str
    days: tuple[str, ...] = ()
    total: str = ""
    with_permission: str = ""
    without: str = ""


@dataclass(frozen=True, kw_only=True)
class AttendanceMonth:
    """Trang theo dõi chuyên cần of a month; `weekdays` has one of "2"…"7", "CN" for each day."""

    title: str
    weekdays: tuple[str, ...]
    lines: tuple[AttendanceLine, ...] = ()
    total: str = ""


@dataclass(frozen=True, kw_only=True)
class MarkLine:
    """Một dòng của trang điểm: `regular` has as many cells as the subject requires.

    term: ĐTBmhk or Đ/CĐ; year: ĐTBmcn or Đ/CĐ (HK II only); again: after re-assessment.
    """

    number: int
    name: str
    regular: tuple[Cell, ...] = ()
    midterm: Cell = ""
    final: Cell = ""
    term: Cell = ""
    year: str = ""
    again: str = ""
    note: str = ""
    left: bool = False


@dataclass(frozen=True, kw_only=True)
class SubjectPage:
    """Trang của một môn trong một học kì; term is 1 or 2, columns how many regular cells."""

    subject: str
    term: int
    by_comment: bool
    columns: int
    teachers: tuple[str, ...]
    lines: tuple[MarkLine, ...]
    corrections: int = 0


@dataclass(frozen=True, kw_only=True)
class SummaryLine:
    """Một dòng tổng hợp: `values` in the order of comment_subjects, then scored_subjects."""

    number: int
    name: str
    values: tuple[str, ...]
    learning: str = ""
    conduct: str = ""
    left: bool = False


@dataclass(frozen=True, kw_only=True)
class SummaryPage:
    """Tổng hợp kết quả đánh giá of a term ("HỌC KÌ I") or of the year ("CẢ NĂM")."""

    title: str
    comment_subjects: tuple[str, ...]
    scored_subjects: tuple[str, ...]
    lines: tuple[SummaryLine, ...]


@dataclass(frozen=True, kw_only=True)
class DecisionLine:
    """Một dòng của trang quyết định cuối năm; `promoted` and `retained` hold "x" or nothing."""

    number: int
    name: str
    conduct: str = ""
    learning: str = ""
    conduct_after: str = ""
    learning_after: str = ""
    absent: str = ""
    promoted: str = ""
    retained: str = ""
    award: str = ""
    left: bool = False


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Tổng số cuối năm, printed; blank while nothing is decided."""

    pupils: str = ""
    promoted: str = ""
    promoted_after_summer: str = ""
    retained: str = ""
    excellent: str = ""
    good: str = ""


@dataclass(frozen=True, kw_only=True)
class DecisionPage:
    """Kết quả đánh giá cả năm học và quyết định lên lớp."""

    lines: tuple[DecisionLine, ...]
    totals: Totals = field(default_factory=Totals)


@dataclass(frozen=True, kw_only=True)
class Review:
    """Nhận xét của hiệu trưởng về việc sử dụng sổ, month by month."""

    month: str
    text: str = ""
    signed: str = ""


@dataclass(frozen=True, kw_only=True)
class Summaries:
    """What the summary tables of a class give to its book; blank tuples and lines when nothing."""

    terms: tuple[SummaryPage, ...]
    year: SummaryPage
    decision: DecisionPage


@dataclass(frozen=True, kw_only=True)
class ClassBook:
    """Sổ theo dõi và đánh giá học sinh (theo lớp học). Law: TT 22/2021/TT-BGDĐT, Điều 20."""

    head: PaperHead
    size: str
    girls: str
    teachers: tuple[TeacherOfSubject, ...]
    profiles: tuple[ProfileLine, ...]
    months: tuple[AttendanceMonth, ...]
    subjects: tuple[SubjectPage, ...]
    summaries: Summaries
    reviews: tuple[Review, ...]


@dataclass(frozen=True, kw_only=True)
class SubjectBook:
    """Sổ theo dõi và đánh giá học sinh của một môn học trong một học kì, as one document."""

    head: PaperHead
    page: SubjectPage


@dataclass(frozen=True, kw_only=True)
class TeacherLine:
    """Một dòng trong sổ của giáo viên."""

    number: int
    code: str
    name: str
    born: str
    regular: tuple[Cell, ...] = ()
    midterm: Cell = ""
    final: Cell = ""
    term: Cell = ""
    year: str = ""
    remark: str = ""
    left: bool = False


@dataclass(frozen=True, kw_only=True)
class TeacherPage:
    """Một môn, một lớp, một học kì in a teacher's book, with its number and rate of Đạt."""

    subject: str
    class_name: str
    term: int
    by_comment: bool
    columns: int
    lines: tuple[TeacherLine, ...]
    passed: str = ""
    failed: str = ""


@dataclass(frozen=True, kw_only=True)
class TeacherBook:
    """Sổ theo dõi và đánh giá học sinh (của giáo viên)."""

    head: PaperHead
    teacher: str
    group: str
    pages: tuple[TeacherPage, ...]


@dataclass(frozen=True, kw_only=True)
class ColumnGroup:
    """Nhóm cột: one title above some heads; heads of a group that is one column stay blank.

    `turned`: heads stand on their side. `wide`: the width of each column, in parts of 1.
    """

    title: str
    heads: tuple[str, ...] = ("",)
    turned: bool = False
    wide: float = 1


@dataclass(frozen=True, kw_only=True)
class TableLine:
    """Một dòng: number, name, and one printed value for each head of all groups."""

    number: int
    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ClassTable:
    """Bảng tổng hợp kết quả đánh giá giáo dục của lớp at one point, on landscape pages."""

    head: PaperHead
    title: str
    subtitle: str
    groups: tuple[ColumnGroup, ...]
    lines: tuple[TableLine, ...]
    notes: tuple[str, ...] = ()
    totals: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class RegisterPaper:
    """Sổ đăng bộ of those who entered in one year; eleven texts in each line."""

    head: PaperHead
    subtitle: str
    lines: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class ListColumn:
    """Cột của danh sách: head, width in parts, align "left" or "center"."""

    head: str
    wide: float = 1
    align: str = "left"


@dataclass(frozen=True, kw_only=True)
class ClassList:
    """Danh sách theo Điều 12 đến Điều 15: promoted, re-assessed, summer, retained, awarded.

    `basis`: the legal sentence under the title. `lines`: one text for each column.
    """

    head: PaperHead
    title: str
    subtitle: str
    basis: str
    columns: tuple[ListColumn, ...]
    lines: tuple[tuple[str, ...], ...]
    empty: str = "Không có học sinh nào trong danh sách này."
