"""Steps that many tests of access take."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pyotp
from django.conf import settings
from django.test import Client

from khue.access.models import Account, Session
from khue.access.queries import actor_of_session
from khue.access.rules.actors import Actor
from khue.access.rules.tokens import digest_of
from khue.access.services.sessions import open_session
from khue.ledger.api import Author, Operation
from kit.cipher import seal
from kit.dates import vietnam_day

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
SYSTEM = Operation(Author(None, "Nhà trường"), NOW)
GOOD = "con mèo trèo cây cau"


def signed_in(account: Account, *, now: datetime = NOW, second_factor: bool = False) -> Actor:
    """An actor with a session of her own."""
    token = open_session(account_id=account.pk, now=now, second_factor=second_factor)
    session = Session.objects.select_related("account").get(pk=digest_of(token))
    return actor_of_session(session, vietnam_day(now))


def give_secret(account: Account, secret: str) -> pyotp.TOTP:
    """Set the second factor of an account to a key that the test knows."""
    account.totp_sealed = seal(
        secret, label=f"access.totp.{account.pk}", key_hex=settings.FIELD_KEY
    )
    account.totp_last_step = None
    account.save()
    return pyotp.TOTP(secret)


def enter(client: Client, login: str, password: str, **more: Any) -> Any:
    """Send the sign-in form."""
    return client.post("/dang-nhap/", {"login": login, "password": password, **more})
