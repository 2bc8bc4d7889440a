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
# Rank by kind: the list of the gateway still has upper secondary teachers of today only.
RANKS = {"27": "12", "15": "16", "11": "36", "09": "33", "20": "23", "34": "22"}
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


def training_of(school: PlannedSchool, one: PlannedStaff) -> Training:
    """What the file of a person tells beside the qualification."""
    subject = one.title.removeprefix("Giáo viên ")
    rank = RANKS.get(one.kind, OTHER_RANK)
    if one.kind in TAUGHT_AT_LEVEL and subject not in SUBJECTS:
        level = "01" if one.kind == "30" else "02"
        return Training(MAJOR_OF_LEVEL[level], TAUGHT_AT_LEVEL[one.kind], rank)
    if one.kind in TEACHERS:
        return Training(*SUBJECTS.get(subject, (OTHER_MAJOR, (OTHER_SUBJECT,))), rank)
    if one.kind in MANAGERS:
        first = school.outline.kind.levels[0]
        return Training(MAJOR_OF_LEVEL.get(first, "Sư phạm Toán học"), (), rank)
    return Training(OTHER_MAJOR, (), rank)


def sector_values(school: PlannedSchool, one: PlannedStaff) -> dict[str, object]:
    """Dữ liệu bổ sung của cán bộ: salary, ratings, what only the sector asks for."""
    step = min(STEPS, 1 + (YEAR - one.since.year) // YEARS_A_STEP)
    rating = 1 + (mixed(school.outline.seed, 59, int(one.number)) % 10 > 6)
    values: dict[str, object] = {
        "BacLuong": step,
        "HeSo": (FIRST_STEP + A_STEP * (step - 1)) / 100,
        "MucPhuCapUuDai": 50 if one.kind in TEACHERS | MANAGERS else 0,
        "DanhGiaKqChuanNgheNghiep": rating,
        "TuDanhGiaKqChuanNgheNghiep": f"{rating:02d}",
    }
    if one.kind in MANAGERS:
        values["MucPhuCapLanhDao"] = 45
    if one.kind in MANAGERS | TEACHERS:
        values["TrinhDoDaoTaoCnChinh"] = DEGREES[one.qualification]
    if "Tiếng Anh" in training_of(school, one).subjects:
        values["MonNgoaiNguChinh"] = ENGLISH
    return values
