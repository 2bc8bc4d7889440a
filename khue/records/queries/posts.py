"""Cán bộ của trường: who is posted at a school, and whose account it is. Not gated; fenced."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from khue.records.models import Posting, Staff
from khue.records.queries.rolls import holding_on


@dataclass(frozen=True, slots=True)
class StaffLine:
    """A member of staff in a post at a school."""

    id: int
    name: str
    name_key: str
    sex: str
    born: str
    code: str
    school_id: int
    kind: str
    title: str
    account_id: int | None
    teaching_subjects: tuple[str, ...]
    posting_id: int


def staff_of_school(school_id: int, on: date) -> list[StaffLine]:
    """Everyone posted at a school on a day, by given name."""
    rows = _posts().filter(holding_on(on), school_id=school_id)
    return [_line(row) for row in rows.order_by("staff__name_key", "staff_id")]


def staff_of_account(account_id: int, on: date) -> list[StaffLine]:
    """The posts of an account, one for each school."""
    rows = _posts().filter(holding_on(on), staff__account_id=account_id)
    return [_line(row) for row in rows.order_by("school_id")]


def staff_line(staff_id: int, on: date) -> StaffLine | None:
    """The post of a person on a day."""
    row = _posts().filter(holding_on(on), staff_id=staff_id).order_by("-starts_on").first()
    return _line(row) if row else None


def staff_lines(ids: Iterable[int]) -> dict[int, StaffLine]:
    """People by id with the newest post, whether it still holds or not."""
    rows = (
        _posts()
        .filter(staff_id__in=list(ids))
        .order_by("staff_id", "-starts_on", "-id")
        .distinct("staff_id")
    )
    return {row.staff_id: _line(row) for row in rows}


def _posts() -> QuerySet[Posting]:
    return Posting.objects.select_related("staff")


def _line(row: Posting) -> StaffLine:
    staff: Staff = row.staff
    return StaffLine(
        staff.pk,
        staff.name,
        staff.name_key,
        staff.sex,
        staff.born,
        staff.code or "",
        row.school_id,
        row.kind,
        row.title,
        staff.account_id,
        tuple(staff.teaching_subjects),
        row.pk,
    )
