"""Reading grants: what holds on a day, and what still stands."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from khue.access.models import Grant
from khue.access.rules.actors import Actor, Granted
from khue.access.rules.roles import Role


def _holds_on(day: date, prefix: str = "") -> Q:
    open_end = Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": day})
    return open_end & Q(**{f"{prefix}valid_from__lte": day, f"{prefix}ended_at__isnull": True})


def active_grants(account_id: int, today: date) -> QuerySet[Grant]:
    """The grants of an account that hold on a day; what is lent ends with what it came from."""
    lent = Q(delegated_from__isnull=True) | _holds_on(today, "delegated_from__")
    return Grant.objects.filter(lent, _holds_on(today), account_id=account_id).order_by("id")


def living_grants(today: date) -> QuerySet[Grant]:
    """Grants that hold on a day or will hold later."""
    open_end = Q(valid_to__isnull=True) | Q(valid_to__gte=today)
    return Grant.objects.filter(open_end, ended_at__isnull=True)


def roles_held_below(path: str) -> dict[Role, set[int | None]]:
    """The roles that somebody holds at a place below this one, with their schools."""
    rows = Grant.objects.filter(place__startswith=path, ended_at__isnull=True).exclude(place=path)
    found: dict[Role, set[int | None]] = {}
    for role, school_id in rows.order_by().values_list("role", "school_id").distinct():
        found.setdefault(Role(role), set()).add(school_id)
    return found


def as_granted(grant: Grant) -> Granted:
    return Granted(
        role=Role(grant.role),
        place=grant.place,
        province_id=grant.province_id,
        school_id=grant.school_id,
        place_name=grant.place_name,
    )


def granted_on(account_id: int, today: date) -> tuple[Granted, ...]:
    return tuple(as_granted(grant) for grant in active_grants(account_id, today))


def actor_of_account(account_id: int, name: str, today: date) -> Actor:
    """An actor without a session: for jobs that go on with a person's order."""
    grants = granted_on(account_id, today)
    return Actor(account_id=account_id, name=name, grants=grants, second_factor=True)


def when_of(grant: Grant, today: date) -> str:
    """Whether a grant holds "now", "later", or belongs to the "past"."""
    if grant.ended_at or (grant.valid_to and grant.valid_to < today):
        return "past"
    return "later" if grant.valid_from > today else "now"
