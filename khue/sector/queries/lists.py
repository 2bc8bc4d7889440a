"""The field lists and tables that are shipped beside the code."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

from khue.organisations.api import code_spans
from khue.sector.rules.checking import CodeBook
from khue.sector.rules.field_lists import FieldList, FieldSpec, read_fields, rows_of

DATA = Path(__file__).resolve().parent.parent / "data"
PARTS = ("school", "site", "staff", "class", "student", "result1", "result2", "result3")
FILES = dict.fromkeys(("result1", "result2", "result3"), "results")
"""Parts whose list is kept under another name; the others have the name of the part."""
LATER_LISTS = {"ranks": "teacher-ranks-2021"}
"""Lists of codes that another list has continued since; both are taken."""
NESTED = {
    "DsMonHoc": "class-subjects",
    "LstQuaTrinhDaoTaoBoiDuong": "staff-training-history",
    "diemmon": "result-subjects",
}


def data_text(name: str) -> str:
    return (DATA / name).read_text(encoding="utf-8")


@cache
def fields_of(part: str) -> FieldList:
    """The fields of one part of the message."""
    listed = FILES.get(part, part)
    return read_fields(data_text(f"field-lists/{listed}.csv"), part, data_text("adjustments.csv"))


@cache
def field_of(part: str, name: str) -> FieldSpec:
    return next(one for one in fields_of(part) if one.name == name)


@cache
def supplement_fields(part: str) -> FieldList:
    """The fields that a school may add by hand because no page of the product keeps them."""
    wanted = [row["field"] for row in rows_of(data_text("supplements.csv")) if row["part"] == part]
    return tuple(field_of(part, name) for name in wanted)


def is_wanted(spec: FieldSpec) -> bool:
    """Whether the list asks for the field always or under a condition."""
    return spec.required or spec.condition is not None


@cache
def subject_codes() -> dict[tuple[str, str], str]:
    """(level, subject) -> code of the sector's list of 2020."""
    rows = rows_of(data_text("subject-codes.csv"))
    return {(row["level"], row["subject"]): row["code"] for row in rows}


@cache
def listed_codes() -> tuple[str, ...]:
    """Every list of codes that some field of the message draws from."""
    parts = (*PARTS, *NESTED.values(), "class-subject-teachers")
    return tuple(sorted({one.codes for part in parts for one in fields_of(part) if one.codes}))


def code_book(on: date, names: Iterable[str] | None = None) -> CodeBook:
    """The codes that hold on a day, and those that ever held."""
    wanted = tuple(names) if names is not None else listed_codes()
    kept = code_spans((*wanted, *(LATER_LISTS[one] for one in wanted if one in LATER_LISTS)))
    for name, later in LATER_LISTS.items():
        if later in kept:
            kept[name] = [*kept.get(name, ()), *kept[later]]
    holding = {
        name: frozenset(one.code for one in rows if one.holds(on)) for name, rows in kept.items()
    }
    return CodeBook(holding, {name: frozenset(one.code for one in kept[name]) for name in kept})
