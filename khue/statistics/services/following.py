"""Theo sổ cái: figures follow every committed change within a second, and lose none.

A step reads what was committed since the last one, counts anew what it touches and remembers how
far it read, all in one transaction: a step that dies leaves no trace, and the next one does its
work again from the same place. One follower works at a time; others wait their turn.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from khue.ledger.api import batches_after, changes_in, newest_position, number_batches
from khue.organisations.api import class_ids_after, every_school_id, school_year_of
from khue.statistics.models import Follower
from khue.statistics.queries.touched import Touched, touched_by
from khue.statistics.rules.themes import Theme
from khue.statistics.services.family_days import recount_year, take_moved
from khue.statistics.services.hiding import decide_everywhere
from khue.statistics.services.recounting import recount
from khue.statistics.services.storing import Stamp, drop_gone_classes, drop_theme
from kit.dates import vietnam_day
from kit.fences import EVERYTHING, scoped
from kit.statements import kept_rows

FIGURES_LOCK = 20261123
MOST_BATCHES = 200
SWEPT_AT_ONCE = 200
TURN_SECONDS = 0.05
# One lock for each schema: provinces side by side in one database do not wait for each other.
TRY_LOCK = "select pg_try_advisory_xact_lock(hashtext(current_schema()), %s)"
LOCK = "select pg_advisory_xact_lock(hashtext(current_schema()), %s)"
WAITING = """
select exists (select from statistics_touched)
  or exists (select from messaging_movedday) or exists (select from contactbook_movednotice)
  or not exists (select from statistics_follower
    where day = %(today)s and position >= %(newest)s and sweeping_from is null)
"""
TAKE_TOUCHED = "delete from statistics_touched returning class_id, theme"


@dataclass(frozen=True, slots=True)
class Step:
    """What a step did: batches of the ledger, figures that moved, and whether more waits."""

    batches: int
    moved: int
    position: int
    sweeping: bool


def follow(*, now: datetime) -> Step | None:
    """One step; None when nothing waits or another follower is at work."""
    with scoped(EVERYTHING):
        number_batches()
        with transaction.atomic():
            waits = kept_rows(WAITING, {"today": vietnam_day(now), "newest": newest_position()})
            if not waits[0][0] or not kept_rows(TRY_LOCK, [FIGURES_LOCK])[0][0]:
                return None
            return _step(_follower(), now)


def follow_to_the_end(*, now: datetime) -> int:
    """Step after step until nothing waits; return how many."""
    steps = 0
    while follow(now=now) is not None:
        steps += 1
    return steps


def count_again(*, now: datetime) -> int:
    """Count everything from scratch and decide anew what is withheld; return the steps.

    Others may follow meanwhile and take steps of it: nothing here holds them up for long.
    """
    _start_over(now)
    steps = 0
    while _is_counting():
        if follow(now=now) is None:
            time.sleep(TURN_SECONDS)
        else:
            steps += 1
    steps += follow_to_the_end(now=now)
    with scoped(EVERYTHING):
        decide_everywhere(_alone)
    return steps


def _is_counting() -> bool:
    """Whether what `_start_over` began has not come to its end, by whomever."""
    return Follower.objects.filter(sweeping_from__isnull=False).exists()


@contextmanager
def _alone() -> Iterator[None]:
    """A transaction in which no follower counts."""
    with transaction.atomic():
        kept_rows(LOCK, [FIGURES_LOCK])
        yield


@transaction.atomic
def _start_over(now: datetime) -> None:
    """Have everything counted again by the next steps, and what stands without reason removed."""
    with scoped(EVERYTHING):
        kept_rows(LOCK, [FIGURES_LOCK])
        drop_gone_classes(every_school_id())
        recount_year(every_school_id(), school_year_of(vietnam_day(now)))
        row = _follower()
        row.position = newest_position()
        _begin_sweep(row, since=0)
        row.save()


def _follower() -> Follower:
    """How far the figures are; the lock is held, so nobody else moves it."""
    Follower.objects.bulk_create([Follower(pk=1)], ignore_conflicts=True)
    return Follower.objects.get(pk=1)


def _step(row: Follower, now: datetime) -> Step:
    """The first step of all needs no history: everything is counted anyway."""
    today = vietnam_day(now)
    if row.day is None:
        row.position = newest_position()
        recount_year(every_school_id(), school_year_of(today))
    batches = batches_after(row.position, limit=MOST_BATCHES)
    lines = [line for told in changes_in(batches).values() for line in told] if batches else []
    touched = touched_by(lines)
    _take_touched(touched)
    if row.day != today:
        _begin_day(row, today)
    if touched.everything:
        _begin_sweep(row, since=0)
    _sweep(row, touched)
    row.position = batches[-1].position if batches else row.position
    row.at = max((one.at for one in batches), default=row.at or now)
    row.at = max(row.at, now) if touched.days else row.at
    moved = recount(touched, today, Stamp(row.at, row.position))
    row.save()
    return Step(len(batches), len(moved), row.position, row.sweeping_from is not None)


def _take_touched(touched: Touched) -> None:
    """Classes whose counts moved without an entry, told in the transaction that moved them."""
    for class_id, theme in kept_rows(TAKE_TOUCHED, []):
        touched.add_classes([Theme(theme)], [class_id])
    touched.add_days(take_moved())


def _begin_day(row: Follower, today: date) -> None:
    """A new day: nobody is absent yet, and who comes or leaves on this day counts from now on."""
    year = school_year_of(today)
    drop_theme(Theme.ATTENDANCE, year)
    _begin_sweep(row, since=year if row.day else 0)
    row.day = today


def _begin_sweep(row: Follower, since: int) -> None:
    """Count everything again from a school year on, a few classes in each step."""
    running = row.sweeping_from is not None
    row.sweeping_since = min(since, row.sweeping_since) if running else since
    row.sweeping_from = 0


def _sweep(row: Follower, touched: Touched) -> None:
    if row.sweeping_from is None:
        return
    if row.sweeping_from == 0:
        touched.add_schools(Theme, every_school_id())
    classes = class_ids_after(row.sweeping_from, SWEPT_AT_ONCE, since=row.sweeping_since)
    touched.add_classes(Theme, classes)
    row.sweeping_from = classes[-1] if classes else None
