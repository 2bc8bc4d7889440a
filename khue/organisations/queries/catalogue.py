"""The product's own copy of the code lists and the curriculum, as files beside the code."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "data"
PLAIN = {"code", "name_vi", "name_en", "valid_from", "valid_to"}
PARENTS = ("province", "level", "grade", "ethnic_group", "language", "group", "set")


@dataclass(frozen=True)
class CodeList:
    """Danh mục: one list with its Vietnamese title and the files that fill it."""

    name: str
    title: str
    group: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class CodeLine:
    """One line of a code list as its file says it."""

    list: str
    code: str
    name: str
    parent: str
    details: dict[str, str]
    valid_from: date | None
    valid_to: date | None
    position: int


@cache
def code_lists() -> dict[str, CodeList]:
    """Every list by its name, in the order in which they are shown."""
    return {
        row["list"]: CodeList(
            row["list"], row["title"], row["group"], tuple(row["sources"].split(";"))
        )
        for row in rows_of("lists")
    }


def rows_of(name: str, folder: Path = FOLDER) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def code_lines(folder: Path = FOLDER) -> Iterator[CodeLine]:
    """Every line of every list; lists that changed over time come from several files."""
    for listed in code_lists().values():
        position = 0
        for source in listed.sources:
            for row in rows_of(f"codes/{source}", folder):
                position += 1
                yield _line(listed.name, row, position)


def _line(name: str, row: dict[str, str], position: int) -> CodeLine:
    parent = next((column for column in PARENTS if column in row), "")
    details = {key: value for key, value in row.items() if key not in PLAIN and value}
    return CodeLine(
        list=name,
        code=row["code"],
        name=row.get("name_vi") or row["name_en"],
        parent=row[parent] if parent else "",
        details=details,
        valid_from=optional_day(row["valid_from"]),
        valid_to=optional_day(row["valid_to"]),
        position=position,
    )


def optional_day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def optional_number(text: str) -> int | None:
    return int(text) if text else None


def subject_rows(folder: Path = FOLDER) -> list[dict[str, Any]]:
    """Subjects with their short names and the other spellings people use."""
    return [
        {
            "name": row["name"],
            "short_name": row["short"],
            "spellings": [one for one in row["spellings"].split(";") if one],
            "position": int(row["position"]),
        }
        for row in rows_of("subjects", folder)
    ]


@cache
def places_of_birth_registration() -> frozenset[str]:
    """Mã nơi đăng ký khai sinh trong số định danh: the old provinces with a 0 in front."""
    return frozenset(f"0{row['code']}" for row in rows_of("codes/provinces-63"))


def curriculum_rows(folder: Path = FOLDER) -> list[dict[str, Any]]:
    """Chương trình GDPT 2018: one row for each subject of each grade."""
    return [
        {
            "subject": row["subject"],
            "level": row["level"],
            "grade": int(row["grade"]),
            "form": row["form"],
            "periods_per_year": int(row["periods_per_year"]),
            "status": row["status"],
            "regular_marks": optional_number(row["regular_marks_per_term"]),
            "periodic_tests": optional_number(row["periodic_tests_per_year"]),
            "elective_rank": optional_number(row["elective_rank"]),
            "cluster_allowed": row["cluster_allowed"] == "1",
            "first_year": int(row["first_school_year"]),
            "last_year": optional_number(row["valid_to"][:4]),
            "confidence": row["confidence"],
            "note": row["note"],
        }
        for row in rows_of("curriculum/gdpt-2018", folder)
    ]
