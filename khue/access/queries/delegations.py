"""Reading what was lent to whom, and to whom it may be lent."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from khue.access.models import Account, Grant
from khue.access.queries.grants import active_grants, living_grants
from khue.access.rules.actors import Actor
from khue.access.rules.gate import reach
from khue.access.rules.places import covers
from khue.access.rules.roles import LEADERS, OFFICERS, Role

DELEGATE = "access.delegate"
DELEGABLE = LEADERS | OFFICERS
WORKING = (Account.Kind.STAFF, Account.Kind.OFFICER)


def grants_to_lend(actor: Actor, today: date) -> list[Grant]:
    """The actor's own grants that may be lent: what was lent to the actor is not lent on."""
    own = active_grants(actor.account_id, today).filter(delegated_from__isnull=True)
    allowed = reach(actor, DELEGATE)
    return [one for one in own if one.place in allowed.paths and Role(one.role) in DELEGABLE]


def lent_by(account_id: int) -> QuerySet[Grant]:
    """What an account lent to others, the newest first."""
    found = Grant.objects.filter(delegated_from__account_id=account_id)
    return found.select_related("account", "delegated_from").order_by("-valid_from", "-id")


def lent_to(account_id: int) -> QuerySet[Grant]:
    """What was lent to an account, the newest first."""
    found = Grant.objects.filter(account_id=account_id, delegated_from__isnull=False)
    return found.select_related("delegated_from__account").order_by("-valid_from", "-id")


def people_at(place: str, today: date, but: int) -> list[Account]:
    """The open accounts of people who work at or below a place."""
    here = living_grants(today).filter(place__startswith=place).values("account_id")
    found = Account.objects.filter(Q(pk__in=here), kind__in=WORKING, closed_at__isnull=True)
    return list(found.exclude(pk=but).order_by("name_key", "id")[:500])


def works_at(account_id: int, place: str, today: date) -> bool:
    found = living_grants(today).filter(account_id=account_id, account__kind__in=WORKING)
    return any(covers(place, one.place) for one in found.filter(account__closed_at__isnull=True))
