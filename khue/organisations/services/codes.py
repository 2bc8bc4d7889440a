"""Nạp danh mục: bring the tables of codes, subjects and curriculum to what the files say."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from khue.ledger.api import Author, Change, Operation, append_changes
from khue.organisations.models import CurriculumSubject, Subject
from khue.organisations.queries.catalogue import (
    FOLDER,
    code_lines,
    curriculum_rows,
    subject_rows,
)
from kit.dates import vietnam_day

INCOMING = """
create temporary table khue_incoming on commit drop as
select list, code, name, parent, details, valid_from, valid_to, position, null::bigint as known
from organisations_code with no data
"""
COPY = """
copy khue_incoming (list, code, name, parent, details, valid_from, valid_to, position) from stdin
"""
# `known` is the row that already stands for the line: same list, code, parent and first day.
KNOWN = """
update khue_incoming i set known = c.id from organisations_code c
where i.list = c.list and i.code = c.code and i.parent = c.parent
and i.valid_from is not distinct from c.valid_from
"""
# The same code with other days: the file restated the days, the old row never held.
RESTATED = """
delete from organisations_code c
where not exists (select from khue_incoming i where i.known = c.id)
and exists (
  select from khue_incoming i
  where i.list = c.list and i.code = c.code and i.parent = c.parent
  and daterange(i.valid_from, i.valid_to, '[]') && daterange(c.valid_from, c.valid_to, '[]'))
"""
CLOSED = """
update organisations_code c
set valid_to = %(yesterday)s
where (c.valid_to is null or c.valid_to > %(yesterday)s)
and coalesce(c.valid_from <= %(yesterday)s, true)
and c.list in (select distinct list from khue_incoming)
and not exists (select from khue_incoming i where i.known = c.id)
"""
CHANGED = """
update organisations_code c
set name = i.name, details = i.details, valid_to = i.valid_to, position = i.position
from khue_incoming i
where i.known = c.id and (c.name, c.details, c.valid_to, c.position)
  is distinct from (i.name, i.details, i.valid_to, i.position)
"""
ADDED = """
insert into organisations_code
  (list, code, name, parent, details, valid_from, valid_to, position)
select list, code, name, parent, details, valid_from, valid_to, position
from khue_incoming where known is null
"""


@dataclass(frozen=True)
class LoadReport:
    """What loading did."""

    lines: int
    added: int
    changed: int
    closed: int
    subjects: int
    curriculum: int

    @property
    def touched(self) -> int:
        return self.added + self.changed + self.closed


def load_codes(*, now: datetime, folder: Path = FOLDER) -> LoadReport:
    """Load every list; what is already right is left alone, what vanished ends yesterday."""
    with transaction.atomic():
        lines, counts = _load_lists(vietnam_day(now), folder)
        subjects = _load_subjects(folder)
        curriculum = _load_curriculum(folder)
        report = LoadReport(lines, *counts, subjects, curriculum)
        if report.touched:
            _note(report, now)
    return report


def _load_lists(today: date, folder: Path) -> tuple[int, tuple[int, int, int]]:
    with connection.cursor() as cursor:
        lines = _copy_in(cursor, folder)
        cursor.execute(RESTATED)
        cursor.execute(CLOSED, {"yesterday": today - timedelta(days=1)})
        closed = cursor.rowcount
        cursor.execute(CHANGED)
        changed = cursor.rowcount
        cursor.execute(ADDED)
        return lines, (cursor.rowcount, changed, closed)


def _copy_in(cursor: Any, folder: Path) -> int:
    cursor.execute("drop table if exists pg_temp.khue_incoming")
    cursor.execute(INCOMING)
    count = 0
    with cursor.copy(COPY) as copy:
        for line in code_lines(folder):
            count += 1
            values = (line.list, line.code, line.name, line.parent, json.dumps(line.details))
            copy.write_row((*values, line.valid_from, line.valid_to, line.position))
    cursor.execute(KNOWN)
    cursor.execute("create index on khue_incoming (known)")
    cursor.execute("analyze khue_incoming")
    return count


def _load_subjects(folder: Path) -> int:
    rows = [Subject(**row) for row in subject_rows(folder)]
    Subject.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["short_name", "spellings", "position"],
    )
    return len(rows)


def _load_curriculum(folder: Path) -> int:
    subjects = {subject.name: subject for subject in Subject.objects.all()}
    rows = [
        CurriculumSubject(**{**row, "subject": subjects[row["subject"]]})
        for row in curriculum_rows(folder)
    ]
    CurriculumSubject.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["level", "grade", "subject", "first_year"],
        update_fields=_CURRICULUM_VALUES,
    )
    return len(rows)


_CURRICULUM_VALUES = [
    "form",
    "periods_per_year",
    "status",
    "regular_marks",
    "periodic_tests",
    "elective_rank",
    "cluster_allowed",
    "last_year",
    "confidence",
    "note",
]


def _note(report: LoadReport, now: datetime) -> None:
    numbers = {"added": report.added, "changed": report.changed, "closed": report.closed}
    change = Change(subject="codes:all", action="load", label="Danh mục dùng chung", new=numbers)
    append_changes(Operation(Author(None, "Khuê"), now), [change])
