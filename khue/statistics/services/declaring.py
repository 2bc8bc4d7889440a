"""Trường khai số liệu cho biểu: once a school year, kept with its history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from khue.access.api import Actor, permit
from khue.ledger.api import Author, Change, Operation, append_changes
from khue.organisations.api import SchoolCard, school_summary, school_year_of
from khue.statistics.models import Declaration
from khue.statistics.permissions import DECLARE
from khue.statistics.rules.declared import (
    faults_in,
    forms_of_levels,
    names_of_values,
    subject_of_sheet,
)
from kit.dates import print_moment, vietnam_day
from kit.statements import kept_rows

LOCK = "select pg_advisory_xact_lock(hashtextextended(%s, 0))"


class DeclarationRefused(Exception):
    """What a person must correct: sentences by value; "" for the sheet as a whole."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        super().__init__(" ".join(sentences.values()))
        self.sentences = sentences


@transaction.atomic
def declare(
    *,
    actor: Actor,
    now: datetime,
    school_id: int,
    form: str,
    values: Mapping[str, int],
    version: int,
) -> int:
    """Ghi tờ khai of this school year: the whole sheet as it is now; return what changed.

    `version`: of the sheet that was read, 0 for none. Raises DeclarationRefused.
    """
    school = school_summary(school_id)
    permit(actor, DECLARE, school.path)
    wanted = _checked(school, form, values)
    row = _sheet(school, form, now)
    if row.version != version:
        raise _changed_meanwhile(row)
    changes = _changes(row, wanted)
    if changes:
        row.values, row.version = dict(wanted), version + 1
        row.changed_at, row.changed_by = now, actor.name
        row.save()
        append_changes(Operation(Author(actor.account_id or None, actor.name), now), changes)
    return len(changes)


def _changed_meanwhile(row: Declaration) -> DeclarationRefused:
    when = f" lúc {print_moment(row.changed_at)}" if row.version else ""
    told = f"{row.changed_by or 'Có người'} vừa sửa tờ khai{when}."
    return DeclarationRefused({"": f"{told} Hãy tải lại trang, xem rồi ghi tiếp."})


def _checked(school: SchoolCard, form: str, values: Mapping[str, int]) -> dict[str, int]:
    if form not in forms_of_levels(school.levels):
        raise DeclarationRefused({"": "Trường không dạy cấp học của biểu này nên không khai."})
    faults = {one.key: one.sentence for one in faults_in(form, values)}
    if faults:
        raise DeclarationRefused(faults)
    return {key: values[key] for key in names_of_values(form) if key in values}


def _sheet(school: SchoolCard, form: str, now: datetime) -> Declaration:
    """The sheet of the year, one person at a time; a new one is not written yet."""
    year = school_year_of(vietnam_day(now))
    kept_rows(LOCK, [subject_of_sheet(school.id, year, form)])
    found = {"school_id": school.id, "year": year, "form": form}
    held = Declaration.objects.filter(**found).first()
    return held or Declaration(**found, province_id=school.province_id, version=0)


def _changes(row: Declaration, wanted: Mapping[str, int]) -> list[Change]:
    return [
        Change(
            subject=subject_of_sheet(row.school_id, row.year, row.form),
            action="change",
            label=name,
            old=row.values.get(key),
            new=wanted.get(key),
            school_id=row.school_id,
            province_id=row.province_id,
        )
        for key, name in names_of_values(row.form).items()
        if row.values.get(key) != wanted.get(key)
    ]
