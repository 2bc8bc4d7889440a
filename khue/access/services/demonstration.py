"""The demonstration's people: ready to sign in, with a password that everybody may know."""

from __future__ import annotations

from collections.abc import Sequence

import pyotp
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from khue.access.models import Account, Grant
from khue.access.rules.passwords import normalised
from khue.access.rules.roles import SECOND_FACTOR_REQUIRED
from khue.access.services.marks import changes_of
from khue.access.services.second_factor import give_secret
from khue.ledger.api import Operation, append_changes


@transaction.atomic
def enrol_demo_accounts(*, operation: Operation, account_ids: Sequence[int], password: str) -> None:
    """Give a known password, and to leaders and officers a second factor that is set up."""
    if not settings.DEMO:
        raise ImproperlyConfigured("Tài khoản trình diễn chỉ có khi KHUE_DEMO=1.")
    hashed = make_password(normalised(password))
    accounts = list(Account.objects.filter(pk__in=account_ids))
    officials = set(
        Grant.objects.filter(account__in=accounts, role__in=SECOND_FACTOR_REQUIRED).values_list(
            "account_id", flat=True
        )
    )
    for account in accounts:
        account.password, account.password_changed_at = hashed, operation.at
        if account.pk in officials:
            give_secret(account, pyotp.random_base32())
            account.totp_confirmed_at = operation.at
    fields = ["password", "password_changed_at", "totp_sealed", "totp_confirmed_at"]
    Account.objects.bulk_update(accounts, fields, batch_size=500)
    append_changes(operation, changes_of(account_ids, "prepare_demo", "tài khoản trình diễn"))
