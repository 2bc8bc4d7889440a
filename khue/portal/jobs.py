"""After midnight: the root of the day that ended, and its time stamp."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from khue.ledger.api import make_daily_roots, stamp_daily_roots
from khue.signing.api import ClockWrong, TimestampDown, stamp
from kit.fences import EVERYTHING, scoped


@app.periodic(cron="7 * * * *")
@app.task(name="portal.daily_roots", queueing_lock="portal.daily_roots", pass_context=False)
def publish_daily_roots(timestamp: int) -> None:
    """Seven minutes past every hour, so that a night without power only delays the root."""
    del timestamp
    now = timezone.now()
    with scoped(EVERYTHING):
        make_daily_roots(now=now)
        if settings.TSA_URL:
            stamp_what_waits()


def stamp_what_waits() -> int:
    """Stamp roots that have no time stamp yet; while the authority is down they wait."""
    now = timezone.now()
    try:
        return stamp_daily_roots(partial(stamp, now=now), now=now)
    except (TimestampDown, ClockWrong):
        return 0
