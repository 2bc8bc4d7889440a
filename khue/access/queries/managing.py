"""Reading the accounts that an actor looks after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from khue.access.models import Account, Grant, Session
from khue.access.queries.grants import as_granted, living_grants
from khue.access.rules.actors import Actor, Granted
from khue.access.rules.gate import grants_with, permit
from khue.access.rules.managing import refuse_managing
from khue.access.rules.places import is_child
from khue.access.rules.roles import ROLE_NAMES, Role
from kit.dates import vietnam_day
from kit.vietnamese import search_key

VIEW, MANAGE = "access.view_accounts", "access.manage_accounts"
STATES = {
    "new": "Chưa có mã",
    "slip": "Chờ đăng nhập lần đầu",
    "active": "Đang dùng",
    "closed": "Đã đóng",
}
SORTS = {"name": "name_key", "login": "login", "seen": "seen_at"}


@dataclass(frozen=True)
class AccountFilter:
    """What the list of accounts is asked for."""

    wanted: str = ""
    kind: str = ""
    role: str = ""
    state: str = ""
    sort: str = "name"


def managed_accounts(actor: Actor, chosen: AccountFilter, *, now: datetime) -> QuerySet[Account]:
    """The accounts of the actor's places, with the last time each was seen."""
    today = vietnam_day(now)
    seen = Session.objects.filter(account=OuterRef("pk")).order_by("-seen_at").values("seen_at")
    found = _inside(actor, today).annotate(seen_at=Subquery(seen[:1]))
    for condition in _conditions(chosen, today):
        found = found.filter(condition)
    return found.order_by(*_order(chosen.sort))


def _inside(actor: Actor, today: date) -> QuerySet[Account]:
    """Accounts with a living grant here; those that hold nothing any more stay where they were."""
    own = Grant.objects.filter(account=OuterRef("pk"))
    living = living_grants(today).filter(account=OuterRef("pk"))
    here = _here(grants_with(actor, VIEW))
    left = ~Exists(living) & Exists(own.filter(here))
    return Account.objects.filter(Exists(living.filter(here)) | left)


def _here(managing: Iterable[Granted]) -> Q:
    here = Q(pk__in=[])
    for one in managing:
        here |= Q(place__startswith=one.place)
        if one.school_id:
            here |= Q(place__startswith="child:", school_id=one.school_id)
        elif one.role == Role.DEPARTMENT_OFFICER:
            here |= Q(place__startswith="child:", province_id=one.province_id)
    return here


def _conditions(chosen: AccountFilter, today: date) -> list[Q]:
    conditions = [
        Q(name_search__contains=word) | Q(login__contains=word)
        for word in search_key(chosen.wanted).split()
    ]
    if chosen.kind:
        conditions.append(Q(kind=chosen.kind))
    if chosen.role:
        holding = living_grants(today).filter(account=OuterRef("pk"), role=chosen.role)
        conditions.append(Q(Exists(holding)))
    if chosen.state in STATES:
        conditions.append(_in_state(chosen.state))
    return conditions


def _in_state(state: str) -> Q:
    is_open = Q(closed_at__isnull=True)
    return {
        "closed": ~is_open,
        "active": is_open & ~Q(password=""),
        "slip": is_open & Q(password="") & ~Q(first_code_digest=""),
        "new": is_open & Q(password="", first_code_digest=""),
    }[state]


def _order(sort: str) -> tuple[str, ...]:
    field = SORTS.get(sort.removeprefix("-"), "name_key")
    return (("-" if sort.startswith("-") else "") + field, "id")


def state_of(account: Account) -> str:
    """The key of STATES that describes an account."""
    if account.closed_at:
        return "closed"
    if account.password:
        return "active"
    return "slip" if account.first_code_digest else "new"


def grants_of(account_id: int) -> list[Grant]:
    """Everything that was ever granted to an account, what stands longest last."""
    found = Grant.objects.filter(account_id=account_id)
    related = found.select_related("granted_by", "delegated_from__account")
    return list(related.order_by("-valid_from", "-id"))


def account_places(account_id: int) -> tuple[str, ...]:
    """Where an account was ever given a role; none for families, who are given children."""
    found = Grant.objects.filter(account_id=account_id).values_list("place", flat=True)
    return tuple(sorted({one for one in found if not is_child(one)}))


@dataclass(frozen=True)
class AccountLine:
    """One line of the list of accounts."""

    id: int
    name: str
    login: str
    kind: str
    roles: tuple[str, ...]
    state: str
    state_name: str
    seen_at: datetime | None


def list_lines(accounts: Sequence[Account], today: date) -> list[AccountLine]:
    """The lines of a page of accounts that `managed_accounts` found."""
    roles = _roles_of(accounts, today)
    return [_list_line(one, tuple(roles.get(one.pk, ()))) for one in accounts]


def _list_line(account: Account, roles: tuple[str, ...]) -> AccountLine:
    state = state_of(account)
    return AccountLine(
        id=account.pk,
        name=account.name,
        login=account.login,
        kind=account.get_kind_display(),
        roles=roles,
        state=state,
        state_name=STATES[state],
        seen_at=getattr(account, "seen_at", None),
    )


def _roles_of(accounts: Sequence[Account], today: date) -> dict[int, list[str]]:
    living = living_grants(today).filter(account__in=accounts).order_by("id")
    said: dict[int, list[str]] = {}
    for grant in sorted(living, key=lambda one: list(Role).index(Role(one.role))):
        words = ROLE_NAMES[Role(grant.role)]
        lines = said.setdefault(grant.account_id, [])
        if words not in lines:
            lines.append(words)
    return said


def account_in_reach(actor: Actor, account_id: int, permission: str, *, today: date) -> Account:
    """Load an account and pass the gate at its places; outside them it does not exist."""
    account = Account.objects.filter(pk=account_id).first()
    grants = _standing_grants(account_id, today)
    permit(actor, permission, *[place_in_house(actor, as_granted(one)) for one in grants])
    if account is None:
        raise Account.DoesNotExist
    return account


def _standing_grants(account_id: int, today: date) -> list[Grant]:
    """The living grants of an account, or all of them when none lives."""
    own = Grant.objects.filter(account_id=account_id)
    return list(living_grants(today).filter(account_id=account_id)) or list(own)


def place_in_house(actor: Actor, held: Granted) -> str:
    """Where a grant stands for an actor: a child stands in the house of its school."""
    if not is_child(held.place):
        return held.place
    for own in actor.grants:
        if own.school_id and own.school_id == held.school_id and not is_child(own.place):
            return own.place
        if own.role == Role.DEPARTMENT_OFFICER and own.province_id == held.province_id:
            return own.place
    return held.place


def why_not_manage(actor: Actor, account_id: int, *, today: date) -> str:
    """The sentence of the refusal to look after an account; empty when the actor may."""
    if account_id == actor.account_id:
        return "Đây là tài khoản của chính mình. Hãy dùng trang “Tài khoản của tôi”."
    held = [as_granted(one) for one in _standing_grants(account_id, today)]
    refusal = refuse_managing(grants_with(actor, MANAGE), held)
    return refusal.sentence if refusal else ""
