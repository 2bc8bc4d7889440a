"""Reading accounts by id and by login name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F, Func, Value

from khue.access.models import Account
from khue.access.rules.logins import check_login, free_logins, stem_of, tidy_login


@dataclass(frozen=True)
class AccountCard:
    """What other contexts show of an account; `ready` means that it has a password."""

    id: int
    login: str
    name: str
    kind: str
    ready: bool
    closed: bool


def card_of(account: Account) -> AccountCard:
    return AccountCard(
        id=account.pk,
        login=account.login,
        name=account.name,
        kind=account.kind,
        ready=bool(account.password),
        closed=account.closed_at is not None,
    )


def accounts_by_ids(ids: Iterable[int]) -> dict[int, AccountCard]:
    return {one.pk: card_of(one) for one in Account.objects.filter(pk__in=set(ids))}


def suggest_login(name: str, *, kind: str = "staff", phone: str = "") -> str:
    """A free login name; a guardian's is the phone number while that is free."""
    number = tidy_login(phone)
    if kind == "guardian" and number and not check_login(number) and not _is_taken(number):
        return number
    return suggest_logins([name], kind=kind)[0]


def suggest_logins(names: Sequence[str], *, kind: str = "staff") -> list[str]:
    """A free login name for each person of a list, with one query."""
    mark = "hs." if kind == "student" else ""
    stems = [mark + stem_of(name) for name in names]
    without_number = Func(F("login"), Value(r"\d+$"), Value(""), function="regexp_replace")
    alike = Account.objects.annotate(stem=without_number).filter(stem__in=set(stems))
    return free_logins(stems, set(alike.values_list("login", flat=True)))


def _is_taken(login: str) -> bool:
    return Account.objects.filter(login=login).exists()
