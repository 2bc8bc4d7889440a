"""Giáo dục mầm non: no marks and no promotion; fields of development, Đạt or Chưa đạt."""

from dataclasses import dataclass
from enum import IntEnum

from khue.gradebook.rules.dated import Row, rows_of


class Attainment(IntEnum):
    """Kết quả của một chỉ số hay mục tiêu: entered by the teacher, the better first."""

    DAT = 0
    CHUADAT = 1

    @property
    def name_vi(self) -> str:
        """As the book prints it."""
        return ("Đạt", "Chưa đạt")[self]

    @property
    def symbol(self) -> str:
        """As a narrow column prints it."""
        return ("Đ", "CĐ")[self]


@dataclass(frozen=True, slots=True)
class AgeGroup:
    """Nhóm trẻ hay lớp mẫu giáo: ages in months, size, how often growth is measured."""

    key: str
    name: str
    stage: str
    from_months: int
    to_months: int
    most_children: int
    growth_every_months: int


@dataclass(frozen=True, slots=True)
class Field:
    """Lĩnh vực phát triển."""

    key: str
    name: str


def _group(row: Row) -> AgeGroup:
    return AgeGroup(
        row["key"],
        row["name"],
        row["stage"],
        int(row["from_months"]),
        int(row["to_months"]),
        int(row["most_children"]),
        int(row["growth_every_months"]),
    )


def age_groups() -> tuple[AgeGroup, ...]:
    """Các nhóm tuổi mầm non, youngest first.

    Law: TT 52/2020/TT-BGDĐT
    """
    return tuple(_group(row) for row in rows_of("preschool-groups"))


def group_of_age(months: int) -> AgeGroup | None:
    """Nhóm tuổi của trẻ theo số tháng; none outside 3 to 72 months."""
    return next((one for one in age_groups() if one.from_months <= months <= one.to_months), None)


def fields_of_group(key: str) -> tuple[Field, ...]:
    """Các lĩnh vực phát triển của một nhóm tuổi.

    Law: TT 17/2009/TT-BGDĐT
    """
    stage = next(one.stage for one in age_groups() if one.key == key)
    rows = (row for row in rows_of("preschool-fields") if stage in row["stage"].split(";"))
    return tuple(Field(row["key"], row["name"]) for row in rows)


def field_result(reached: int, assessed: int) -> Attainment | None:
    """Kết quả một lĩnh vực: Đạt when every assessed goal is reached; none without a goal."""
    if assessed <= 0:
        return None
    return Attainment.DAT if reached >= assessed else Attainment.CHUADAT


def growth_measures_due(months: int, last_months: int | None) -> bool:
    """Đến kì cân đo: every month under 24 months, every quarter after; ages in months."""
    group = group_of_age(months)
    if group is None:
        return False
    return last_months is None or months - last_months >= group.growth_every_months
