"""Workbooks of pupils as schools upload them, and who uploads; needs the product itself.

`python -m benchmarks.province.workbooks whole FOLDER` writes one workbook for each school of the
synthetic province that stands (without its pupils) and prints the schools as JSON;
`… guests FOLDER NUMBER` one workbook of so many invented newcomers for the first school.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import django

from kit.sheets.writing import Field, Page, excel_bytes

FIELDS = (
    Field("name", "Họ và tên"),
    Field("born", "Ngày sinh"),
    Field("sex", "Giới tính"),
    Field("number", "Số định danh cá nhân", "code"),
    Field("group", "Dân tộc"),
    Field("address", "Chỗ ở hiện nay"),
    Field("class", "Lớp"),
    Field("father", "Họ tên cha"),
    Field("father_phone", "Điện thoại cha", "code"),
    Field("father_job", "Nghề nghiệp cha"),
    Field("mother", "Họ tên mẹ"),
    Field("mother_phone", "Điện thoại mẹ", "code"),
    Field("mother_job", "Nghề nghiệp mẹ"),
    Field("guardian", "Họ tên người giám hộ"),
    Field("guardian_phone", "Điện thoại người giám hộ", "code"),
)
Rows = list[dict[str, object]]


def whole(folder: Path) -> list[dict[str, Any]]:
    """A workbook of this year's pupils for every school."""
    from synthetic.build import province_of, standing
    from synthetic.plan import YEAR
    from synthetic.school import plan_school

    row = standing()
    assert row is not None
    province = province_of(row)
    told = []
    for outline in province.schools:
        school = plan_school(province, outline)
        rows = list(_pupils(school, YEAR))
        told.append(_write(folder, school.id, rows) | {"year": YEAR})
    return told


def _pupils(school: Any, year: int) -> Iterator[dict[str, object]]:
    rooms = {seat.student_id: room.name for room in school.classes_of(year) for seat in room.seats}
    for pupil in school.pupils:
        if pupil.id in rooms:
            yield {
                "name": pupil.name,
                "born": "/".join(reversed(pupil.born.split("-"))),
                "sex": "Nữ" if pupil.sex == "F" else "Nam",
                "number": pupil.number,
                "group": pupil.group,
                "address": pupil.village,
                "class": rooms[pupil.id],
                **_family(pupil.adults),
            }


def _family(adults: Any) -> dict[str, object]:
    told: dict[str, object] = {}
    for one in adults:
        told |= {one.relation: one.name, f"{one.relation}_phone": one.phone}
        told |= {} if one.relation == "guardian" else {f"{one.relation}_job": one.job}
    return told


def guests(folder: Path, wanted: int) -> list[dict[str, Any]]:
    """So many newcomers for one school, in a class that stands; their names are in no plan."""
    from benchmarks.province.people import CROWDED_SCHOOL, rows
    from khue.organisations.api import school_year_of
    from kit.dates import vietnam_day
    from synthetic.names import invent_name

    year = school_year_of(vietnam_day(_now()))
    school, room = rows(CROWDED_SCHOOL, year=year)[0]
    random = Random(wanted)
    people: Rows = [
        {
            "name": invent_name(random, "01", female=at % 2 == 0),
            "born": f"{1 + at % 28}/{1 + at // 28 % 12}/{2010 + at // 336}",
            "sex": "Nam" if at % 2 else "Nữ",
            "group": "01",
            "class": room,
        }
        for at in range(wanted)
    ]
    return [_write(folder, school, people) | {"year": year}]


def _write(folder: Path, school: int, rows: Rows) -> dict[str, Any]:
    from benchmarks.province.people import leader_of, session_of

    file = folder / f"{school}.xlsx"
    file.write_bytes(excel_bytes([Page("Học sinh", FIELDS, rows)]))
    session = session_of(leader_of(school))
    return {"school": school, "file": str(file), "rows": len(rows), "session": session}


def _now() -> Any:
    from django.utils import timezone

    return timezone.now()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from kit.fences import EVERYTHING, scoped

    with scoped(EVERYTHING):
        goal = Path(sys.argv[2])
        asked = whole(goal) if sys.argv[1] == "whole" else guests(goal, int(sys.argv[3]))
        json.dump(asked, sys.stdout)
