"""Reading sessions: who looks, and which rows the fence opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from khue.access.models import Account, Session
from khue.access.queries.grants import granted_on
from khue.access.queries.places import schools_below
from khue.access.rules.actors import Actor, Granted
from khue.access.rules.devices import describe_device
from khue.access.rules.places import child_of, is_child
from khue.access.rules.roles import OFFICERS, SECOND_FACTOR_REQUIRED, Role
from khue.access.rules.tokens import digest_of
from kit.fences import Scope
from kit.statements import kept_rows

# A program at a commune carries no province, so that it sees that commune's schools alone.
PROVINCE_WIDE = frozenset({Role.DEPARTMENT_OFFICER, Role.CLIENT})
SCHOOLS_BELOW = (OFFICERS - {Role.MINISTRY_OFFICER}) | {Role.CLIENT}


def living_sessions(now: datetime) -> QuerySet[Session]:
    """Sessions that were not ended, are not too old and did not lie idle too long."""
    return Session.objects.filter(
        ended_at__isnull=True, expires_at__gt=now, seen_at__gt=now - settings.SESSION_IDLE
    )


# Who asks stands behind every page, so session, account and grants are one statement whose plan
# is kept. Its conditions are those of living_sessions and active_grants.
VISIT = """
select account.id, account.name, account.password, account.first_code_digest,
  account.totp_sealed, account.totp_confirmed_at, session.seen_at, session.second_factor_at,
  session.address, session.device, held.role, held.place, held.province_id, held.school_id,
  held.place_name
from access_session session
join access_account account on account.id = session.account_id and account.closed_at is null
left join lateral (
  select own.* from access_grant own
  left join access_grant lent on lent.id = own.delegated_from_id
  where own.account_id = account.id and own.ended_at is null and own.valid_from <= %(today)s
    and (own.valid_to is null or own.valid_to >= %(today)s)
    and (own.delegated_from_id is null or lent.ended_at is null and lent.valid_from <= %(today)s
      and (lent.valid_to is null or lent.valid_to >= %(today)s))
) held on true
where session.token_digest = %(digest)s and session.ended_at is null
  and session.expires_at > %(now)s and session.seen_at > %(idle)s
order by held.id
"""
# In the order of the models' own columns.
SESSION = ("token_digest", "account_id", "seen_at", "second_factor_at", "address", "device")
ACCOUNT = ("id", "name", "password", "first_code_digest", "totp_sealed", "totp_confirmed_at")


def find_visit(token: str, *, now: datetime, today: date) -> tuple[Session, Actor] | None:
    """The living session of a token with its account, and who looks with what was granted."""
    digest = digest_of(token)
    values = {"digest": digest, "now": now, "idle": now - settings.SESSION_IDLE, "today": today}
    rows = kept_rows(VISIT, values)
    if not rows:
        return None
    session = _session_of(digest, rows[0])
    return session, _actor(session, tuple(_granted(row[10:]) for row in rows if row[10]))


def _session_of(digest: str, row: tuple[Any, ...]) -> Session:
    account = Account.from_db("default", ACCOUNT, row[:6])
    session = Session.from_db("default", SESSION, (digest, account.pk, *row[6:10]))
    session.account = account
    return session


def _granted(row: tuple[Any, ...]) -> Granted:
    role, *where = row
    return Granted(Role(role), *where)


def find_session(token: str, now: datetime) -> Session | None:
    """The living session of a token, with its account."""
    found = living_sessions(now).select_related("account")
    return found.filter(token_digest=digest_of(token), account__closed_at__isnull=True).first()


def must_choose_password(session: Session) -> bool:
    """Whether the person came in with a slip and has no password yet."""
    return not session.account.password and bool(session.account.first_code_digest)


def has_second_factor(session: Session) -> bool:
    account = session.account
    return bool(account.totp_sealed) and account.totp_confirmed_at is not None


def awaits_second_factor(session: Session, actor: Actor) -> bool:
    """Whether a one-time code is owed: by office, or because the person switched it on."""
    if session.second_factor_at is not None:
        return False
    return has_second_factor(session) or actor.holds(*SECOND_FACTOR_REQUIRED)


def actor_of_session(session: Session, today: date) -> Actor:
    return _actor(session, granted_on(session.account_id, today))


def _actor(session: Session, grants: tuple[Granted, ...]) -> Actor:
    return Actor(
        account_id=session.account_id,
        name=session.account.name,
        grants=grants,
        second_factor=session.second_factor_at is not None,
        session_key=session.token_digest,
    )


def scope_of(actor: Actor) -> Scope:
    """The rows that the fence opens for an actor; the gate decides what may be done with them."""
    provinces, schools, students = set(), set(), set()
    for granted in actor.grants:
        if is_child(granted.place):
            students.add(child_of(granted.place))
        elif granted.school_id:
            schools.add(granted.school_id)
        elif granted.role in PROVINCE_WIDE and granted.province_id:
            provinces.add(granted.province_id)
        elif granted.role in SCHOOLS_BELOW:
            schools.update(schools_below(granted.place))
    return Scope(tuple(sorted(provinces)), tuple(sorted(schools)), tuple(sorted(students)))


@dataclass(frozen=True)
class SessionLine:
    """One living session, as its owner sees it."""

    key: str
    device: str
    address: str
    opened_at: datetime
    seen_at: datetime
    is_this: bool


def sessions_of(actor: Actor, *, now: datetime) -> list[SessionLine]:
    """The living sessions of the actor's own account, this one first."""
    found = living_sessions(now).filter(account_id=actor.account_id).order_by("-seen_at")
    lines = [
        SessionLine(
            key=one.token_digest,
            device=describe_device(one.device),
            address=one.address or "",
            opened_at=one.created_at,
            seen_at=one.seen_at,
            is_this=one.token_digest == actor.session_key,
        )
        for one in found
    ]
    return sorted(lines, key=lambda line: not line.is_this)
