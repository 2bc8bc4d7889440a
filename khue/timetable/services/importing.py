"""Write an import of teaching assignments, and keep what is needed to take it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from khue.access.api import Actor, end_grants
from khue.organisations.api import ClassSubjectFacts, add_class_subject
from khue.records.api import NewStaff, PostingFacts, StaffFacts, create_staff_members
from khue.timetable.services.teaching import NewTeaching, assign_teaching_many
from khue.timetable.services.work import operation_of, teaching_key
from kit.dates import vietnam_day
from kit.row_history import Picture, RowEffect, Selection, effects_between, take_picture

STAFF, POSTING = "records_staff", "records_posting"
SUBJECT, TEACHING = "organisations_classsubject", "timetable_teachingassignment"
ASSIGNMENT_TABLES = (STAFF, POSTING, SUBJECT, TEACHING)


@dataclass(frozen=True)
class WantedTeaching:
    """A teacher for a subject of a class; new ones are named by their key instead of an id."""

    class_id: int
    subject_id: int
    class_subject_id: int | None
    staff_id: int | None
    staff_key: str
    staff_name: str
    periods: int | None
    starts_on: date


@dataclass(frozen=True)
class MissingStaff:
    """A teacher whose file the import makes."""

    key: str
    name: str
    sex: str
    subject: str
    row: int


def write_assignments(
    *,
    actor: Actor,
    now: datetime,
    school_id: int,
    rows: Sequence[WantedTeaching],
    staff: Sequence[MissingStaff],
    staff_kind: str,
    subjects: Mapping[tuple[int, int], ClassSubjectFacts],
    starts_on: date,
) -> list[RowEffect]:
    """Make missing files and class subjects, then assign, in the caller's transaction."""
    standing = sorted({row.class_subject_id for row in rows if row.class_subject_id})
    before = take_picture([Selection(TEACHING, "class_subject_id", standing)])
    people = _make_staff(actor, now, school_id, staff, staff_kind, starts_on)
    added = _add_subjects(actor, now, rows, subjects)
    assign_teaching_many(
        actor=actor,
        now=now,
        school_id=school_id,
        rows=[
            NewTeaching(
                class_subject_id=row.class_subject_id or added[row.class_id, row.subject_id],
                staff_id=row.staff_id or people[row.staff_key],
                starts_on=row.starts_on,
                periods_per_week=row.periods,
            )
            for row in rows
        ],
    )
    made, new_subjects = list(people.values()), list(added.values())
    after = take_picture(
        [
            Selection(STAFF, "id", made),
            Selection(POSTING, "staff_id", made),
            Selection(SUBJECT, "id", new_subjects),
            Selection(TEACHING, "class_subject_id", [*standing, *new_subjects]),
        ]
    )
    return effects_between(before, after, _Titles(rows, after))


class _Titles:
    """What a person calls a row of this import."""

    def __init__(self, rows: Sequence[WantedTeaching], after: Picture) -> None:
        self.names = {row.staff_id: row.staff_name for row in rows if row.staff_id}
        self.names |= {key[1]: row["name"] for key, row in after.items() if key[0] == STAFF}

    def __call__(self, table: str, row: dict[str, Any]) -> str:
        if table == SUBJECT:
            return "Môn học được thêm vào lớp"
        staff_id = row["id"] if table == STAFF else row["staff_id"]
        return f"Phân công của {self.names.get(staff_id, 'giáo viên')}"


def _make_staff(
    actor: Actor,
    now: datetime,
    school_id: int,
    staff: Sequence[MissingStaff],
    kind: str,
    starts_on: date,
) -> dict[str, int]:
    rows = [
        NewStaff(
            facts=StaffFacts(name=one.name, sex=one.sex, teaching_subjects=(one.subject,)),
            posting=PostingFacts(kind=kind, starts_on=starts_on),
            row=one.row,
        )
        for one in staff
    ]
    if not rows:
        return {}
    ids = create_staff_members(actor=actor, now=now, school_id=school_id, rows=rows)
    return {one.key: made for one, made in zip(staff, ids, strict=True)}


def _add_subjects(
    actor: Actor,
    now: datetime,
    rows: Sequence[WantedTeaching],
    subjects: Mapping[tuple[int, int], ClassSubjectFacts],
) -> dict[tuple[int, int], int]:
    wanted = {(row.class_id, row.subject_id) for row in rows if row.class_subject_id is None}
    return {
        key: add_class_subject(actor=actor, now=now, class_id=key[0], facts=subjects[key]).id
        for key in sorted(wanted)
    }


def take_rights_back(*, actor: Actor, now: datetime, effects: Sequence[RowEffect]) -> None:
    """The rights that followed from assignments which were taken back never hold."""
    operation = operation_of(actor, now, None)
    for one in effects:
        if one.table == TEACHING and one.before is None and one.after:
            first = date.fromisoformat(one.after["starts_on"])
            end_grants(
                operation=operation,
                source_key=teaching_key(one.id),
                day=min(first, vietnam_day(now)) - timedelta(days=1),
                reason="Hoàn tác việc nhập từ tệp",
            )
