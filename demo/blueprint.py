"""The schools of the demonstration: one of every kind, small enough to build in seconds."""

from __future__ import annotations

from dataclasses import dataclass

YEAR = 2026
LAST_YEAR = YEAR - 1
COMMUNES = ["Xã Suối Trong", "Xã Đồi Sim", "Phường Sao Mai"]


@dataclass(frozen=True)
class ClassPlan:
    """Classes of one grade (DM_KHOI code): their names and how many children sit in each."""

    grade: str
    level: str
    names: tuple[str, ...]
    size: int
    site: int = 0
    merged: tuple[str, ...] = ()
    age_group: str = ""


@dataclass(frozen=True)
class SchoolPlan:
    """One school: codes are those of the sector lists."""

    key: str
    code: str
    name: str
    commune: int
    level_group: str
    levels: tuple[str, ...]
    school_type: str
    managed_by: str
    classes: tuple[ClassPlan, ...]
    sites: tuple[str, ...] = ()
    boarding: bool = False
    area_kind: str = "04"


def _grades(level: str, first: int, last: int, letters: str, size: int) -> tuple[ClassPlan, ...]:
    return tuple(
        ClassPlan(f"{grade:02d}", level, tuple(f"{grade}{letter}" for letter in letters), size)
        for grade in range(first, last + 1)
    )


def _upper(size: int, numbers: tuple[int, ...]) -> tuple[ClassPlan, ...]:
    return tuple(
        ClassPlan(str(grade), "04", tuple(f"{grade}A{number}" for number in numbers), size)
        for grade in (10, 11, 12)
    )


SCHOOLS = [
    SchoolPlan(
        "main",
        "20001301",
        "Trường THCS Sao Khuê",
        0,
        "07",
        ("03",),
        "07",
        "XA",
        _grades("03", 6, 9, "ABC", 38),
    ),
    SchoolPlan(
        "preschool",
        "20001101",
        "Trường Mầm non Hoa Sim",
        0,
        "01",
        ("01",),
        "13",
        "XA",
        (
            ClassPlan("16", "01", ("Nhóm trẻ 25-36 tháng",), 20, age_group="03"),
            ClassPlan("17", "01", ("Mẫu giáo bé A", "Mẫu giáo bé B"), 22, age_group="04"),
            ClassPlan("17", "01", ("Mẫu giáo nhỡ A",), 26, site=1, age_group="05"),
            ClassPlan("17", "01", ("Mẫu giáo lớn A", "Mẫu giáo lớn B"), 30, age_group="06"),
        ),
        ("Điểm trường chính", "Điểm trường Khuổi Lặng"),
    ),
    SchoolPlan(
        "primary",
        "20001201",
        "Trường Tiểu học Suối Trong",
        0,
        "06",
        ("02",),
        "07",
        "XA",
        (
            *_grades("02", 1, 5, "AB", 27),
            ClassPlan("01", "02", ("1+2 Khuổi Lặng",), 9, site=1, merged=("01", "02")),
        ),
        ("Điểm trường chính", "Điểm trường Khuổi Lặng"),
    ),
    SchoolPlan(
        "boarding",
        "20002301",
        "Trường PTDTBT TH&THCS Đồi Sim",
        1,
        "09",
        ("02", "03"),
        "01",
        "XA",
        (*_grades("02", 1, 5, "A", 24), *_grades("03", 6, 9, "A", 30)),
        ("Điểm trường chính", "Điểm trường Pác Mười"),
        boarding=True,
    ),
    SchoolPlan(
        "upper",
        "20003401",
        "Trường THPT Ánh Sao",
        2,
        "08",
        ("04",),
        "07",
        "SO",
        _upper(42, (1, 2, 3)),
        area_kind="02",
    ),
    SchoolPlan(
        "multi",
        "20002402",
        "Trường THCS&THPT Bản Hạ",
        1,
        "10",
        ("03", "04"),
        "07",
        "SO",
        (*_grades("03", 6, 9, "A", 32), *_upper(34, (1,))),
    ),
    SchoolPlan(
        "ethnic",
        "20003403",
        "Trường PTDTNT THPT Xứ Sương",
        2,
        "08",
        ("04",),
        "02",
        "SO",
        _upper(33, (1,)),
        boarding=True,
        area_kind="02",
    ),
    SchoolPlan(
        "gdtx",
        "20003501",
        "Trung tâm GDNN-GDTX Sương Mai",
        2,
        "12",
        ("05",),
        "16",
        "SO",
        tuple(
            ClassPlan(code, "05", (f"{grade}GDTX",), 28)
            for code, grade in [("13", 10), ("14", 11), ("15", 12)]
        ),
        area_kind="02",
    ),
]

# The classes of the main school that finished last year: two go on, one left school.
LAST_YEAR_CLASSES = (
    ClassPlan("07", "03", ("7A", "7B"), 38),
    ClassPlan("09", "03", ("9A",), 36),
)

# How far the books of term I have come: by class and subject, or by class.
COMPLETE_CLASSES = {"7C"}
COMPLETE_BOOKS = {
    ("8A", "Giáo dục công dân"),
    ("8A", "Tin học"),
    ("9A", "Giáo dục công dân"),
    ("9A", "Lịch sử và Địa lí"),
    ("9A", "Giáo dục thể chất"),
}
LATE_BOOKS = {("8A", "Công nghệ"), ("8A", "Nội dung giáo dục của địa phương")}
# Entered strand by strand, through the page of the book.
STRANDED = {("8A", "Nghệ thuật")}
# A pupil (by place in the class) who was away on the day of an assessment.
HOLES = {("8A", "Toán"): (11, "gk")}
