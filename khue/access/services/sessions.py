"""Opening, using and ending sessions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings

from khue.access.models import Session
from khue.access.rules.tokens import digest_of, new_token

TOUCH_EVERY = timedelta(minutes=5)


def open_session(
    *,
    account_id: int,
    now: datetime,
    second_factor: bool = False,
    address: str | None = None,
    device: str = "",
) -> str:
    """Open a session and return its token, which nobody can read again."""
    token = new_token()
    Session.objects.create(
        token_digest=digest_of(token),
        account_id=account_id,
        created_at=now,
        seen_at=now,
        expires_at=now + settings.SESSION_LASTS,
        second_factor_at=now if second_factor else None,
        address=address,
        device=device[:200],
    )
    return token


def rotate_session(session: Session, *, now: datetime, second_factor: bool) -> str:
    """Put a new token in place of the old one, so that one seen before is worth nothing."""
    end_session(key=session.token_digest, account_id=session.account_id, now=now)
    return open_session(
        account_id=session.account_id,
        now=now,
        second_factor=second_factor,
        address=session.address,
        device=session.device,
    )


def touch_session(session: Session, *, now: datetime) -> None:
    """Note that a session is in use, at most every five minutes."""
    if now - session.seen_at >= TOUCH_EVERY:
        Session.objects.filter(pk=session.pk).update(seen_at=now)


def end_session(*, key: str, account_id: int, now: datetime) -> bool:
    """End one session of an account; say whether there was one."""
    found = Session.objects.filter(pk=key, account_id=account_id, ended_at__isnull=True)
    return found.update(ended_at=now) > 0


def end_sessions(*, account_ids: Iterable[int], now: datetime, but: str = "") -> int:
    """End the sessions of accounts everywhere, perhaps but one; return how many."""
    found = Session.objects.filter(account_id__in=account_ids, ended_at__isnull=True)
    return found.exclude(pk=but).update(ended_at=now)
