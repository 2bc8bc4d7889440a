"""Sửa nhiều hồ sơ một lần: the files of a list are locked, compared and written together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from khue.access.api import Actor, OutsidePlace, rename_account
from khue.ledger.api import Change, Operation, append_changes
from khue.records.models import Guardian, Guardianship, Student
from khue.records.queries.places import MERGED, open_school
from khue.records.rules.family import GuardianFacts
from khue.records.rules.refusals import RecordRefused
from khue.records.services.families import MANAGE, put_guardian
from khue.records.services.students import PLAIN, put_changes
from khue.records.services.writing import operation_of, promised
from kit.dates import vietnam_day
from kit.many_rows import update_rows

WRITTEN = (
    *PLAIN,
    *("name_key", "name_search", "number_findings", "version"),
    *("personal_number_sealed", "personal_number_digest"),
)
OF_ADULTS = ("name", "name_search", "phone", "job", "email", "birth_year")


@dataclass(frozen=True)
class Wish:
    """What is to change in one file; `version` is the one that was compared."""

    student_id: int
    version: int
    wanted: Mapping[str, Any]


def change_students(*, actor: Actor, now: datetime, school_id: int, wishes: Sequence[Wish]) -> None:
    """Sửa hồ sơ của cả danh sách: files that the school keeps, all or nothing. In a transaction.

    Raises ChangedMeanwhile where somebody else has saved one of them in between.
    """
    open_school(actor, MANAGE, school_id)
    operation, students = operation_of(actor, now), _locked(school_id, wishes)
    changes: list[Change] = []
    for wish in wishes:
        student = students[wish.student_id]
        changes += put_changes(student, wish.wanted, wish.version, vietnam_day(now))
    with promised():
        update_rows(list(students.values()), WRITTEN)
    append_changes(operation, changes)
    _rename_accounts(
        operation, [students[one.student_id] for one in wishes if "name" in one.wanted]
    )


def _locked(school_id: int, wishes: Sequence[Wish]) -> dict[int, Student]:
    ids = [one.student_id for one in wishes]
    rows = Student.objects.select_for_update().filter(id__in=ids, home_school_id=school_id)
    found = {row.pk: row for row in rows.order_by("id")}
    if len(found) < len(set(ids)):
        raise OutsidePlace
    if any(row.merged_into_id for row in found.values()):
        raise RecordRefused("MERGED", MERGED)
    return found


def _rename_accounts(operation: Operation, students: Sequence[Student]) -> None:
    for student in students:
        if student.account_id:
            rename_account(operation=operation, account_id=student.account_id, name=student.name)


def change_guardians(
    *,
    actor: Actor,
    now: datetime,
    school_id: int,
    wishes: Sequence[tuple[int, GuardianFacts]],
) -> None:
    """Sửa thông tin người thân của cả danh sách, by the link to the child. In a transaction."""
    open_school(actor, MANAGE, school_id)
    links = _links(school_id, [key for key, _ in wishes])
    adults: dict[int, Guardian] = {}
    changes = []
    for key, facts in wishes:
        link = links[key]
        adult = adults.setdefault(link.guardian_id, link.guardian)
        changes.append(put_guardian(link.student, adult, facts))
        link.relation = facts.relation
    update_rows(list(adults.values()), OF_ADULTS)
    update_rows(list(links.values()), ["relation"])
    append_changes(operation_of(actor, now), changes)


def _links(school_id: int, keys: Sequence[int]) -> dict[int, Guardianship]:
    """The links, their children locked: two people never change one family at once."""
    rows = Guardianship.objects.select_for_update(of=("student",)).filter(
        id__in=keys, student__home_school_id=school_id
    )
    found = {row.pk: row for row in rows.select_related("student", "guardian").order_by("id")}
    if len(found) < len(set(keys)):
        raise OutsidePlace
    return found
