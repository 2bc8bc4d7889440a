"""Tài khoản đã trao trước khi có hồ sơ: accounts of a school to which no file belongs yet.

An account bears a name and a login, nothing more, and a name proves nothing: who is who is said
by a person of the school, who sees the login and the roles, or by the login in a sheet.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from khue.access.api import Admitted, admitted_at
from khue.organisations.api import school_summary
from khue.records.models import Posting, Staff
from khue.records.queries.rolls import holding_on
from khue.records.rules.names import may_be_one
from kit.fences import EVERYTHING, scoped


def free_accounts(school_id: int, today: date) -> list[Admitted]:
    """Accounts handed out at this school that no staff file of any school has. Not gated."""
    found = admitted_at(school_summary(school_id).path, today)
    with scoped(EVERYTHING):
        rows = Staff.objects.filter(account_id__in=[one.account_id for one in found])
        held = set(rows.values_list("account_id", flat=True))
    return [one for one in found if one.account_id not in held]


def accounts_like(name: str, accounts: Iterable[Admitted]) -> list[Admitted]:
    """Those whose name may be this one: to be shown to a person, never joined by it."""
    return [one for one in accounts if may_be_one(one.name, name)]


def staff_without_account(school_id: int, today: date) -> dict[int, str]:
    """Who is at work here and has no account: names by id, by given name. Not gated."""
    working = Posting.objects.filter(holding_on(today), school_id=school_id)
    rows = Staff.objects.filter(
        pk__in=working.values("staff_id"), home_school_id=school_id, account__isnull=True
    )
    return dict(rows.order_by("name_key", "pk").values_list("pk", "name"))


def staff_to_compare(school_id: int, today: date) -> dict[int, str]:
    """Of these the ones who may have an account here already. Not gated."""
    accounts = free_accounts(school_id, today)
    without = staff_without_account(school_id, today) if accounts else {}
    return {key: name for key, name in without.items() if accounts_like(name, accounts)}
