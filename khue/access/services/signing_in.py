"""Signing in with a password, or the first time with the code of a slip."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from hmac import compare_digest
from typing import TypeVar

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from khue.access.models import Account
from khue.access.rules.logins import tidy_login
from khue.access.rules.passwords import LONGEST, normalised
from khue.access.rules.tokens import digest_of, plain_slip_code
from khue.access.services.attempts import (
    TooManyAttempts,
    check_patience,
    note_attempt,
    one_at_a_time,
)
from khue.access.services.sessions import open_session

Found = TypeVar("Found")


class WrongCredentials(Exception):
    """The name or the secret is wrong; nobody is told which."""

    def __init__(self) -> None:
        super().__init__(
            "Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy xem lại dấu, chữ hoa và bộ gõ tiếng Việt."
        )


def sign_in(*, login: str, secret: str, address: str | None, device: str, now: datetime) -> str:
    """Đăng nhập: return the token of a new session, or raise WrongCredentials, TooManyAttempts.

    The secret is the password; a person without one enters with the code of the slip.
    """
    name = tidy_login(login)[:64]
    account = guarded(
        name, address, now, lambda: _find_account(name, secret[: LONGEST * 2], now=now)
    )
    return open_session(account_id=account.pk, now=now, address=address, device=device)


def guarded(
    key: str,
    address: str | None,
    now: datetime,
    attempt: Callable[[], Found | None],
    wrong: type[Exception] = WrongCredentials,
) -> Found:
    """Make an attempt that counts; what was counted stays, whatever comes out."""
    with transaction.atomic():
        one_at_a_time(key, address)
        check_patience(key, address, now=now)
        found = attempt()
        note_attempt(key, address, succeeded=found is not None, now=now)
    if found is None:
        raise wrong
    return found


def _find_account(login: str, secret: str, *, now: datetime) -> Account | None:
    account = Account.objects.filter(login=login, closed_at__isnull=True).first()
    by_password = verify_password(account, secret)
    if account is None:
        return None
    return account if by_password or _opens_with_slip(account, secret, now) else None


def verify_password(account: Account | None, secret: str) -> bool:
    """Check a password, taking as long when there is no account or no password."""
    kept = account.password if account else ""
    right = check_password(normalised(secret), kept or _nobodys_password())
    return right and bool(kept)


def _opens_with_slip(account: Account, typed: str, now: datetime) -> bool:
    if account.password or not account.first_code_digest or account.first_code_expires is None:
        return False
    right = compare_digest(digest_of(plain_slip_code(typed)), account.first_code_digest)
    return right and now < account.first_code_expires


@lru_cache(maxsize=1)
def _nobodys_password() -> str:
    return make_password("không ai có mật khẩu này")


__all__ = ["TooManyAttempts", "WrongCredentials", "guarded", "sign_in", "verify_password"]
