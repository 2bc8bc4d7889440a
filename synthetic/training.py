"""What members of staff have learnt, teach and earn, as the lists of the sector write it.

All invented; codes are those of DM_CHUYEN_NGANH, DM_MON_DAY, DM_NGACH and DM_TRINH_DO.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from synthetic.lots import mixed
from synthetic.plan import YEAR, PlannedSchool, PlannedStaff

OTHER_MAJOR, OTHER_SUBJECT, OTHER_RANK = "Chuyên ngành khác", "Môn khác", "66"
MANAGERS = frozenset({"01", "02", "05", "06"})
TEACHERS = frozenset({"27", "28", "29", "30"})
# Rank by kind. Teachers of class III by the list of 2021, which continues that of the gateway.
RANKS = {"15": "16", "11": "36", "09": "33", "20": "23", "34": "22"}
TEACHER_RANKS = {"30": "V.07.02.26", "29": "V.07.03.29", "28": "V.07.04.32", "27": "V.07.05.15"}
LEVEL_RANKS = {"01": "V.07.02.25", "02": "V.07.03.28", "03": "V.07.04.31", "04": "V.07.05.14"}
MAJOR_OF_LEVEL = {"01": "Giáo dục Mầm non", "02": "Giáo dục Tiểu học"}
# Subject of ours -> major, and what the list of taught subjects calls it.
SUBJECTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "Toán": ("Sư phạm Toán học", ("Toán",)),
    "Ngữ văn": ("Sư phạm Ngữ văn", ("Ngữ văn",)),
    "Ngoại ngữ 1": ("Sư phạm Tiếng Anh", ("Tiếng Anh",)),
    "Giáo dục công dân": ("Giáo dục Công dân", ("Giáo dục công dân",)),
    "Giáo dục kinh tế và pháp luật": ("Giáo dục Chính trị", ("Giáo dục công dân",)),
    "Lịch sử": ("Sư phạm Lịch sử", ("Lịch sử",)),
    "Địa lí": ("Sư phạm Địa lý", ("Địa lý",)),
    "Lịch sử và Địa lí": ("Sư phạm Lịch sử", ("Lịch sử", "Địa lý")),
    "Khoa học tự nhiên": ("Sư phạm khoa học tự nhiên", ("Vật lý", "Hóa học")),
    "Vật lí": ("Sư phạm Vật lý", ("Vật lý",)),
    "Hóa học": ("Sư phạm Hóa học", ("Hóa học",)),
    "Sinh học": ("Sư phạm Sinh học", ("Sinh học",)),
    "Công nghệ": ("Sư phạm công nghệ", ("Công nghệ",)),
    "Tin học": ("Sư phạm Tin học", ("Tin học",)),
    "Tin học và Công nghệ": ("Sư phạm Tin học", ("Tin học", "Công nghệ")),
    "Giáo dục thể chất": ("Giáo dục Thể chất", ("Thể dục",)),
    "Giáo dục quốc phòng và an ninh": (
        "Giáo dục Quốc phòng - An ninh",
        ("Giáo dục quốc phòng",),
    ),
    "Nghệ thuật (Âm nhạc, Mĩ thuật)": ("Sư phạm nghệ thuật", ("Âm nhạc", "Mỹ thuật")),
}
TAUGHT_AT_LEVEL = {"30": ("Mẫu giáo",), "29": ("Tiểu học",)}
DEGREES = {"02": 8, "16": 7, "03": 7, "17": 6, "04": 6, "18": 5, "05": 5}
FIRST_STEP, A_STEP, STEPS = 234, 33, 9
YEARS_A_STEP = 3
ENGLISH = "01"


@dataclass(frozen=True, slots=True)
class Training:
    """Chuyên ngành, môn dạy, ngạch of one person."""

    major: str
    subjects: tuple[str, ...]
    rank: str


@dataclass(frozen=True, slots=True)
class Career:
    """What decides about training and salary: kind of post, title, level, years of work."""

    kind: str
    title: str
    level: str
    qualification: str
    years: int

    @property
    def subject(self) -> str:
        return self.title.removeprefix("Giáo viên ")

    @property
    def leads(self) -> bool:
        return self.kind in MANAGERS

    @property
    def teaches(self) -> bool:
        return self.kind in TEACHERS


def training_of(school: PlannedSchool, one: PlannedStaff) -> Training:
    """What the file of a person tells beside the qualification."""
    return training_for(_career(school, one))


def _career(school: PlannedSchool, one: PlannedStaff) -> Career:
    level = school.outline.kind.levels[0]
    return Career(one.kind, one.title, level, one.qualification, YEAR - one.since.year)


def training_for(one: Career) -> Training:
    """Chuyên ngành, môn dạy, ngạch by what a post asks for."""
    if one.kind in TAUGHT_AT_LEVEL and one.subject not in SUBJECTS:
        level = "01" if one.kind == "30" else "02"
        return Training(MAJOR_OF_LEVEL[level], TAUGHT_AT_LEVEL[one.kind], TEACHER_RANKS[one.kind])
    if one.teaches:
        major, taught = SUBJECTS.get(one.subject, (OTHER_MAJOR, (OTHER_SUBJECT,)))
        return Training(major, taught, TEACHER_RANKS[one.kind])
    if one.leads:
        major = MAJOR_OF_LEVEL.get(one.level, "Sư phạm Toán học")
        return Training(major, (), LEVEL_RANKS.get(one.level, LEVEL_RANKS["04"]))
    return Training(OTHER_MAJOR, (), RANKS.get(one.kind, OTHER_RANK))


def sector_values(school: PlannedSchool, one: PlannedStaff) -> dict[str, object]:
    """Dữ liệu bổ sung của cán bộ: salary, ratings, what only the sector asks for."""
    drawn = mixed(school.outline.seed, 59, int(one.number))
    return values_for(_career(school, one), rating=1 + (drawn % 10 > 6))


def values_for(one: Career, *, rating: int) -> dict[str, object]:
    """What only the sector asks for; `rating` is the code of DM_KQ_CHUAN_NGHE_NGHIEP."""
    step = min(STEPS, 1 + one.years // YEARS_A_STEP)
    values: dict[str, object] = {
        "BacLuong": step,
        "HeSo": (FIRST_STEP + A_STEP * (step - 1)) / 100,
        "MucPhuCapUuDai": 50 if one.teaches or one.leads else 0,
        "DanhGiaKqChuanNgheNghiep": rating,
        "TuDanhGiaKqChuanNgheNghiep": f"{rating:02d}",
    }
    if one.leads:
        values["MucPhuCapLanhDao"] = 45
    if one.teaches or one.leads:
        values["TrinhDoDaoTaoCnChinh"] = DEGREES[one.qualification]
    if "Tiếng Anh" in training_for(one).subjects:
        values["MonNgoaiNguChinh"] = ENGLISH
    return values
