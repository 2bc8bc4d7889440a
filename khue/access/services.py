"""Entering and leaving, and granting."""

from __future__ import annotations

from datetime import datetime, timedelta

from khue.access.models import Session

TOUCH_EVERY = timedelta(minutes=5)


def touch_session(session: Session, *, now: datetime) -> None:
    """Note that a session is in use, at most every five minutes."""
    if now - session.seen_at >= TOUCH_EVERY:
        Session.objects.filter(pk=session.pk).update(seen_at=now)
