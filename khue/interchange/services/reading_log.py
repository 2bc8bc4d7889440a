"""Sổ lượt đọc: every answer is written down for those whose data it held."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from khue.interchange.services.admitting import Program
from khue.ledger.api import Author, log_sensitive_reads
from khue.organisations.api import school_summaries
from kit.statements import kept_write

# It reads nothing back: a row about one school is not always within the fence of the reader.
WRITE = """
insert into interchange_reading (at, client_id, client_name, endpoint, scopes, school_id,
  province_id, records)
select %(at)s, %(client)s, %(name)s, %(endpoint)s, %(scopes)s::varchar[], given.school_id,
  given.province_id, given.records
from json_to_recordset(%(rows)s::json) as given (school_id bigint, province_id bigint, records int)
"""


def note_reading(
    *,
    program: Program,
    now: datetime,
    endpoint: str,
    scopes: list[str],
    records: Mapping[int, int],
) -> None:
    """Ghi một lượt đọc: how many records of each school an answer held."""
    schools = school_summaries(list(records))
    rows = [
        {"school_id": one, "province_id": schools[one].province_id, "records": count}
        for one, count in records.items()
        if one in schools
    ]
    written = {
        "at": now,
        "client": program.client_id,
        "name": program.name,
        "endpoint": endpoint,
        "scopes": scopes,
        "rows": json.dumps(rows or [_of_nobody(program)]),
    }
    kept_write(WRITE, written)


def _of_nobody(program: Program) -> dict[str, int | None]:
    """An answer without records of a school; the administrator of the program's place sees it."""
    first = program.grants[0]
    province = int(first.place.strip("/").split("/")[1])
    return {"school_id": first.school_id, "province_id": province, "records": 0}


def note_sensitive(
    *, program: Program, now: datetime, students: Mapping[int, tuple[int, int]], fields: str
) -> None:
    """Ghi người đã xem dữ liệu nhạy cảm; `students`: the school and province of each."""
    places: dict[tuple[int, int], list[str]] = {}
    for student, place in students.items():
        places.setdefault(place, []).append(f"student:{student}")
    author = Author(None, program.name)
    for (school, province), subjects in places.items():
        log_sensitive_reads(
            author, now, subjects=subjects, fields=fields, school_id=school, province_id=province
        )
