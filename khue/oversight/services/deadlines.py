"""Đặt hạn: by which day the schools below an authority finish something."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from khue.access.api import Actor, OutsidePlace, permit
from khue.organisations.api import organisation, school_year_of
from khue.oversight.models import Deadline
from khue.oversight.permissions import DEADLINES
from khue.oversight.rules.work import THEMES
from khue.oversight.services.work import OversightRefused, tell_ledger
from kit.dates import print_date, vietnam_day

PAST = "Ngày hạn đã qua. Hãy chọn từ hôm nay trở đi."
NO_THEME = "Việc này không đặt được hạn. Hãy chọn một việc trong danh sách."
NO_TERM = "Việc này theo học kì. Hãy chọn học kì I hoặc học kì II."
TWICE = "Việc này đã có hạn ở đơn vị. Hãy bỏ hạn cũ rồi đặt lại."


@dataclass(frozen=True, slots=True)
class Wanted:
    """A deadline as the form gives it."""

    theme: str
    term: int | None
    due_on: date
    note: str = ""


def set_deadline(*, actor: Actor, now: datetime, place_id: int, wanted: Wanted) -> int:
    """Đặt một hạn; one theme has one at a place. Raises OversightRefused, OutsidePlace, Refused."""
    place = organisation(place_id)
    permit(actor, DEADLINES, place.path)
    term = _check(wanted, vietnam_day(now))
    theme = THEMES[wanted.theme]
    title = theme.name + (f" học kì {'I' if term == 1 else 'II'}" if term else "")
    try:
        with transaction.atomic():
            made = Deadline.objects.create(
                organisation_id=place.id,
                theme=theme.key,
                year=school_year_of(vietnam_day(now)),
                term=term,
                title=title,
                note=wanted.note,
                due_on=wanted.due_on,
                set_by=actor.name,
                set_at=now,
            )
            label = f"Đặt hạn {title}: {print_date(wanted.due_on)}"
            tell_ledger(
                actor, now, f"deadline:{made.pk}", "set", label, str(wanted.due_on), place.path
            )
    except IntegrityError as twice:
        raise OversightRefused(TWICE, "theme") from twice
    return made.pk


def _check(wanted: Wanted, today: date) -> int | None:
    theme = THEMES.get(wanted.theme)
    if theme is None or not theme.has_deadline:
        raise OversightRefused(NO_THEME, "theme")
    if wanted.due_on < today:
        raise OversightRefused(PAST, "due_on")
    if theme.by_term and wanted.term not in {1, 2}:
        raise OversightRefused(NO_TERM, "term")
    return wanted.term if theme.by_term else None


@transaction.atomic
def end_deadline(*, actor: Actor, now: datetime, deadline_id: int) -> None:
    """Bỏ hạn; its line stays. A second press changes nothing."""
    row = Deadline.objects.select_for_update().filter(pk=deadline_id).first()
    if row is None:
        raise OutsidePlace(deadline_id)
    place = organisation(row.organisation_id)
    permit(actor, DEADLINES, place.path)
    if row.ended_at is not None:
        return
    row.ended_at, row.ended_by = now, actor.name
    row.save(update_fields=["ended_at", "ended_by"])
    label = f"Bỏ hạn {row.title}"
    tell_ledger(actor, now, f"deadline:{row.pk}", "end", label, None, place.path)
