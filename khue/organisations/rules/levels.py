"""Cấp học, khối lớp và cơ quan quản lý: what a kind of school teaches and who manages it."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType


class Level(StrEnum):
    """Cấp học (DM_CAP_HOC)."""

    PRESCHOOL = "01"
    PRIMARY = "02"
    LOWER_SECONDARY = "03"
    UPPER_SECONDARY = "04"
    CONTINUING = "05"

    @property
    def name_vi(self) -> str:
        """As the code list names it."""
        return _NAMES[self]


class ManagingBody(StrEnum):
    """Cấp quản lý: whom a school answers to."""

    COMMUNE = "XA"
    DEPARTMENT = "SO"
    MINISTRY = "BO"
    OTHER = "KHAC"


_NAMES: Mapping[Level, str] = MappingProxyType(
    {
        Level.PRESCHOOL: "Mầm non",
        Level.PRIMARY: "Tiểu học",
        Level.LOWER_SECONDARY: "Trung học cơ sở",
        Level.UPPER_SECONDARY: "Trung học phổ thông",
        Level.CONTINUING: "Giáo dục thường xuyên",
    }
)
# DM_NHOM_CAP_HOC: the levels of each kind of school, by digit of the level.
_LEVELS_OF_GROUP: Mapping[str, str] = MappingProxyType(
    {
        "01": "1", "02": "1", "03": "1", "04": "1", "05": "1", "19": "1",
        "06": "2", "07": "3", "08": "4", "09": "23", "10": "34", "11": "234",
        "12": "5", "13": "5", "14": "5", "15": "5",
        "16": "12", "17": "1234", "18": "123",
    }
)  # fmt: skip
# DM_KHOI: continuing education has grade codes of its own for the same grades.
_GRADE_NUMBERS: Mapping[str, int] = MappingProxyType(
    {
        **{f"{number:02d}": number for number in range(1, 13)},
        **{str(code): code - 3 for code in (13, 14, 15)},
        **{str(code): code - 14 for code in (20, 21, 22, 23)},
        **{str(code): code - 23 for code in (24, 25, 26, 27, 28)},
    }
)
_PRESCHOOL_GRADES = ("16", "17")
_LITERACY_GRADES = ("18", "19")
_GRADES_OF_LEVEL: Mapping[Level, tuple[str, ...]] = MappingProxyType(
    {
        Level.PRESCHOOL: _PRESCHOOL_GRADES,
        Level.PRIMARY: tuple(f"{number:02d}" for number in range(1, 6)),
        Level.LOWER_SECONDARY: tuple(f"{number:02d}" for number in range(6, 10)),
        Level.UPPER_SECONDARY: tuple(f"{number:02d}" for number in range(10, 13)),
        Level.CONTINUING: (
            *_LITERACY_GRADES, "24", "25", "26", "27", "28",
            "20", "21", "22", "23", "13", "14", "15",
        ),
    }
)  # fmt: skip


def levels_of_group(code: str) -> tuple[Level, ...]:
    """Các cấp học của một loại hình trường (DM_NHOM_CAP_HOC); none for an unknown code."""
    return tuple(Level(f"0{digit}") for digit in _LEVELS_OF_GROUP.get(code, ""))


def level_of_grade(grade: str) -> Level | None:
    """Cấp học của một khối (DM_KHOI)."""
    return next((level for level, grades in _GRADES_OF_LEVEL.items() if grade in grades), None)


def grade_number(grade: str) -> int | None:
    """Lớp mấy: 1 to 12; none for preschool and literacy classes."""
    return _GRADE_NUMBERS.get(grade)


def grades_of_levels(levels: Iterable[Level]) -> tuple[str, ...]:
    """Các khối mà một trường dạy, from the youngest."""
    return tuple(grade for level in sorted(levels) for grade in _GRADES_OF_LEVEL[level])


def curriculum_level(grade: str) -> str:
    """The name of the level in the curriculum data: primary, thcs or thpt; "" elsewhere."""
    number = grade_number(grade) or 0
    bands = ((0, ""), (5, "primary"), (9, "thcs"), (12, "thpt"))
    return next(name for last, name in bands if number <= last)


def next_grade(grade: str) -> str | None:
    """Khối của năm sau; none after the last grade of grade 12 or of literacy."""
    if grade == "16":
        return "17"
    level, number = level_of_grade(grade), grade_number(grade)
    if number is None or number == 12:
        return "01" if grade == "17" else None
    continuing = level == Level.CONTINUING
    codes = [code for code, other in _GRADE_NUMBERS.items() if other == number + 1]
    return next(code for code in codes if (level_of_grade(code) == Level.CONTINUING) == continuing)


def managing_body(levels: Iterable[Level], *, community_centre: bool = False) -> ManagingBody:
    """Cơ quan quản lý trực tiếp, by the highest level taught and never by the school's name.

    Up to lower secondary (boarding schools for ethnic minorities included) and community
    learning centres: the commune. With upper secondary, and continuing education: the
    department, which also supervises the profession everywhere.
    Law: TT 15/2025/TT-BGDĐT, sửa đổi bởi TT 45/2026/TT-BGDĐT
    """
    if community_centre:
        return ManagingBody.COMMUNE
    taught = set(levels)
    if not taught:
        return ManagingBody.OTHER
    higher = {Level.UPPER_SECONDARY, Level.CONTINUING}
    return ManagingBody.DEPARTMENT if taught & higher else ManagingBody.COMMUNE
