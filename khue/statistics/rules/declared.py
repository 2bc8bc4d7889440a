"""Số liệu trường khai: what the platform cannot know and the head writes once a school year.

The catalogue stands in data/declared.csv: rooms, facilities, support that others pay out, states of
nutrition. A value has a key of the catalogue and, for people, a column: "02.support.boarders.f".
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from khue.statistics.rules.themes import COLUMNS

DATA = Path(__file__).resolve().parents[1] / "data"
LEVELS_OF_FORMS: Mapping[str, str] = {"01-mn": "01", "02-th": "02"}
FLAG, TOLD = "flag", "told."
OF_PEOPLE = frozenset({"people", "staff"})
MOST = 99_999
# A column is part of another: girls of minorities are girls and of minorities.
PARTS = ((".f", ""), (".m", ""), (".mf", ".f"), (".mf", ".m"))


@dataclass(frozen=True, slots=True)
class DeclaredRow:
    """Một dòng trường khai: yes or no, a number, or people in their four columns."""

    key: str
    form: str
    unit: str
    part: str
    label: str

    @property
    def is_flag(self) -> bool:
        return self.unit == FLAG

    @property
    def columns(self) -> tuple[str, ...]:
        """The ends of its keys."""
        return tuple(COLUMNS) if self.unit in OF_PEOPLE else ("",)

    def name_of(self, column: str) -> str:
        """A value as the history calls it."""
        return f"{self.label} – {COLUMNS[column].lower()}" if column else self.label


@dataclass(frozen=True, slots=True)
class Fault:
    """A value that cannot be true, and the sentence about it."""

    key: str
    sentence: str


@cache
def declared_rows(form: str) -> tuple[DeclaredRow, ...]:
    """Các dòng trường khai cho một biểu, in their order."""
    return tuple(row for row in _all_rows() if row.form == form)


@cache
def _all_rows() -> tuple[DeclaredRow, ...]:
    with (DATA / "declared.csv").open(encoding="utf-8", newline="") as file:
        return tuple(DeclaredRow(**line) for line in csv.DictReader(file))


@cache
def declared_keys() -> frozenset[str]:
    """Every key that schools declare, without columns."""
    return frozenset(row.key for row in _all_rows())


@cache
def names_of_values(form: str) -> Mapping[str, str]:
    """Each value that a form knows, with what the history calls it."""
    return {
        row.key + column: row.name_of(column)
        for row in declared_rows(form)
        for column in row.columns
    }


def forms_of_levels(levels: tuple[str, ...]) -> tuple[str, ...]:
    """The forms that a school of these levels declares for."""
    return tuple(form for form, level in LEVELS_OF_FORMS.items() if level in levels)


def subject_of_sheet(school_id: int, year: int, form: str) -> str:
    """A sheet as the ledger calls it."""
    return f"declaration:{school_id}.{year}.{form}"


def count_declared(values: Mapping[str, int]) -> dict[str, int]:
    """Số liệu of what a school declared, and which rows it declared at all."""
    counts = {key: value for key, value in values.items() if value}
    counts |= {TOLD + key: 1 for key in values if key in declared_keys()}
    return counts


def faults_in(form: str, values: Mapping[str, int]) -> list[Fault]:
    """Những số không thể đúng: a part above its whole, a column without its total, too many."""
    return [fault for row in declared_rows(form) for fault in _faults_of(row, values)]


def _faults_of(row: DeclaredRow, values: Mapping[str, int]) -> Iterator[Fault]:
    for column in row.columns:
        value = values.get(row.key + column)
        if value is not None and not 0 <= value <= (1 if row.is_flag else MOST):
            yield Fault(row.key + column, f"“{row.label}”: số phải từ 0 đến {MOST:,}.")
    if len(row.columns) > 1:
        yield from _faults_of_columns(row, values)


def _faults_of_columns(row: DeclaredRow, values: Mapping[str, int]) -> Iterator[Fault]:
    for part, whole in PARTS:
        few, many = values.get(row.key + part), values.get(row.key + whole)
        if few is None:
            continue
        named = COLUMNS[part].lower()
        if many is None:
            told = f"“{row.label}”: có số {named} nhưng chưa ghi {COLUMNS[whole].lower()}."
            yield Fault(row.key + whole, told)
        elif few > many:
            told = f"“{row.label}”: {named} ({few}) nhiều hơn {COLUMNS[whole].lower()} ({many})."
            yield Fault(row.key + part, told)
