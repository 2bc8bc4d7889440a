"""Counting attempts to enter, so that a guesser waits and an owner hardly does."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from khue.access.models import LoginAttempt
from khue.access.rules.attempts import BY_ADDRESS, BY_LOGIN, describe_wait, wait_left

ADDRESS_KNOWN_FOR = timedelta(days=30)
KEPT = timedelta(days=30)


class TooManyAttempts(Exception):
    """Too many mistakes; the message tells how long to wait."""

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait
        super().__init__(
            f"Đã nhập sai nhiều lần nên tạm dừng để bảo vệ tài khoản. Hãy thử lại sau "
            f"{describe_wait(wait)}."
        )


def one_at_a_time(login: str, address: str | None) -> None:
    """Let attempts on one name, and from one address, be counted one after another."""
    with connection.cursor() as cursor:
        for held in sorted({f"login {login}", f"address {address}"}):
            cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [held])


def check_patience(login: str, address: str | None, *, now: datetime) -> None:
    """Raise TooManyAttempts when this name or this address must still wait."""
    wait = max(
        wait_left(_failures_of_login(login, address, now), BY_LOGIN, now),
        wait_left(_failures_of_address(address, now), BY_ADDRESS, now),
    )
    if wait:
        raise TooManyAttempts(wait)


def note_attempt(login: str, address: str | None, *, succeeded: bool, now: datetime) -> None:
    LoginAttempt.objects.create(at=now, login=login, address=address, succeeded=succeeded)


def forget_old_attempts(*, now: datetime) -> int:
    """Forget attempts that no longer count; return how many."""
    return LoginAttempt.objects.filter(at__lt=now - KEPT).delete()[0]


def _failures_of_login(login: str, address: str | None, now: datetime) -> list[datetime]:
    """The failures on a name; at an address where its owner entered before, only those there.

    So nobody is locked out of her own desk by a stranger who guesses at her name elsewhere.
    """
    attempts = LoginAttempt.objects.filter(login=login)
    here = attempts.filter(address=address, succeeded=True, at__gt=now - ADDRESS_KNOWN_FOR)
    last_success = here.order_by("-at").values_list("at", flat=True).first()
    if last_success is not None:
        attempts = attempts.filter(address=address, at__gt=last_success)
    counted = attempts.filter(succeeded=False, at__gt=now - BY_LOGIN.remembered)
    return list(counted.order_by("-at").values_list("at", flat=True)[:200])


def _failures_of_address(address: str | None, now: datetime) -> list[datetime]:
    if address is None:
        return []
    counted = LoginAttempt.objects.filter(
        address=address, succeeded=False, at__gt=now - BY_ADDRESS.remembered
    )
    return list(counted.order_by("-at").values_list("at", flat=True)[:500])
