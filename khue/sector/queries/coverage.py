"""Which fields of the message the product fills, read from the code that fills them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any

from khue.sector.queries.declared import FIELDS as DECLARED
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


NO_HISTORY = "no: the product keeps no such history"
NOT_TOLD = (
    ("LstQuaTrinhDaoTaoBoiDuong", "yes", "one line: the qualification and the major of the file"),
    ("LstQuaTrinhLuong", "yes", "no: no history is kept; today's step is `BacLuong`, `HeSo`"),
    ("LstQuaTrinhNgoaiNgu", "yes", NO_HISTORY),
    ("LstKhenThuong", "yes", NO_HISTORY),
    ("LstKyLuat", "yes", NO_HISTORY),
    ("LstQuaTrinhBdncnlNgoaiNgu", "yes", NO_HISTORY),
    ("LstQuaTrinhBdncnlSuPham", "yes", NO_HISTORY),
    ("LstDanhGiaKetQuaChuanNgheNghiep", "yes", "no: criteria are kept nowhere; two results are"),
    ("CoSoVatChat", "no", "no: seven facts of TruonghocInfo come from the declared sheet"),
    ("NganSach", "no", "no"),
)


class Source(StrEnum):
    """Where a field comes from."""

    RECORDS = "records"
    DECLARED = "declared sheet, else added"
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
    if part == "school" and spec.name in DECLARED:
        return Source.DECLARED
    added = {one.name for one in supplement_fields(part)}
    return Source.ADDED if spec.name in added else Source.LEFT_OUT


def reference_page() -> str:
    """The page docs/reference/sector-fields.md."""
    tables = (line for part in TITLES for line in _table(part))
    return "\n".join([*_head(), *tables, *_not_told()]) + "\n"


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
        "| list | fields | " + " | ".join(Source) + " |",
        "| --- | ---: |" + " ---: |" * len(Source),
        *counts,
        "",
    ]


def _not_told() -> list[str]:
    """The lists within the message that are not sent, or not whole, and why."""
    rows = [f"| `{names}` | {published} | {why} |" for names, published, why in NOT_TOLD]
    return [
        "## Histories, facilities, budget",
        "",
        "| list | fields published | told |",
        "| --- | --- | --- |",
        *rows,
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
