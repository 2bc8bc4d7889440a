"""Nội dung học bạ của một năm học: plain values that the XML, the paper and the credential share.

Values are as the book prints them: "7,5", "10,0", "Đ", "CĐ"; T, H, C and whole test marks in
primary; levels as "Tốt", "Khá", "Đạt", "Chưa đạt". Empty text: there is none. No value here is
computed: the gradebook has decided everything.
Law: NĐ 88/2026/NĐ-CP, Điều 8; TT 22/2021/TT-BGDĐT, Điều 20; TT 27/2020/TT-BGDĐT, Điều 10
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

PRIMARY, LOWER, UPPER, CONTINUING = "02", "03", "04", "05"
LEVELS = (PRIMARY, LOWER, UPPER, CONTINUING)


@dataclass(frozen=True, slots=True)
class Head:
    """Thông tin chung: which transcript, which version, which school issues it.

    `code`: mã định danh học bạ, says nothing of the person. `place`: nơi phát hành, as a letter
    begins with it. `made_on`: the day on which this version was composed. `leader_*`: who signs
    for the school; known once the version is confirmed.
    """

    code: str
    version: int
    verify_code: str
    department_code: str = ""
    department: str = ""
    school_code: str = ""
    school: str = ""
    commune: str = ""
    province: str = ""
    level: str = ""
    place: str = ""
    made_on: date | None = None
    leader_name: str = ""
    leader_title: str = ""


@dataclass(frozen=True, slots=True)
class PupilFacts:
    """Học sinh: who it is. `born`: "2013-03-09", "2013-03" or "2013". `sex`: "M" or "F".

    `lifelong_code`: mã số hồ sơ học tập suốt đời, which follows the personal number (12 digits);
    `code`: mã học sinh of the sector. Sensitive: ethnic group, policies, personal number.
    Law: NĐ 88/2026/NĐ-CP, Điều 9
    """

    lifelong_code: str = ""
    personal_number: str = ""
    code: str = ""
    name: str = ""
    born: str = ""
    sex: str = ""
    birth_place: str = ""
    ethnic_code: str = ""
    ethnic: str = ""
    nationality_code: str = ""
    nationality: str = ""
    address: str = ""
    policies: str = ""
    father: str = ""
    father_job: str = ""
    mother: str = ""
    mother_job: str = ""
    guardian: str = ""
    guardian_job: str = ""


@dataclass(frozen=True, slots=True)
class StrandFacts:
    """Mạch nội dung of a primary subject that is assessed in two (Tin học, Công nghệ)."""

    name: str
    level: str = ""
    test: str = ""
    level_after: str = ""
    test_after: str = ""


@dataclass(frozen=True, slots=True)
class SubjectFacts:
    """Môn học, hoạt động giáo dục: the part that its teacher signs.

    `element`: Id in the body ("mh-88", the number is that of the class subject). `form`: "score"
    or "comment". Secondary: term1, term2, year, after (đánh giá lại). Primary: level (T, H, C) and
    test at the year's end, and both after help; a subject in two strands has `strands` instead.
    `note`: what the book notes beside it ("Miễn đánh giá", "Điểm chuyển đến: …").
    """

    element: str
    code: str = ""
    name: str = ""
    form: str = "score"
    term1: str = ""
    term2: str = ""
    year: str = ""
    after: str = ""
    level: str = ""
    test: str = ""
    level_after: str = ""
    test_after: str = ""
    strands: tuple[StrandFacts, ...] = ()
    comment: str = ""
    note: str = ""
    corrections: int = 0
    teacher: str = ""
    teacher_code: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """Kết quả theo học kì: term I, term II, the whole year, after the summer."""

    term1: str = ""
    term2: str = ""
    year: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class QualityFacts:
    """Phẩm chất hoặc năng lực (TT 27): `slot` q1…q5, c1…c10; level T, Đ, C; and after help."""

    slot: str
    group: str
    name: str
    level: str = ""
    level_after: str = ""


@dataclass(frozen=True, slots=True)
class Stay:
    """Quá trình học trong năm: a class and school of this year, from day to day."""

    school: str
    class_name: str
    starts_on: date
    ends_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class YearFacts:
    """Một năm học của một học sinh, whole: what is composed, signed and published together.

    `regime`: "TT27", "TT22", "TT43" … `grade`: DM_KHOI code; `year`: 2026 is 2026-2027.
    `outcome`, `award`, `year_level`: the codes of the gradebook; `*_text`: as printed.
    `not_assessed`: học sinh khuyết tật không đánh giá (cokhuyettatkhongdanhgia).
    """

    head: Head
    pupil: PupilFacts
    year: int
    regime: str
    grade: str
    class_code: str = ""
    class_name: str = ""
    homeroom: str = ""
    homeroom_code: str = ""
    subjects: tuple[SubjectFacts, ...] = ()
    conduct: Terms = field(default_factory=Terms)
    learning: Terms = field(default_factory=Terms)
    qualities: tuple[QualityFacts, ...] = ()
    quality_remark: str = ""
    year_level: str = ""
    year_level_after: str = ""
    absent_with: int | None = None
    absent_without: int | None = None
    not_assessed: bool = False
    outcome: str = ""
    outcome_text: str = ""
    award: str = ""
    award_text: str = ""
    special_awards: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    remark: str = ""
    summer_task: str = ""
    summer_remark: str = ""
    height: str = ""
    weight: str = ""
    health: str = ""
    stays: tuple[Stay, ...] = ()

    @property
    def element(self) -> str:
        """Id of the year in the body, which the homeroom teacher signs."""
        return f"nh-{self.year}"

    @property
    def is_primary(self) -> bool:
        return self.head.level == PRIMARY or self.regime == "TT27"

    @property
    def label(self) -> str:
        """Năm học, as printed: "2026-2027"."""
        return f"{self.year}-{self.year + 1}"

    @property
    def corrected_subjects(self) -> tuple[str, ...]:
        """Các môn có sửa chữa, for the line at the foot of the page."""
        return tuple(one.name for one in self.subjects if one.corrections)

    @property
    def corrections(self) -> int:
        """Số chỗ sửa chữa of the whole page, counted from the history."""
        return sum(one.corrections for one in self.subjects)
