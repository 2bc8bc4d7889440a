"""Reading sessions and grants."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.db.models import Q, QuerySet

from khue.access.models import Grant, Session
from khue.access.rules.actors import Actor, Granted
from khue.access.rules.places import child_of, is_child
from khue.access.rules.roles import OFFICERS, Role
from khue.access.rules.tokens import digest_of
from kit.fences import Scope

SchoolFinder = Callable[[str], tuple[int, ...]]
_school_finders: list[SchoolFinder] = []


def register_school_finder(finder: SchoolFinder) -> None:
    """Organisations tell here which schools stand below a path (for a commune's officer)."""
    _school_finders[:] = [finder]


def active_grants(account_id: int, today: date) -> QuerySet[Grant]:
    """The grants of an account that hold on a day."""
    return Grant.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=today),
        account_id=account_id,
        valid_from__lte=today,
        ended_at__isnull=True,
    ).order_by("id")


def find_session(token: str, now: datetime) -> Session | None:
    """The living session of a token, with its account."""
    return (
        Session.objects.select_related("account")
        .filter(
            token_digest=digest_of(token),
            ended_at__isnull=True,
            expires_at__gt=now,
            account__closed_at__isnull=True,
        )
        .first()
    )


def actor_of_session(session: Session, today: date) -> Actor:
    account = session.account
    return Actor(
        account_id=account.pk,
        name=account.name,
        grants=tuple(_granted(grant) for grant in active_grants(account.pk, today)),
        second_factor=session.second_factor_at is not None,
        session_key=session.token_digest,
    )


def actor_of_account(account_id: int, name: str, today: date) -> Actor:
    """An actor without a session: for jobs that go on with a person's order."""
    grants = tuple(_granted(grant) for grant in active_grants(account_id, today))
    return Actor(account_id=account_id, name=name, grants=grants, second_factor=True)


def _granted(grant: Grant) -> Granted:
    return Granted(
        role=Role(grant.role),
        place=grant.place,
        province_id=grant.province_id,
        school_id=grant.school_id,
        place_name=grant.place_name,
    )


def scope_of(actor: Actor) -> Scope:
    """The rows that the fence opens for an actor; the gate decides what may be done with them."""
    provinces, schools, students = set(), set(), set()
    for granted in actor.grants:
        if is_child(granted.place):
            students.add(child_of(granted.place))
        elif granted.school_id:
            schools.add(granted.school_id)
        elif granted.role == Role.DEPARTMENT_OFFICER and granted.province_id:
            provinces.add(granted.province_id)
        elif granted.role in OFFICERS - {Role.MINISTRY_OFFICER}:
            schools.update(_schools_below(granted.place))
    return Scope(tuple(sorted(provinces)), tuple(sorted(schools)), tuple(sorted(students)))


def _schools_below(path: str) -> tuple[int, ...]:
    return _school_finders[0](path) if _school_finders else ()
