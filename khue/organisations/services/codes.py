"""Nạp danh mục: bring the tables of codes, subjects and curriculum to what the files say."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

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

COLUMNS = "list, code, name, parent, details, valid_from, valid_to, position"
SAME_ROW = (
    "i.list = c.list and i.code = c.code and i.parent = c.parent"
    " and i.valid_from is not distinct from c.valid_from"
)
INCOMING = f"""
create temporary table khue_incoming on commit drop as
select {COLUMNS} from organisations_code with no data
"""
INDEX = "create index on khue_incoming (list, code)"
# The same code with other days: the file restated the days, the old row never held.
RESTATED = f"""
delete from organisations_code c
where not exists (select from khue_incoming i where {SAME_ROW})
and exists (
  select from khue_incoming i
  where i.list = c.list and i.code = c.code and i.parent = c.parent
  and daterange(i.valid_from, i.valid_to, '[]') && daterange(c.valid_from, c.valid_to, '[]'))
"""
CLOSED = f"""
update organisations_code c
set valid_to = greatest(c.valid_from, %(yesterday)s::date)
where (c.valid_to is null or c.valid_to > %(yesterday)s::date)
and coalesce(c.valid_from <= %(yesterday)s::date, true)
and c.list in (select distinct list from khue_incoming)
and not exists (select from khue_incoming i where {SAME_ROW})
"""
CHANGED = f"""
update organisations_code c
set name = i.name, details = i.details, valid_to = i.valid_to, position = i.position
from khue_incoming i
where {SAME_ROW}
and (c.name, c.details, c.valid_to, c.position)
  is distinct from (i.name, i.details, i.valid_to, i.position)
"""
ADDED = f"""
insert into organisations_code ({COLUMNS})
select {COLUMNS} from khue_incoming i
where not exists (select from organisations_code c where {SAME_ROW})
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
        cursor.execute("drop table if exists pg_temp.khue_incoming")
        cursor.execute(INCOMING)
        lines = 0
        with cursor.copy(f"copy khue_incoming ({COLUMNS}) from stdin") as copy:
            for line in code_lines(folder):
                lines += 1
                values = (line.list, line.code, line.name, line.parent, json.dumps(line.details))
                copy.write_row((*values, line.valid_from, line.valid_to, line.position))
        cursor.execute(INDEX)
        cursor.execute("analyze khue_incoming")
        cursor.execute(RESTATED)
        cursor.execute(CLOSED, {"yesterday": date.fromordinal(today.toordinal() - 1)})
        closed = cursor.rowcount
        cursor.execute(CHANGED)
        changed = cursor.rowcount
        cursor.execute(ADDED)
        return lines, (cursor.rowcount, changed, closed)


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
