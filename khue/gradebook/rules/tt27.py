"""Thông tư 27/2020/TT-BGDĐT: grades 1 to 5, levels and tests at four points of the year.

Marks of tests are whole numbers from 0 to 10, here as in a cell of the book in tenths.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum, StrEnum

from khue.gradebook.rules.awards import Award
from khue.gradebook.rules.dated import Row, rows_of
from khue.gradebook.rules.marks import HIGHEST
from kit.numbers import parse_mark, print_mark
from kit.refusal import Refusal


class Point(StrEnum):
    """Thời điểm đánh giá định kì, in the order of the year."""

    MID_TERM_1 = "mid_term_1"
    TERM_1 = "term_1"
    MID_TERM_2 = "mid_term_2"
    YEAR_END = "year_end"

    @property
    def name_vi(self) -> str:
        """As the class summary heads its columns."""
        return _POINT_NAMES[self]


_POINT_NAMES = {
    Point.MID_TERM_1: "Giữa học kì I",
    Point.TERM_1: "Cuối học kì I",
    Point.MID_TERM_2: "Giữa học kì II",
    Point.YEAR_END: "Cuối năm học",
}


class SubjectLevel(IntEnum):
    """Mức đạt được của môn học, hoạt động giáo dục: T, H, C; the best first."""

    T = 0
    H = 1
    C = 2

    @property
    def name_vi(self) -> str:
        """As the book prints it."""
        return ("Hoàn thành tốt", "Hoàn thành", "Chưa hoàn thành")[self]


class QualityLevel(IntEnum):
    """Mức của phẩm chất, năng lực: T, Đ, C; the best first."""

    T = 0
    D = 1
    C = 2

    @property
    def name_vi(self) -> str:
        """As the book prints it."""
        return ("Tốt", "Đạt", "Cần cố gắng")[self]

    @property
    def symbol(self) -> str:
        """Kí hiệu trong bảng: T, Đ, C."""
        return ("T", "Đ", "C")[self]


class YearLevel(IntEnum):
    """Đánh giá kết quả giáo dục cuối năm học, the best first."""

    HTXS = 0
    HTT = 1
    HT = 2
    CHT = 3

    @property
    def name_vi(self) -> str:
        """As the học bạ prints it."""
        return ("Hoàn thành xuất sắc", "Hoàn thành tốt", "Hoàn thành", "Chưa hoàn thành")[self]

    @property
    def completes_grade(self) -> bool:
        """Hoàn thành chương trình lớp học."""
        return self <= YearLevel.HT


@dataclass(frozen=True, slots=True)
class YearEnd:
    """Kết quả cuối năm của một học sinh; only year-end values count, by name of the subject.

    Tests are in tenths and hold one mark for every tested subject.
    """

    subjects: Mapping[str, SubjectLevel]
    qualities: Sequence[QualityLevel]
    tests: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Need:
    """Điều kiện của một mức cuối năm: the worst levels allowed and the lowest test."""

    level: YearLevel
    worst_subject: SubjectLevel
    worst_quality: QualityLevel
    lowest_test: int


NEEDS = (
    Need(YearLevel.HTXS, SubjectLevel.T, QualityLevel.T, 90),
    Need(YearLevel.HTT, SubjectLevel.T, QualityLevel.T, 70),
    Need(YearLevel.HT, SubjectLevel.H, QualityLevel.D, 50),
)


def _in_grades(row: Row, grade: int) -> bool:
    first, _, last = row["grades"].partition("-")
    return int(first) <= grade <= int(last)


def tested_subjects(grade: int, point: Point) -> tuple[str, ...]:
    """Môn có bài kiểm tra định kì, at this point of the year, in the order of the law.

    Law: TT 27/2020/TT-BGDĐT, Điều 7
    """
    rows = rows_of("primary-tests")
    return tuple(row["subject"] for row in rows if _in_grades(row, grade) and row[point.value])


def tested_subject_name(key: str) -> str:
    """The official name of a tested subject."""
    return next(row["name"] for row in rows_of("primary-tests") if row["subject"] == key)


def tested_names(grade: int, point: Point) -> tuple[str, ...]:
    """Tên các môn có bài kiểm tra định kì, for pages that know subjects by name."""
    return tuple(tested_subject_name(key) for key in tested_subjects(grade, point))


def tests_in_year(grade: int) -> int:
    """Số bài kiểm tra định kì của một lớp trong năm học.

    Law: TT 27/2020/TT-BGDĐT, Điều 7
    """
    return sum(len(tested_subjects(grade, point)) for point in Point)


def has_test(subject: str, grade: int, point: Point) -> bool:
    """Môn học này có bài kiểm tra ở thời điểm này hay không, by key or by official name."""
    return subject in tested_subjects(grade, point) or subject in tested_names(grade, point)


def parse_test_mark(text: str | float) -> int | Refusal:
    """Đọc điểm bài kiểm tra định kì: a whole number from 0 to 10, in tenths.

    Law: TT 27/2020/TT-BGDĐT, Điều 7
    """
    mark = parse_mark(text)
    if isinstance(mark, Refusal) or mark % 10 == 0:
        return mark
    sentence = (
        f"“{text}” không phải là điểm nguyên. Bài kiểm tra định kì ở tiểu học chấm từ 0 đến 10, "
        "không có điểm thập phân; hãy nhập số nguyên."
    )
    return Refusal("NOT_WHOLE", sentence, {"text": str(text)})


def assessed_competences(grade: int) -> tuple[str, ...]:
    """Phẩm chất, năng lực được đánh giá: without those whose subject the grade has not.

    Law: TT 27/2020/TT-BGDĐT, Điều 8
    """
    rows = rows_of("qualities-competences")
    return tuple(row["key"] for row in rows if not _is_left_out(row, grade))


def _is_left_out(row: Row, grade: int) -> bool:
    first, last = row["without_subject_from"], row["without_subject_to"]
    return bool(first) and int(first) <= grade <= int(last)


def missing_tests(grade: int, tests: Collection[str]) -> tuple[str, ...]:
    """Bài kiểm tra cuối năm còn thiếu: subjects by key without a mark."""
    return tuple(key for key in tested_subjects(grade, Point.YEAR_END) if key not in tests)


def meets(need: Need, year: YearEnd) -> bool:
    """Whether the year-end values satisfy every condition of one level."""
    return (
        max(year.subjects.values(), default=SubjectLevel.T) <= need.worst_subject
        and max(year.qualities, default=QualityLevel.T) <= need.worst_quality
        and min(year.tests.values(), default=HIGHEST) >= need.lowest_test
    )


def primary_year_level(year: YearEnd) -> YearLevel:
    """Đánh giá kết quả giáo dục cuối năm học: of subjects, qualities, competences and tests.

    Hoàn thành xuất sắc: all T, all Tốt, every test >= 9; Hoàn thành tốt: the same with
    tests >= 7; Hoàn thành: nothing at C, every test >= 5; otherwise Chưa hoàn thành.
    Law: TT 27/2020/TT-BGDĐT, Điều 9
    """
    return next((need.level for need in NEEDS if meets(need, year)), YearLevel.CHT)


def level_when_complete(
    subjects: Mapping[str, SubjectLevel | None],
    qualities: Sequence[QualityLevel | None],
    tests: Mapping[str, int | None],
) -> YearLevel | None:
    """Đánh giá cuối năm từ các ô đã nhập; none while one cell is empty."""
    known = YearEnd(
        {name: level for name, level in subjects.items() if level is not None},
        [level for level in qualities if level is not None],
        {name: mark for name, mark in tests.items() if mark is not None},
    )
    filled = len(known.subjects) + len(known.qualities) + len(known.tests)
    if not subjects or filled < len(subjects) + len(qualities) + len(tests):
        return None
    return primary_year_level(known)


def primary_award(
    level: YearLevel,
    *,
    outstanding_subject: bool = False,
    clear_progress: bool = False,
    recognised_by_class: bool = False,
) -> Award:
    """Danh hiệu học sinh tiểu học: Xuất sắc, Tiêu biểu, or none.

    Tiêu biểu needs Hoàn thành tốt, an outstanding subject or clear progress in a quality or
    competence, and recognition by the class.
    Law: TT 27/2020/TT-BGDĐT, Điều 13
    """
    if level is YearLevel.HTXS:
        return Award.XUATSAC
    notable = outstanding_subject or clear_progress
    if level is YearLevel.HTT and notable and recognised_by_class:
        return Award.TIEUBIEU
    return Award.NONE


class PrimaryOutcome(Enum):
    """Xét hoàn thành chương trình lớp học."""

    COMPLETED = "Hoàn thành chương trình lớp học"
    HELP = "Hướng dẫn, giúp đỡ và đánh giá bổ sung"
    PRINCIPAL_DECIDES = "Hiệu trưởng xét, quyết định"


def primary_outcome(level: YearLevel, *, after_help: YearLevel | None = None) -> PrimaryOutcome:
    """Xét hoàn thành chương trình lớp học; absence never decides in primary school.

    A child who is still Chưa hoàn thành after help goes to the principal, who decides.
    Law: TT 27/2020/TT-BGDĐT, Điều 11
    """
    if level.completes_grade or (after_help is not None and after_help.completes_grade):
        return PrimaryOutcome.COMPLETED
    return PrimaryOutcome.HELP if after_help is None else PrimaryOutcome.PRINCIPAL_DECIDES


_EXPECTED_FROM = {SubjectLevel.T: 70, SubjectLevel.H: 50, SubjectLevel.C: 0}
_EXPECTED_TO = {SubjectLevel.T: 100, SubjectLevel.H: 89, SubjectLevel.C: 59}


def is_abnormal_test(level: SubjectLevel, tenths: int) -> bool:
    """Điểm kiểm tra bất thường so với đánh giá thường xuyên: another test may be proposed.

    Plain bounds: T with less than 7, H with less than 5 or from 9, C with 6 or more.
    Law: TT 27/2020/TT-BGDĐT, Điều 7
    """
    return not _EXPECTED_FROM[level] <= tenths <= _EXPECTED_TO[level]


def lowest_named(tests: Mapping[str, int], below: int) -> Iterable[str]:
    """Bài kiểm tra dưới một mức, each as "Toán 4"."""
    low = ((name, mark) for name, mark in tests.items() if mark < below)
    return [f"{name} {print_mark(mark, whole_with_decimal=False)}" for name, mark in low]
