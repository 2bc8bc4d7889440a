"""What an import compares its rows with: the facts that stand in the files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

from khue.access.api import Actor, reach
from khue.records.models import Staff, Student
from khue.records.queries.students import within
from khue.records.rules.facts import StaffFacts, StudentFacts

HIDDEN = {"personal_number"}
PLAIN = [one.name for one in fields(StudentFacts) if one.name not in HIDDEN]
STAFF_PLAIN = [
    one.name
    for one in fields(StaffFacts)
    if one.name not in HIDDEN | {"teaching_subjects", "recruited_on"}
]


def student_facts(
    *, actor: Actor, student_ids: Iterable[int]
) -> dict[int, tuple[int, StudentFacts]]:
    """Version and facts of the files that the actor may see; the number stays sealed."""
    held = reach(actor, "records.view_students")
    rows = Student.objects.filter(within(held), id__in=list(student_ids))
    return {
        row.pk: (row.version, StudentFacts(**{name: getattr(row, name) or "" for name in PLAIN}))
        for row in rows
    }


def staff_facts(*, actor: Actor, staff_ids: Iterable[int]) -> dict[int, tuple[int, StaffFacts]]:
    """Version and facts of the staff files that the actor may see."""
    held = reach(actor, "records.view_staff").paths
    rows = Staff.objects.filter(id__in=list(staff_ids)).select_related("home_school__organisation")
    return {
        row.pk: (row.version, _staff_facts(row))
        for row in rows
        if any(row.home_school.organisation.path.startswith(path) for path in held)
    }


def _staff_facts(row: Staff) -> StaffFacts:
    return StaffFacts(
        **{name: getattr(row, name) or "" for name in STAFF_PLAIN},
        teaching_subjects=tuple(row.teaching_subjects),
        recruited_on=row.recruited_on,
    )
