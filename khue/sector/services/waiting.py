"""Đến hạn: what may be sent or asked now, whatever the clock showed when that was written."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from khue.sector.rules.retries import FARTHEST


def due(now: datetime) -> Q:
    """Rows whose time has come, or lies further off than any wait of ours."""
    return Q(next_attempt_at__lte=now) | Q(next_attempt_at__gt=now + FARTHEST)


def is_early(at: datetime | None, now: datetime) -> bool:
    """Whether another attempt waits for its time."""
    return at is not None and now < at <= now + FARTHEST
