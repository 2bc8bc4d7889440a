"""Biểu 01-MN, 02-TH: their rows in printed order, where each number comes from, identities.

A row's source is a short sentence over the counts of schools (see rules/themes.py):
"02.grade.01 + 02.grade.02" adds counts; "… ? kind.06 & area.02|area.03" takes only schools that
hold the conditions; "#kind.06" counts schools. "02.age.<6" stands for every age below 6. A row
without a source has no data in the product, which is told and never guessed.

Rows and codes: "Biểu 01-MN", "Biểu 02-TH" as of 30 September (regime of TT 24/2018/TT-BGDĐT). A
code such as "3-14" stands for rows whose single codes are not at hand.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from khue.statistics.rules.themes import COLUMNS

DATA = Path(__file__).resolve().parents[1] / "data"
FILES = {"01-mn": "form-01-mn.csv", "02-th": "form-02-th.csv"}
FORM_NAMES = {
    "01-mn": "Biểu 01-MN – Giáo dục mầm non, đầu năm học",
    "02-th": "Biểu 02-TH – Giáo dục tiểu học, đầu năm học",
}
PEOPLE = frozenset({"people", "staff"})
PUBLIC = "ownership.01"
PERMANENT, FIXED_TERM = "contract.07", ("contract.08", "contract.03", "contract.04", "contract.05")
TERM = re.compile(r"([+-]?)\s*([a-z0-9_.<>]+)")
BEYOND = re.compile(r"(.+)\.([<>])(\d+)$")
COMPARED = re.compile(r"(.+?)(>=|<=)(\d+)$")


@dataclass(frozen=True, slots=True)
class SchoolCounts:
    """The counts of one school over all themes, without zeros."""

    counts: Mapping[str, int]

    @property
    def is_public(self) -> bool:
        return PUBLIC in self.counts


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number comes from: terms with signs, and the schools it is taken from.

    `conditions`: each is a list of alternatives, of which one must hold.
    """

    terms: tuple[tuple[int, str], ...]
    conditions: tuple[tuple[str, ...], ...]

    @property
    def counts_schools(self) -> bool:
        return not self.terms


@dataclass(frozen=True, slots=True)
class FormRow:
    """Một dòng của biểu; a row without a unit is the title of a part."""

    code: str
    indent: int
    unit: str
    label: str
    source: Source | None
    said: str

    @property
    def is_title(self) -> bool:
        return not self.unit

    @property
    def of_people(self) -> bool:
        return self.unit in PEOPLE


@dataclass(frozen=True, slots=True)
class Filled:
    """Một dòng có số liệu: by column; None where the product has no data."""

    row: FormRow
    values: Mapping[str, int] | None

    def value(self, column: str = "") -> int | None:
        return None if self.values is None else self.values.get(column, 0)


@dataclass(frozen=True, slots=True)
class Identity:
    """Đẳng thức giữa các dòng: one row is the sum of others."""

    total: str
    parts: tuple[str, ...]
    note: str = ""

    @property
    def text(self) -> str:
        return f"{self.total} = {' + '.join(self.parts)}"


@dataclass(frozen=True, slots=True)
class Finding:
    """Kết quả kiểm tra một đẳng thức: both sides, or the rows without data."""

    identity: Identity
    total: int
    parts: int
    missing: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.missing and self.total == self.parts


def _codes(first: int, last: int) -> tuple[str, ...]:
    return tuple(str(one) for one in range(first, last + 1))


# The first four and 37 = 38 + 39 are told by records.md §3.9; real forms break some of them.
IDENTITIES: Mapping[str, tuple[Identity, ...]] = {
    "02-th": (
        Identity("27", _codes(28, 32), "Lớp ghép tính vào khối thấp nhất"),
        Identity("37", _codes(40, 44)),
        Identity("37", _codes(45, 51), "Lệch khi có em thiếu ngày sinh"),
        Identity("37", ("38", "39"), "Lệch khi có trường chưa khai vùng"),
        Identity("61", _codes(62, 66), "Lệch khi có dạng khuyết tật khác hoặc chưa khai dạng"),
        Identity("96", _codes(97, 102), "Lệch khi có giáo viên chưa khai trình độ"),
        Identity("1", ("2", "5"), "Lệch khi có trường chưa khai vùng"),
        Identity("2", ("3", "4"), "Lệch khi có trường chưa mở lớp"),
        Identity("5", ("6", "7"), "Lệch khi có trường chưa mở lớp"),
        Identity("79", ("80", "87")),
        Identity("78", ("79", "96", "109", "110")),
        Identity("110", _codes(111, 119)),
    ),
    "01-mn": (
        Identity("1", ("2", "15", "33")),
        Identity("55", ("56", "69")),
        Identity("56", (*_codes(61, 66), "67-68"), "Lệch khi có nhóm chưa khai nhóm tuổi"),
        Identity("69", (*_codes(75, 80), "81-82"), "Lệch khi có lớp chưa khai nhóm tuổi"),
    ),
}


def read_source(text: str) -> Source | None:
    """The source of a row; None for a row without data."""
    if not text:
        return None
    if text.startswith("#"):
        return Source((), _conditions(text[1:]))
    terms, _, where = text.partition("?")
    found = [(-1 if sign == "-" else 1, key) for sign, key in TERM.findall(terms)]
    return Source(tuple(found), _conditions(where))


def _conditions(text: str) -> tuple[tuple[str, ...], ...]:
    parts = [one.strip() for one in text.split("&") if one.strip()]
    return tuple(tuple(alternative.strip() for alternative in one.split("|")) for one in parts)


@cache
def form_rows(form: str) -> tuple[FormRow, ...]:
    """Các dòng của một biểu in the order of the print."""
    with (DATA / FILES[form]).open(encoding="utf-8", newline="") as file:
        return tuple(_row(one) for one in csv.DictReader(file))


def _row(line: Mapping[str, str]) -> FormRow:
    said = line["source"]
    place = (line["code"], int(line["indent"]), line["unit"], line["label"])
    return FormRow(*place, read_source(said), said)


def holds(school: SchoolCounts, conditions: Sequence[Sequence[str]]) -> bool:
    """Whether a school meets every condition, each by one of its alternatives."""
    return all(any(_holds(school, one) for one in condition) for condition in conditions)


def _holds(school: SchoolCounts, said: str) -> bool:
    compared = COMPARED.match(said)
    if compared is None:
        return school.counts.get(said, 0) > 0
    key, sign, limit = compared.groups()
    value = school.counts.get(key, 0)
    return value >= int(limit) if sign == ">=" else value <= int(limit)


def amount(counts: Mapping[str, int], key: str, column: str) -> int:
    """The count of a key in a column; "02.age.<6" adds every age below."""
    beyond = BEYOND.match(key)
    if beyond is None:
        return counts.get(key + column, 0)
    stem, sign, limit = beyond.groups()
    return sum(
        value
        for name, value in counts.items()
        if (number := _number_in(name, stem, column)) is not None
        and (number < int(limit) if sign == "<" else number > int(limit))
    )


def _number_in(name: str, stem: str, column: str) -> int | None:
    """The number that ends a key of this stem and column: "02.age.7.f" is 7."""
    if not name.startswith(stem + ".") or not name.endswith(column):
        return None
    last = name[len(stem) + 1 : len(name) - len(column)]
    return int(last) if last.isdecimal() else None


def fill(row: FormRow, schools: Sequence[SchoolCounts]) -> Filled:
    """Điền một dòng: all columns, public and private apart."""
    if row.source is None:
        return Filled(row, None)
    chosen = [one for one in schools if holds(one, row.source.conditions)]
    columns = COLUMNS if row.of_people else ("",)
    values = {column: _total(row.source, chosen, column) for column in columns}
    values["public"] = _total(row.source, [one for one in chosen if one.is_public], "")
    values["private"] = values[""] - values["public"]
    return Filled(row, values)


def _total(source: Source, schools: Sequence[SchoolCounts], column: str) -> int:
    if source.counts_schools:
        return len(schools)
    return sum(
        sign * amount(school.counts, key, column)
        for school in schools
        for sign, key in source.terms
    )


def fill_form(form: str, schools: Sequence[SchoolCounts]) -> list[Filled]:
    """Điền cả biểu."""
    return [fill(row, schools) for row in form_rows(form)]


def check_identities(form: str, lines: Iterable[Filled]) -> list[Finding]:
    """Kiểm tra các đẳng thức: what does not hold is told; nothing is made to fit."""
    by_code = {one.row.code: one for one in lines if one.row.code}
    return [_finding(one, by_code) for one in IDENTITIES[form]]


def _finding(identity: Identity, by_code: Mapping[str, Filled]) -> Finding:
    total = by_code[identity.total].value()
    parts = {code: by_code[code].value() for code in identity.parts}
    missing = [code for code, value in parts.items() if value is None]
    missing += [identity.total] * (total is None)
    known = sum(value for value in parts.values() if value is not None)
    return Finding(identity, total or 0, known, tuple(missing))
