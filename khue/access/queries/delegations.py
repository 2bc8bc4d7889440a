"""Reading what was lent to whom, and to whom it may be lent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from khue.access.models import Account, Grant
from khue.access.queries.grants import active_grants, living_grants, when_of
from khue.access.rules.actors import Actor
from khue.access.rules.gate import reach
from khue.access.rules.roles import LEADERS, OFFICERS, ROLE_NAMES, Role

DELEGATE = "access.delegate"
DELEGABLE = LEADERS | OFFICERS
WORKING = (Account.Kind.STAFF, Account.Kind.OFFICER)


def grants_to_lend(actor: Actor, today: date) -> list[Grant]:
    """The actor's own grants that may be lent: what was lent to the actor is not lent on."""
    own = active_grants(actor.account_id, today).filter(delegated_from__isnull=True)
    allowed = reach(actor, DELEGATE)
    return [one for one in own if one.place in allowed.paths and Role(one.role) in DELEGABLE]


@dataclass(frozen=True)
class DelegationLine:
    """One delegation as either side sees it. `when`: now, later or past."""

    id: int
    given: bool
    person: str
    role: str
    place: str
    first: date
    last: date | None
    when: str
    reason: str


def delegation_lines(account_id: int, today: date) -> list[DelegationLine]:
    """What an account lent and was lent, the newest first."""
    either = Q(delegated_from__account_id=account_id) | Q(account_id=account_id)
    found = Grant.objects.filter(either, delegated_from__isnull=False)
    related = found.select_related("account", "delegated_from__account")
    return [
        _line(grant, account_id, today) for grant in related.order_by("-valid_from", "-id")[:200]
    ]


def _line(grant: Grant, account_id: int, today: date) -> DelegationLine:
    source = grant.delegated_from
    given = source is not None and source.account_id == account_id
    other = grant.account if given or source is None else source.account
    return DelegationLine(
        id=grant.pk,
        given=given,
        person=other.name,
        role=ROLE_NAMES[Role(grant.role)],
        place=grant.place_name,
        first=grant.valid_from,
        last=grant.valid_to,
        when=when_of(grant, today),
        reason=grant.reason,
    )


def people_at(place: str, today: date) -> list[Account]:
    """The open accounts of people who work at or below a place."""
    here = living_grants(today).filter(place__startswith=place).values("account_id")
    found = Account.objects.filter(pk__in=here, kind__in=WORKING, closed_at__isnull=True)
    return list(found.order_by("name_key", "id")[:500])


def works_at(account_id: int, place: str, today: date) -> bool:
    """Whether an open account of staff or officers holds something at or below a place."""
    return Account.objects.filter(
        pk=account_id,
        kind__in=WORKING,
        closed_at__isnull=True,
        pk__in=living_grants(today).filter(place__startswith=place).values("account_id"),
    ).exists()
