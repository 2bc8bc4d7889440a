"""Mở, đóng đợt báo cáo: the department's decision, one for each period of a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from khue.access.api import Actor, permit
from khue.ledger.api import Author, Change, Operation, append_changes
from khue.organisations.api import organisation, school_year_label
from khue.sector.models import ReportingWindow
from khue.sector.permissions import WINDOWS
from khue.sector.queries.periods import window_value
from khue.sector.rules.periods import PERIOD_NAMES, Period, Window, window_refusals
from kit.dates import print_date


@dataclass(frozen=True)
class WindowRefused(Exception):
    """Days that cannot stand: field and sentence."""

    refusals: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Days:
    """What the department decides about a period."""

    opens_on: date
    closes_on: date
    as_of: date


def set_window(
    *, actor: Actor, now: datetime, province_id: int, year: int, period: Period, days: Days
) -> None:
    """Set the days of a period; it is open between them."""
    wanted = Window(period, year, days.opens_on, days.closes_on, days.as_of)
    refusals = window_refusals(wanted)
    if refusals:
        raise WindowRefused(refusals)
    _write(actor, now, province_id, wanted)


def shut_window(
    *, actor: Actor, now: datetime, province_id: int, year: int, period: Period, shut: bool
) -> None:
    """Close a period before its last day, or open it again."""
    with transaction.atomic():
        row = _locked(province_id, year, period)
        if row is None:
            permit(actor, WINDOWS, organisation(province_id).path)
            return
        kept = window_value(row)
        wanted = Window(period, year, kept.opens_on, kept.closes_on, kept.as_of, shut)
        _write(actor, now, province_id, wanted)


def _locked(province_id: int, year: int, period: Period) -> ReportingWindow | None:
    rows = ReportingWindow.objects.select_for_update()
    return rows.filter(province_id=province_id, year=year, period=period).first()


def _write(actor: Actor, now: datetime, province_id: int, wanted: Window) -> None:
    permit(actor, WINDOWS, organisation(province_id).path)
    with transaction.atomic():
        row = _locked(province_id, wanted.year, wanted.period)
        old = window_value(row) if row else None
        if old == wanted:
            return
        _keep(row, province_id, wanted)
        change = Change(
            subject=f"organisation:{province_id}",
            action="set_window",
            label=f"Đợt {PERIOD_NAMES[wanted.period].lower()} {school_year_label(wanted.year)}",
            old=_told(old),
            new=_told(wanted),
            province_id=province_id,
        )
        append_changes(Operation(Author(actor.account_id, actor.name), now), [change])


def _keep(row: ReportingWindow | None, province_id: int, wanted: Window) -> None:
    kept = row or ReportingWindow(
        province_id=province_id, year=wanted.year, period=wanted.period, version=0
    )
    kept.opens_on, kept.closes_on, kept.as_of = wanted.opens_on, wanted.closes_on, wanted.as_of
    kept.shut, kept.version = wanted.shut, kept.version + 1
    kept.save()


def _told(window: Window | None) -> str | None:
    if window is None:
        return None
    days = f"{print_date(window.opens_on)}-{print_date(window.closes_on)}"
    closed = ", đã đóng" if window.shut else ""
    return f"{days}, chốt số liệu {print_date(window.as_of)}{closed}"
