"""Choosing and changing a password."""

from __future__ import annotations

import gzip
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from django.contrib.auth import hashers, password_validation
from django.db import transaction

from khue.access.models import Account, Grant, Session
from khue.access.queries.sessions import must_choose_password
from khue.access.rules.actors import Actor
from khue.access.rules.passwords import check_password, normalised
from khue.access.services.marks import change_of, operation_of
from khue.access.services.sessions import end_sessions
from khue.access.services.signing_in import guarded, verify_password
from khue.ledger.api import append_changes
from kit.refusal import Refusal

LATELY = timedelta(minutes=30)
ENTER_AGAIN = (
    "Để giữ an toàn, mật khẩu chỉ đặt được trong 30 phút sau khi vào bằng mã gửi đến điện thoại."
    " Hãy đăng xuất, vào lại bằng số điện thoại rồi đặt mật khẩu."
)


class PasswordRefused(Exception):
    """The new password will not do; the message tells why and what to do."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.sentence)


class PasswordStands(Exception):
    """A first password was chosen where one stands already."""


class EnterAgain(Exception):
    """The password of an account without one is chosen soon after entering."""


@lru_cache(maxsize=1)
def common_passwords() -> frozenset[str]:
    """The list of common passwords that comes with Django."""
    file = Path(password_validation.__file__).with_name("common-passwords.txt.gz")
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return frozenset(line.strip().lower() for line in lines)


def choose_first_password(*, actor: Actor, now: datetime, password: str) -> None:
    """Đặt mật khẩu lần đầu: the slip's code is worth nothing from now on."""
    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=actor.account_id)
        session = Session.objects.select_related("account").get(pk=actor.session_key)
        if not must_choose_password(session):
            raise PasswordStands
        _set_password(account, password, now)
        end_sessions(account_ids=[account.pk], now=now, but=actor.session_key)
        change = change_of(account.pk, "choose_password", "mật khẩu")
        append_changes(operation_of(actor, now), [change])


def confirm_password(*, actor: Actor, now: datetime, password: str, address: str | None) -> str:
    """Xác nhận mật khẩu của chính mình; returns the login name.

    Raises WrongCredentials, TooManyAttempts: guessing is counted as at the door.
    """
    account = Account.objects.get(pk=actor.account_id)
    guarded(account.login, address, now, lambda: verify_password(account, password) or None)
    return account.login


def change_password(
    *, actor: Actor, now: datetime, current: str, password: str, address: str | None
) -> None:
    """Đổi mật khẩu: ends the sessions elsewhere. Raises WrongCredentials, PasswordRefused."""
    confirm_password(actor=actor, now=now, password=current, address=address)
    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=actor.account_id)
        _set_password(account, password, now)
        end_sessions(account_ids=[account.pk], now=now, but=actor.session_key)
        change = change_of(account.pk, "change_password", "mật khẩu")
        append_changes(operation_of(actor, now), [change])


def set_own_password(*, actor: Actor, now: datetime, password: str) -> None:
    """Đặt mật khẩu of an account that has none: it was entered with a code sent to its phone.

    Only soon after entering, so that a device left open does not lock its owner out. Raises
    PasswordStands, EnterAgain, PasswordRefused.
    """
    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=actor.account_id)
        if account.password:
            raise PasswordStands
        if not entered_lately(actor, now):
            raise EnterAgain(ENTER_AGAIN)
        _set_password(account, password, now)
        end_sessions(account_ids=[account.pk], now=now, but=actor.session_key)
        change = change_of(account.pk, "choose_password", "mật khẩu")
        append_changes(operation_of(actor, now), [change])


def has_password(account_id: int) -> bool:
    return Account.objects.filter(pk=account_id).exclude(password="").exists()


def entered_lately(actor: Actor, now: datetime) -> bool:
    return Session.objects.filter(pk=actor.session_key, created_at__gt=now - LATELY).exists()


def _set_password(account: Account, password: str, now: datetime) -> None:
    refusal = check_password(password, common=common_passwords(), about=_known_of(account))
    if refusal:
        raise PasswordRefused(refusal)
    account.password = hashers.make_password(normalised(password))
    account.password_changed_at = now
    account.first_code_digest = ""
    account.first_code_expires = None
    account.save()


def _known_of(account: Account) -> list[str]:
    places = Grant.objects.filter(account=account).values_list("place_name", flat=True)
    return [account.name, account.login, *set(places[:20])]
