"""Which fields of the message the product fills, read from the code that fills them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any

from khue.sector.queries.lists import fields_of, supplement_fields
from khue.sector.queries.messages import classes, inferring, results, schools, staff, students
from khue.sector.rules.field_lists import FieldSpec

Filler = Callable[..., Any]
FILLERS: dict[str, tuple[Filler, ...]] = {
    "school": (
        schools.school_message,
        schools._flags,
        schools._counts,
        schools._principal,
    ),
    "site": (schools.site_message,),
    "staff": (
        staff._identity,
        staff._work,
        staff._taught,
        staff._training,
        inferring._degree,
    ),
    "class": (classes.class_message, classes._flags),
    "student": (
        students._identity,
        students._address,
        students._circumstances,
        students._study,
        students._arrival,
        students._departure,
        students._destination,
        inferring._birthday_of_guardian,
    ),
    **dict.fromkeys(
        ("result1", "result2", "result3"),
        (results._message, results._levels, results._levels_of_year),
    ),
}
ADULTS = ("HoTen", "NgheNghiep", "SoDienThoai")
TITLES = {
    "school": "TruonghocInfo",
    "site": "LstDiemTruongInfo",
    "staff": "LstCanBo",
    "class": "LstLopHocInfo",
    "student": "LstHocSinh",
    "result3": "ketquahoctapththcsthpttx",
}


class Source(StrEnum):
    """Where a field comes from."""

    RECORDS = "records"
    ADDED = "added by the school"
    LEFT_OUT = "left out"


def filled_fields(part: str) -> frozenset[str]:
    """The fields that the records of the product fill."""
    words = {word for one in FILLERS[part] for word in re.findall(r"\w+", inspect.getsource(one))}
    names = {one.name for one in fields_of(part)}
    return frozenset(names & (words | (_adults() if part == "student" else set())))


def _adults() -> set[str]:
    return {f"{stem}{suffix}" for stem in ADULTS for suffix in students.PARENTS.values()}


def source_of(part: str, spec: FieldSpec) -> Source:
    if spec.name in filled_fields(part):
        return Source.RECORDS
    added = {one.name for one in supplement_fields(part)}
    return Source.ADDED if spec.name in added else Source.LEFT_OUT


def reference_page() -> str:
    """The page docs/reference/sector-fields.md."""
    return "\n".join([*_head(), *(line for part in TITLES for line in _table(part))]) + "\n"


def _head() -> list[str]:
    counts = [
        f"| {TITLES[part]} | {len(fields_of(part))} | "
        + " | ".join(str(_count(part, source)) for source in Source)
        + " |"
        for part in TITLES
    ]
    return [
        "# Fields of the sector push",
        "",
        "Written by `manage.py sector_fields` from the code; a test keeps it true. What the",
        "product does not hold is left out of the message, and told in the report if required.",
        "",
        "| list | fields | records | added by the school | left out |",
        "| --- | ---: | ---: | ---: | ---: |",
        *counts,
        "",
    ]


def _count(part: str, source: Source) -> int:
    return sum(source_of(part, one) == source for one in fields_of(part))


def _table(part: str) -> Iterator[str]:
    yield f"## {TITLES[part]}"
    yield ""
    yield "| field | name | required | codes | comes from |"
    yield "| --- | --- | --- | --- | --- |"
    for one in fields_of(part):
        cells = [f"`{one.name}`", one.title, _asked(one), one.codes, source_of(part, one)]
        yield f"| {' | '.join(cells)} |"
    yield ""


def _asked(spec: FieldSpec) -> str:
    if spec.ends is not None:
        return f"until {spec.ends.isoformat()}"
    if spec.required:
        return "yes"
    if spec.condition is None:
        return ""
    values = ", ".join("any" if one == "*" else one for one in spec.condition.values)
    return f"if {spec.condition.field} is {values}"
