"""OneRoster 1.2 CSV: manifest.csv and one file for every kind of record, in one archive.

Everything of one school at once ("bulk"), so status and dateLastModified stay blank, as the
binding asks. A kind that is not allowed is absent, and the manifest says so.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from khue.access.api import reach
from khue.interchange.queries import oneroster, oneroster_marks, oneroster_people
from khue.interchange.queries.oneroster_parts import Asked, Listed, Part, listed
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


def bundle(asked: Asked) -> Bundle:
    """The archive of the school that is asked for."""
    target, rows = io.BytesIO(), {}
    records: Counter[int] = Counter()
    looked: dict[int, tuple[int, int]] = {}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet in SHEETS:
            if _opens(asked, sheet):
                rows[sheet.name] = _write(archive, sheet, asked, records, looked)
        _put(archive, "manifest.csv", _manifest(rows))
    return Bundle(target.getvalue(), rows, records, looked)


def _opens(asked: Asked, sheet: Sheet) -> bool:
    return any(not reach(asked.actor, SCOPES[one].permission).is_empty for one in sheet.scopes)


def _write(
    archive: zipfile.ZipFile,
    sheet: Sheet,
    asked: Asked,
    records: Counter[int],
    looked: dict[int, tuple[int, int]],
) -> int:
    """Write one file; a window at a time, so that a large school needs little memory."""
    text, count = io.StringIO(), 0
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*FIRST, *(heading for heading, _ in sheet.columns)])
    for window in _windows(sheet.parts(asked)):
        for one in window.items:
            writer.writerow(_row(sheet, one))
        count += len(window.items)
        if sheet.name != "roles":
            records.update(window.records)
        if DEMOGRAPHICS in sheet.scopes:
            looked |= window.students
    _put(archive, f"{sheet.name}.csv", text.getvalue())
    return count


def _windows(parts: list[Part]) -> Iterator[Listed]:
    offset, found = 0, listed(parts, limit=AT_ONCE, offset=0)
    while found.items:
        yield found
        offset += AT_ONCE
        found = listed(parts, limit=AT_ONCE, offset=offset)


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


def _put(archive: zipfile.ZipFile, name: str, text: str) -> None:
    """A file whose stamp says nothing, so that the same data makes the same archive."""
    archive.writestr(zipfile.ZipInfo(name, STAMP), text.encode())
