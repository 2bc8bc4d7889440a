"""Giờ gửi và gửi lại: quiet hours, waits between attempts, how long a claim holds."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

OPENS, CLOSES = 7, 22
QUIET_CHANNELS = frozenset({"sms", "zns", "push"})
MOST_ATTEMPTS = 5
WAITS = (30, 120, 600, 1800, 3600)
THROTTLED_WAIT = 20
LEASE = timedelta(minutes=3)
LASTS = timedelta(hours=24)
REPORT_WITHIN = timedelta(hours=48)
KEPT_AFTER_END = timedelta(days=90)


def is_quiet(moment: datetime, zone: tzinfo) -> bool:
    """Ngoài 7 giờ đến 22 giờ, giờ Việt Nam.

    Law: NĐ 91/2020/NĐ-CP
    """
    return not OPENS <= moment.astimezone(zone).hour < CLOSES


def allowed_from(moment: datetime, *, channel: str, urgent: bool, zone: tzinfo) -> datetime:
    """The first moment from here on at which this may be sent."""
    if urgent or channel not in QUIET_CHANNELS or not is_quiet(moment, zone):
        return moment
    local = moment.astimezone(zone)
    opening = local.replace(hour=OPENS, minute=0, second=0, microsecond=0)
    return opening + timedelta(days=1 if local.hour >= CLOSES else 0)


def wait_before(attempt: int, *, throttled: bool = False) -> timedelta:
    """How long to wait before the next attempt, when `attempt` attempts were made."""
    if throttled:
        return timedelta(seconds=THROTTLED_WAIT)
    return timedelta(seconds=WAITS[min(max(attempt, 1), len(WAITS)) - 1])
