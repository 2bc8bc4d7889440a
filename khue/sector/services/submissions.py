"""Lần nộp of a school: found or begun, with one state for each kind of data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from khue.organisations.api import SchoolCard, inactive_schools
from khue.sector.models import KindState, Submission
from khue.sector.queries.periods import window_of
from khue.sector.rules.periods import INACTIVE, Period, Window, closed_sentence
from khue.sector.rules.states import Push, kinds_of, may_push_become
from khue.sector.services.refusing import SectorRefused
from kit.dates import vietnam_day


@dataclass(frozen=True)
class Target:
    """What is reported: a school, a year, a period."""

    school: SchoolCard
    year: int
    period: Period

    @property
    def window(self) -> Window | None:
        return window_of(self.school.province_id, self.year, self.period)


def report_day(target: Target, now: datetime) -> date:
    """The day that the figures speak of: the one the department named, or today before it."""
    today, window = vietnam_day(now), target.window
    return min(today, window.as_of) if window else today


def why_closed(target: Target, now: datetime) -> str:
    """Why this school cannot send now; empty when it can."""
    today = vietnam_day(now)
    if inactive_schools([target.school.id], today):
        return INACTIVE
    return closed_sentence(target.window, today)


def refuse_outside_window(target: Target, now: datetime) -> None:
    why = why_closed(target, now)
    if why:
        raise SectorRefused(why)


def open_submission(target: Target, *, lock: bool = True) -> Submission:
    """The submission with its kinds; made on first use. Within a transaction."""
    made, _ = Submission.objects.get_or_create(
        school_id=target.school.id,
        year=target.year,
        period=target.period,
        defaults={"province_id": target.school.province_id},
    )
    _begin_kinds(made)
    return Submission.objects.select_for_update().get(pk=made.pk) if lock else made


def _begin_kinds(made: Submission) -> None:
    """One state for each kind of data of the period; what is there stays."""
    rows = (
        KindState(
            submission=made, school_id=made.school_id, province_id=made.province_id, kind=kind
        )
        for kind in kinds_of(made.period)
    )
    KindState.objects.bulk_create(rows, ignore_conflicts=True)


def kind_states(submission: Submission) -> list[KindState]:
    """In the order of sending."""
    return list(KindState.objects.filter(submission=submission).order_by("kind"))


class ImpossibleState(Exception):
    """A state of the push that cannot follow the present one."""


def put_state(row: KindState, status: Push, *, now: datetime, trouble: str = "") -> None:
    """Move one kind of data to another state of the gateway's list."""
    if row.status is not None and not may_push_become(Push(row.status), status):
        raise ImpossibleState(f"{row.status} -> {status}")
    row.status, row.trouble, row.changed_at = status, trouble[:300], now
    row.save()
