"""Sổ theo dõi trẻ mầm non: stages of the year, columns by age, heights and weights that can be.

Results are stored 1 Đạt, 2 Chưa đạt; heights in millimetres, weights in grams.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from khue.gradebook.rules.dated import rows_of
from khue.gradebook.rules.preschool import fields_of_group
from khue.gradebook.rules.sheet_cells import Column
from kit.refusal import Refusal
from kit.vietnamese import search_key, tidy

TERM_1, YEAR_END = 1, 2
FIRST_OWN, LAST_OWN = 3, 40
MONTHS = 100
SCHOOL_MONTHS = (9, 10, 11, 12, 1, 2, 3, 4, 5)
LONGEST_NAME = 60
NURSERY = "16"
_GROUPS = {"01": "03-12", "02": "13-24", "03": "25-36", "04": "3-4", "05": "4-5", "06": "5-6"}
FIVE_YEARS = "06"
_SLOTS = {
    "the-chat": "physical",
    "nhan-thuc": "cognitive",
    "ngon-ngu": "language",
    "tinh-cam-tham-mi": "social",
    "tinh-cam": "social",
    "tham-mi": "aesthetic",
}
_SHORT = "Phát triển "
_RESULTS = {"d": 1, "dat": 1, "c": 2, "cd": 2, "chua dat": 2}
_NUMBER = re.compile(r"(\d{1,3})(?:[.,](\d{1,2}))?", re.ASCII)
# A child does not shrink; a centimetre is within what two measurements differ by.
SHRINKS_MM = 10


@dataclass(frozen=True, slots=True)
class Stage:
    """Một giai đoạn: a term's end, the year's end, one that the school names, or a month."""

    number: int
    name: str

    @property
    def spoken(self) -> str:
        """As the middle of a sentence says it."""
        return self.name[:1].lower() + self.name[1:]

    @property
    def month(self) -> int | None:
        """The month of measuring; none for a stage with an assessment."""
        return self.number - MONTHS if self.number > MONTHS else None


def stages_of(own: Sequence[Mapping[str, object]]) -> list[Stage]:
    """The stages of a school in order: its own ones, then the ends of term I and of the year."""
    named = [Stage(int(str(one["number"])), str(one["name"])) for one in own]
    return [*named, Stage(TERM_1, "Cuối học kì I"), Stage(YEAR_END, "Cuối năm học")]


def month_stages() -> list[Stage]:
    """Cân đo hằng tháng, from September to May."""
    return [Stage(MONTHS + month, f"Cân đo tháng {month}") for month in SCHOOL_MONTHS]


def name_stages(
    names: Sequence[str], before: Sequence[Mapping[str, object]]
) -> list[dict[str, object]] | Refusal:
    """The stages that a school names; one that keeps its name keeps its number, so its records."""
    told = list(dict.fromkeys(filter(None, map(tidy, names))))
    if any(len(name) > LONGEST_NAME for name in told):
        return Refusal("TOO_LONG", f"Tên giai đoạn dài nhất {LONGEST_NAME} kí tự.")
    if len(told) > LAST_OWN - FIRST_OWN:
        return Refusal("TOO_MANY", f"Chỉ đặt được {LAST_OWN - FIRST_OWN} giai đoạn trong năm.")
    numbers = {str(one["name"]): int(str(one["number"])) for one in before}
    free = (one for one in range(FIRST_OWN, MONTHS) if one not in numbers.values())
    return [{"number": numbers.get(name) or next(free), "name": name} for name in told]


def term_of_stage(number: int) -> int:
    """The term in which a stage lies; the school's own stages lie in either and follow the year."""
    if number > MONTHS:
        return 1 if number - MONTHS >= 8 else 2
    return 1 if number == TERM_1 else 2


def child_columns(age_group: str, grade: str, stage: Stage) -> list[Column]:
    """Các cột of a class at a stage: the fields of its age, height and weight, the remark.

    Law: TT 17/2009/TT-BGDĐT
    """
    growth = [
        Column("height", "Cao (cm)", "Chiều cao", "height", "Cân đo"),
        Column("weight", "Nặng (kg)", "Cân nặng", "weight", "Cân đo"),
    ]
    remark = Column("remark", "Nhận xét", "Nhận xét", "text")
    if stage.month:
        return [*growth, remark]
    return [*_field_columns(age_group, grade), *growth, remark]


def _field_columns(age_group: str, grade: str) -> list[Column]:
    key = _GROUPS.get(age_group) or ("25-36" if grade == NURSERY else "4-5")
    columns = []
    for field in fields_of_group(key):
        name = field.name.removeprefix(_SHORT)
        title = name[:1].upper() + name[1:]
        label = field.name.replace(",", " và", 1) if field.name.count(",") else field.name
        columns.append(Column(_SLOTS[field.key], title, label, "attained", "Lĩnh vực phát triển"))
    return columns


def months_old(born: date, today: date) -> int:
    """Tuổi theo tháng on a day."""
    return (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)


def parse_attained(text: str) -> int | Refusal | None:
    """Đọc kết quả: Đ or CĐ, or the words, with or without diacritics."""
    word = search_key(text)
    found = _RESULTS.get(word)
    if not word or found:
        return found
    sentence = f"“{text}” không phải là kết quả. Hãy nhập Đ (Đạt) hoặc CĐ (Chưa đạt)."
    return Refusal("NOT_A_RESULT", sentence, {"text": text})


def _parse_measure(text: str, what: str, example: str, scale: int) -> int | Refusal | None:
    plain = text.strip().lower().removesuffix("cm").removesuffix("kg").strip()
    if not plain:
        return None
    found = _NUMBER.fullmatch(plain)
    if found is None:
        sentence = f"“{text}” không phải là {what}. Hãy nhập số, ví dụ {example}."
        return Refusal("NOT_A_NUMBER", sentence, {"text": text})
    whole, decimals = found[1], (found[2] or "").ljust(2, "0")
    return (int(whole) * 100 + int(decimals)) * scale // 100


def parse_height(text: str) -> int | Refusal | None:
    """Đọc chiều cao typed in centimetres, into millimetres."""
    return _parse_measure(text, "chiều cao tính bằng cm", "98,5", 10)


def parse_weight(text: str) -> int | Refusal | None:
    """Đọc cân nặng typed in kilograms, into grams."""
    return _parse_measure(text, "cân nặng tính bằng kg", "15,2", 1000)


def print_measure(value: int, scale: int) -> str:
    """98,5 and 15,2; two decimals only where they say something."""
    whole, rest = divmod(value * 100 // scale, 100)
    return f"{whole},{rest:02d}".rstrip("0").rstrip(",")


def print_attained(value: int | None) -> str:
    """Đ, CĐ, or nothing."""
    return {1: "Đ", 2: "CĐ"}.get(value or 0, "")


def implausible(slot: str, value: int | None, months: int | None, before: int | None) -> str:
    """Why a height or weight is probably a slip of the finger; "" when it can be.

    The bounds lie in data and are wide: they catch typing errors, they judge no child.
    """
    if value is None or slot not in ("height", "weight"):
        return ""
    return _out_of_bounds(slot, value, months) or _shrunk(slot, value, before)


def _out_of_bounds(slot: str, value: int, months: int | None) -> str:
    unit, scale = ("cm", 10) if slot == "height" else ("kg", 1000)
    kind = "height_mm" if slot == "height" else "weight_g"
    rows = [one for one in rows_of("preschool-growth") if _covers(one, months)]
    least = min(int(one[f"least_{kind}"]) for one in rows)
    most = max(int(one[f"most_{kind}"]) for one in rows)
    if least <= value <= most:
        return ""
    what = "Chiều cao" if slot == "height" else "Cân nặng"
    age = "trẻ mầm non" if months is None else f"trẻ {months} tháng"
    return (
        f"{what} {print_measure(value, scale)} {unit} khó xảy ra với {age} (thường từ "
        f"{print_measure(least, scale)} đến {print_measure(most, scale)} {unit}). "
        "Hãy kiểm tra lại số đo và ngày sinh của trẻ."
    )


def _covers(row: Mapping[str, str], months: int | None) -> bool:
    last = int(rows_of("preschool-growth")[-1]["to_months"])
    age = None if months is None else max(0, min(months, last))
    return age is None or int(row["from_months"]) <= age <= int(row["to_months"])


def _shrunk(slot: str, value: int, before: int | None) -> str:
    if slot != "height" or before is None or value >= before - SHRINKS_MM:
        return ""
    return (
        f"Chiều cao {print_measure(value, 10)} cm thấp hơn lần đo trước "
        f"({print_measure(before, 10)} cm). Hãy kiểm tra lại cả hai số đo."
    )
