"""What the page of one account shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from khue.access.models import Account, Grant, Session
from khue.access.queries.grants import when_of
from khue.access.queries.managing import STATES, grants_of, state_of
from khue.access.rules.roles import ROLE_NAMES, SECOND_FACTOR_REQUIRED, Role


@dataclass(frozen=True)
class GrantLine:
    """One grant in words. `when`: now, later or past."""

    id: int
    role: str
    place: str
    first: date
    last: date | None
    when: str
    source: str
    by: str
    reason: str
    by_hand: bool


@dataclass(frozen=True)
class AccountSheet:
    """One account with everything that was ever granted to it."""

    id: int
    login: str
    name: str
    kind: str
    state: str
    state_name: str
    created_at: datetime
    closed_at: datetime | None
    password_changed_at: datetime | None
    slip_expires: datetime | None
    second_factor_at: datetime | None
    second_factor_required: bool
    recovery_codes_left: int
    seen_at: datetime | None
    grants: tuple[GrantLine, ...]

    def grants_in(self, when: str) -> list[GrantLine]:
        return [line for line in self.grants if line.when == when]


def account_sheet(account_id: int, *, today: date) -> AccountSheet:
    """The sheet of an account; the caller has passed the gate for it."""
    account = Account.objects.get(pk=account_id)
    lines = tuple(_line(grant, today) for grant in grants_of(account_id))
    state = state_of(account)
    return AccountSheet(
        id=account.pk,
        login=account.login,
        name=account.name,
        kind=account.get_kind_display(),
        state=state,
        state_name=STATES[state],
        created_at=account.created_at,
        closed_at=account.closed_at,
        password_changed_at=account.password_changed_at,
        slip_expires=account.first_code_expires,
        second_factor_at=account.totp_confirmed_at if account.totp_sealed else None,
        second_factor_required=_must_have_second_factor(account_id, today),
        recovery_codes_left=len(account.recovery_digests),
        seen_at=_seen_at(account_id),
        grants=lines,
    )


def _seen_at(account_id: int) -> datetime | None:
    found = Session.objects.filter(account_id=account_id).order_by("-seen_at")
    return found.values_list("seen_at", flat=True).first()


def _must_have_second_factor(account_id: int, today: date) -> bool:
    roles = {grant.role for grant in grants_of(account_id) if when_of(grant, today) == "now"}
    return bool(roles & SECOND_FACTOR_REQUIRED)


def _line(grant: Grant, today: date) -> GrantLine:
    return GrantLine(
        id=grant.pk,
        role=ROLE_NAMES[Role(grant.role)],
        place=grant.place_name,
        first=grant.valid_from,
        last=grant.valid_to,
        when=when_of(grant, today),
        source=_source(grant),
        by=grant.granted_by.name if grant.granted_by else "",
        reason=grant.reason,
        by_hand=grant.source in {Grant.Source.MANUAL, Grant.Source.DELEGATION},
    )


def _source(grant: Grant) -> str:
    if grant.delegated_from:
        return f"Ủy quyền của {grant.delegated_from.account.name}"
    return Grant.Source(grant.source).label
