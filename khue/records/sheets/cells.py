"""What the cells of a person's row mean: codes by name, ticks, dates, names in two columns."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from khue.organisations.api import codes
from khue.records.rules.refusals import RowsRefused
from kit.dates import parse_date, parse_partial_date
from kit.refusal import Refusal
from kit.sheets.cells import Cell, cell_text
from kit.sheets.headers import Column, Row
from kit.vietnamese import capitalise_name, search_key, tidy

PERSON_COLUMNS = (
    Column(
        "name",
        "Họ và tên",
        ("Họ tên", "Họ và tên học sinh", "Họ tên HS", "Họ và tên giáo viên", "Họ tên CBGV"),
    ),
    Column("family", "Họ đệm", ("Họ và đệm", "Họ và tên đệm", "Họ lót", "Họ và chữ đệm", "Họ")),
    Column("given", "Tên", ("Tên học sinh", "Tên riêng")),
    Column("born", "Ngày sinh", ("Ngày tháng năm sinh", "Sinh ngày", "NTNS", "Năm sinh")),
    Column("sex", "Giới tính", ("Phái", "Nam/Nữ", "GT")),
    Column("female", "Nữ", ("Nữ (x)", "Là nữ")),
    Column(
        "personal_number",
        "Số định danh cá nhân",
        ("Số định danh", "CCCD", "Số CCCD", "ĐDCN", "Mã ĐDCN", "CMND/CCCD", "Số ĐDCN/CCCD"),
    ),
    Column("ethnic_group", "Dân tộc", ("Tên dân tộc", "Mã dân tộc")),
    Column("birth_place", "Nơi sinh", ("Nơi sinh (tỉnh)",)),
    Column("home_town", "Quê quán", ("Nguyên quán",)),
    Column(
        "address",
        "Chỗ ở hiện nay",
        ("Địa chỉ", "Nơi ở hiện nay", "Chỗ ở", "Hộ khẩu thường trú", "Địa chỉ thường trú"),
    ),
    Column("phone", "Điện thoại", ("SĐT", "Số điện thoại", "ĐTDĐ", "Điện thoại liên hệ", "ĐT")),
    Column("email", "Thư điện tử", ("Email", "E-mail")),
)
LABELS = {column.key: column.title for column in PERSON_COLUMNS} | {
    "name": "Họ và tên",
    "code": "Mã định danh của ngành",
}
_FEMALE_MARKS = {"x", "nu", "1", "v", "true"}
_SEXES = {"nam": "M", "nu": "F", "m": "M", "f": "F", "male": "M", "female": "F", "x": ""}
SPOKEN = {"mong": "hmong", "meo": "hmong", "congiao": "thienchuagiao", "thienchua": "thienchuagiao"}
_PARTS = re.compile(r"[;\n]+")


class CellRefused(Exception):
    """A cell that cannot be taken; the text is the sentence for the person."""


@dataclass(frozen=True)
class CodeFinder:
    """Codes of one list by code, name or other name, whatever the diacritics."""

    title: str
    names: Mapping[str, str]

    @classmethod
    def of(cls, name: str, title: str, on: date) -> CodeFinder:
        """Codes and names go before other names; an other name of two codes means neither."""
        found: dict[str, str] = {}
        others: dict[str, set[str]] = defaultdict(set)
        for value in codes(name, on=on):
            for spelling in (value.code, value.code.lstrip("0"), value.name):
                found.setdefault(_key(spelling), value.code)
            for spelling in value.details.get("other_names", "").split(","):
                others[_key(spelling)].add(value.code)
        clear = {key: next(iter(held)) for key, held in others.items() if len(held) == 1}
        found = {**clear, **found}
        found.pop("", None)
        return cls(title, {**found, **_spoken(found)})

    def find(self, text: str) -> str:
        """The code; nothing for nothing."""
        if not text.strip():
            return ""
        code = self.names.get(_key(text))
        if code is None:
            raise CellRefused(f"{self.title} “{text[:60]}” không có trong danh mục.")
        return code

    def find_all(self, text: str) -> tuple[str, ...]:
        """Several codes in one cell, apart by semicolons; one name may hold commas."""
        return tuple(dict.fromkeys(self.find(part) for part in _PARTS.split(text) if part.strip()))


def _key(text: str) -> str:
    return "".join(letter for letter in search_key(text) if letter.isalnum())


def _spoken(found: Mapping[str, str]) -> dict[str, str]:
    """Names that everybody uses and no list has."""
    return {word: found[listed] for word, listed in SPOKEN.items() if listed in found}


def full_name(row: Row) -> str:
    """The name from one column, or from family and given name in two."""
    whole = tidy(row.text("name")) or tidy(f"{row.text('family')} {row.text('given')}")
    plain = [word for word in whole.split() if len(word) > 1]
    careless = any(word.islower() or word.isupper() for word in plain)
    return capitalise_name(whole) if careless else whole


def sex_of(row: Row, has: frozenset[str]) -> str:
    """Nam or Nữ; a cross in a column “Nữ” is enough. "" when the row does not say."""
    if "sex" in has and (text := row.text("sex")):
        sex = _SEXES.get(search_key(text), "?")
        if sex in {"?", ""}:
            raise CellRefused(f"Giới tính “{text[:20]}” không rõ. Hãy ghi Nam hoặc Nữ.")
        return sex
    if "female" in has:
        return "F" if search_key(row.text("female")) in _FEMALE_MARKS else "M"
    return ""


def born_of(row: Row) -> str:
    """The birth date as it is kept: "2013-03-09", "2013"; "" when the row does not say."""
    cell = date_cell(row.values.get("born"))
    if cell is None:
        return ""
    parsed = parse_partial_date(cell)
    if isinstance(parsed, Refusal):
        raise CellRefused(f"Ngày sinh: {parsed.sentence}")
    return parsed.iso


def day_of(row: Row, key: str, title: str) -> date | None:
    """A day in a column; nothing for nothing."""
    cell = date_cell(row.values.get(key))
    if cell is None:
        return None
    parsed = parse_date(cell)
    if isinstance(parsed, Refusal):
        raise CellRefused(f"{title}: {parsed.sentence}")
    return parsed


def date_cell(cell: Cell) -> str | int | float | date | None:
    """What may be a date in a cell; numbers that a spreadsheet wrote as text stay text."""
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, str | int | float | date):
        return cell or None
    return cell_text(cell) or None


def masked(number: str) -> str:
    """A personal number as it is shown in a plan: only its last three digits."""
    return f"•••{number[-3:]}" if number else ""


def why(refused: Exception) -> str:
    """One sentence of everything that a service refused while a plan was written."""
    if isinstance(refused, RowsRefused):
        return " ".join(f"Dòng {row}: {one}" for row, one in refused.rows.items())
    return str(refused)
