"""OneRoster 1.2 CSV: manifest.csv and one file for every kind of record, in one archive.

Everything of a school, or of many, at once ("bulk"), so status and dateLastModified stay blank, as
the binding asks. A kind that is not allowed is absent, and the manifest says so.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import IO, Any

from khue.access.api import reach
from khue.interchange.queries import oneroster, oneroster_marks, oneroster_people
from khue.interchange.queries.oneroster_parts import SCHOOL, Asked, Listed, Part, listed
from khue.interchange.rules.ids import Kind, make_id
from khue.interchange.rules.scopes import (
    DEMOGRAPHICS,
    ENROLMENTS,
    MARKS,
    SCHOOLS,
    SCOPES,
    STAFF,
    STUDENTS,
)

AT_ONCE = 1000
STAMP = (1980, 1, 1, 0, 0, 0)
# Files of what belongs to no school.
OF_ALL = frozenset({"orgs", "academicSessions", "courses", "categories", "scoreScales"})
Told = Mapping[str, Any]


@dataclass(frozen=True)
class Sheet:
    """A file: which scopes open it (one is enough), where its rows are, its columns.

    A column is its heading and the way to its value in the record of the REST binding.
    """

    name: str
    scopes: tuple[str, ...]
    parts: Callable[[Asked], list[Part]]
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Bundle:
    """The archive, how many rows each file has, whose they are."""

    content: bytes
    rows: dict[str, int]
    records: Counter[int]
    demographics: dict[int, tuple[int, int]]


ROLES = (
    *(("userSourcedId", "sourcedId"), ("roleType", "roles.0.roleType")),
    *(("role", "roles.0.role"), ("beginDate", ""), ("endDate", "")),
    *(("orgSourcedId", "roles.0.org.sourcedId"), ("userProfileSourcedId", "")),
)


def _same(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, name) for name in names)


def _named(*names: str) -> tuple[tuple[str, str], ...]:
    """References: xSourcedId is the sourcedId of x."""
    return tuple((f"{name}SourcedId", f"{name}.sourcedId") for name in names)


SHEETS: tuple[Sheet, ...] = (
    Sheet(
        "orgs",
        (SCHOOLS,),
        oneroster.orgs,
        (*_same("name", "type", "identifier"), *_named("parent")),
    ),
    Sheet(
        "academicSessions",
        (SCHOOLS,),
        oneroster.sessions,
        (*_same("title", "type", "startDate", "endDate"), *_named("parent"), *_same("schoolYear")),
    ),
    Sheet(
        "courses",
        (SCHOOLS,),
        oneroster.courses,
        (
            *(("schoolYearSourcedId", ""), *_same("title", "courseCode", "grades")),
            *(("orgSourcedId", ""), *_same("subjects", "subjectCodes")),
        ),
    ),
    Sheet(
        "classes",
        (SCHOOLS,),
        oneroster.classes,
        (
            *(*_same("title", "grades"), *_named("course"), *_same("classCode", "classType")),
            *(*_same("location"), *_named("school"), ("termSourcedIds", "terms")),
            *_same("subjects", "subjectCodes", "periods"),
        ),
    ),
    Sheet(
        "users",
        (STUDENTS, STAFF),
        oneroster_people.users,
        _same("enabledUser", "username", "userIds", "givenName", "familyName", "middleName")
        + _same("identifier", "email", "sms", "phone", "agentSourcedIds", "grades", "password")
        + _named("primaryOrg"),
    ),
    Sheet("roles", (STUDENTS, STAFF), oneroster_people.users, ROLES),
    Sheet(
        "enrollments",
        (ENROLMENTS, STAFF),
        oneroster_people.enrollments,
        (*_named("class", "school", "user"), *_same("role", "primary", "beginDate", "endDate")),
    ),
    Sheet(
        "demographics",
        (DEMOGRAPHICS,),
        oneroster_people.demographics,
        _same("birthDate", "sex", "cityOfBirth"),
    ),
    Sheet("categories", (MARKS,), oneroster_marks.categories, _same("title")),
    Sheet(
        "lineItems",
        (MARKS,),
        oneroster_marks.line_items,
        _same("title", "description", "assignDate", "dueDate")
        + _named("class", "category", "academicSession")
        + (*_same("resultValueMin", "resultValueMax"), *_named("scoreScale", "school")),
    ),
    Sheet(
        "results",
        (MARKS,),
        oneroster_marks.results,
        _named("lineItem", "student")
        + _same("scoreStatus", "score", "textScore", "scoreDate", "comment"),
    ),
)
FIRST = ("sourcedId", "status", "dateLastModified")


def bundle(asked: Asked, school: int) -> Bundle:
    """The archive of one school."""
    target, looked = io.BytesIO(), dict[int, tuple[int, int]]()
    made = write_bundle(target, asked, [school], looked=looked.update)
    return Bundle(target.getvalue(), made.rows, made.records, looked)


@dataclass
class Written:
    """How many rows each file has, and whose they are."""

    rows: dict[str, int] = field(default_factory=dict)
    records: Counter[int] = field(default_factory=Counter)


Looked = Callable[[dict[int, tuple[int, int]]], None]
Step = Callable[[str], None]


def write_bundle(
    target: IO[bytes],
    asked: Asked,
    schools: Sequence[int],
    *,
    looked: Looked,
    step: Step = lambda name: None,
    without: frozenset[str] = frozenset(),
) -> Written:
    """Write the archive of some schools, file after file and in each school after school.

    A window of rows is held at a time, however many there are; `target` is only written to.
    `looked`: told of pupils whose demographics were written; `step`: told before each school.
    """
    made = Written()
    opened = [one for one in SHEETS if one.name not in without and opens(asked, one)]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet in opened:
            of_schools = _of_schools(sheet, asked, schools)
            with _entry(archive, f"{sheet.name}.csv") as file:
                made.rows[sheet.name] = _write(file, sheet, of_schools, made, looked, step)
        with _entry(archive, "manifest.csv") as file:
            file.write(_manifest(made.rows))
    return made


def opens(asked: Asked, sheet: Sheet) -> bool:
    return any(not reach(asked.actor, SCOPES[one].permission).is_empty for one in sheet.scopes)


def sheets_opened(asked: Asked, without: frozenset[str]) -> int:
    """How many files of each school there will be."""
    found = [one for one in SHEETS if one.name not in without and opens(asked, one)]
    return sum(one.name not in OF_ALL for one in found)


def _of_schools(sheet: Sheet, asked: Asked, schools: Sequence[int]) -> list[Asked]:
    """The same question once for every school; what belongs to no school is asked once."""
    if sheet.name in OF_ALL:
        return [replace(asked, pinned={})]
    ids = [str(make_id(Kind.ORGANISATION, school)) for school in schools]
    return [replace(asked, pinned={SCHOOL: one}) for one in ids]


@contextmanager
def _entry(archive: zipfile.ZipFile, name: str) -> Iterator[io.TextIOWrapper]:
    """A file of the archive whose stamp says nothing: the same data makes the same archive."""
    told = zipfile.ZipInfo(name, STAMP)
    told.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(told, "w", force_zip64=True) as entry:
        text = io.TextIOWrapper(entry, encoding="utf-8", newline="")
        yield text
        text.flush()
        text.detach()


def _write(
    file: io.TextIOWrapper,
    sheet: Sheet,
    of_schools: Sequence[Asked],
    made: Written,
    looked: Looked,
    step: Step,
) -> int:
    count, writer = 0, csv.writer(file, lineterminator="\r\n")
    writer.writerow([*FIRST, *(heading for heading, _ in sheet.columns)])
    for asked in of_schools:
        if SCHOOL in asked.pinned:
            step(sheet.name)
        for window in _windows(sheet.parts(asked), asked):
            writer.writerows(_row(sheet, one) for one in window.items)
            count += len(window.items)
            _note(sheet, window, made, looked)
    return count


def _note(sheet: Sheet, window: Listed, made: Written, looked: Looked) -> None:
    if sheet.name != "roles":
        made.records.update(window.records)
    if DEMOGRAPHICS in sheet.scopes and window.students:
        looked(window.students)


def _windows(parts: list[Part], asked: Asked) -> Iterator[Listed]:
    offset, found = 0, listed(parts, asked, limit=AT_ONCE, offset=0)
    while found.items:
        yield found
        offset += AT_ONCE
        if offset >= found.total:
            return
        found = listed(parts, asked, limit=AT_ONCE, offset=offset)


def _row(sheet: Sheet, one: Told) -> list[str]:
    own = f"{one['sourcedId']}-role" if sheet.name == "roles" else one["sourcedId"]
    return [own, "", "", *(value_at(one, way) for _, way in sheet.columns)]


def value_at(one: Any, way: str) -> str:
    """What stands at the end of a way like `roles.0.org.sourcedId`; lists side by side."""
    for step in way.split(".") if way else [""]:
        if isinstance(one, list):
            one = one[int(step)] if step.isdecimal() else ""
        else:
            one = one.get(step, "") if step and isinstance(one, dict) else ""
    return _text(one)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(one["sourcedId"] if isinstance(one, dict) else str(one) for one in value)
    return str(value)


def _manifest(rows: Mapping[str, int]) -> str:
    """Which files there are, and what made them."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["propertyName", "value"])
    writer.writerows([["manifest.version", "1.0"], ["oneroster.version", "1.2"]])
    for sheet in SHEETS:
        writer.writerow([f"file.{sheet.name}", "bulk" if sheet.name in rows else "absent"])
    writer.writerows([["source.systemName", "Khuê"], ["source.systemCode", "khue"]])
    return text.getvalue()
