"""Accounts and grants of the demonstration, collected and written at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from demo.places import Places
from demo.tables import table
from khue.access.api import (
    NewAccount,
    NewGrant,
    Role,
    class_place,
    class_subject_place,
    create_accounts,
    grant_roles,
    suggest_logins,
)
from khue.ledger.api import Operation

# Who leads a school or works for the state did so last year already.
SINCE = date(2025, 8, 1)


class Accounts:
    """Collects accounts and grants and writes them at once."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        self.people: list[NewAccount] = []
        self.links: list[Any] = []
        self.grants: list[tuple[int, dict[str, Any]]] = []

    def add(self, login: str, name: str, kind: str, place: Any = None, person: Any = None) -> int:
        """Note an account; return its position."""
        school, province = (place.pk, place.province_id) if place else (None, None)
        self.people.append(
            NewAccount(login=login, name=name, kind=kind, school_id=school, province_id=province)
        )
        self.links.append(person)
        return len(self.people) - 1

    def grant(self, position: int, role: Role, place: str, place_name: str, **more: Any) -> None:
        facts = {
            "role": role,
            "place": place,
            "place_name": place_name,
            "school_id": None,
            "province_id": None,
            "valid_from": SINCE,
            **more,
        }
        self.grants.append((position, facts))

    def write(self) -> list[int]:
        """Create everything; return the account ids in the order of `add`."""
        ids = create_accounts(operation=self.operation, people=self.people)
        for account_id, person in zip(ids, self.links, strict=True):
            if person is not None:
                person.account_id = account_id
                person.save(update_fields=["account"])
        grants = [NewGrant(account_id=ids[at], **facts) for at, facts in self.grants]
        grant_roles(operation=self.operation, grants=grants)
        return ids


def build_staff_accounts(
    accounts: Accounts,
    places: Places,
    staff: dict[str, dict[str, list[Any]]],
    *,
    named: Collection[int] = (),
) -> dict[int, int]:
    """An account for every teacher and leader; staff id to position.

    `named`: staff who choose their login names first.
    """
    everyone = [
        (places.schools[key], person, place)
        for key, people in staff.items()
        for place, person in enumerate([*people["office"], *people["teachers"]])
    ]
    everyone.sort(key=lambda one: one[1].pk not in named)
    logins = suggest_logins([person.name for _, person, _ in everyone])
    positions: dict[int, int] = {}
    for (school, person, place), login in zip(everyone, logins, strict=True):
        at = accounts.add(login, person.name, "staff", school, person)
        positions[person.pk] = at
        if place in LEADING_ROLES:
            _at_school(accounts, at, LEADING_ROLES[place], school)
    _assignment_grants(accounts, positions)
    return positions


LEADING_ROLES = {0: Role.PRINCIPAL, 1: Role.VICE_PRINCIPAL, 2: Role.OFFICE}


def _at_school(accounts: Accounts, at: int, role: Role, school: Any) -> None:
    accounts.grant(
        at,
        role,
        school.organisation.path,
        school.organisation.name,
        school_id=school.pk,
        province_id=school.province_id,
    )


def _assignment_grants(accounts: Accounts, positions: dict[int, int]) -> None:
    teaching = table("timetable.TeachingAssignment").objects.select_related(
        "school__organisation", "class_subject__school_class", "class_subject__subject"
    )
    for one in teaching:
        taught = one.class_subject
        accounts.grant(
            positions[one.staff_id],
            Role.SUBJECT_TEACHER,
            class_subject_place(one.school.organisation.path, taught.school_class_id, taught.pk),
            f"{taught.subject.name} {taught.school_class.name}",
            school_id=one.school_id,
            province_id=one.school.province_id,
            valid_from=one.starts_on,
            valid_to=one.ends_on,
            source="assignment",
            source_key=f"teaching:{one.pk}",
        )
    homerooms = table("timetable.HomeroomAssignment").objects.select_related(
        "school__organisation", "school_class"
    )
    for one in homerooms:
        accounts.grant(
            positions[one.staff_id],
            Role.HOMEROOM_TEACHER,
            class_place(one.school.organisation.path, one.school_class_id),
            f"Lớp {one.school_class.name}",
            school_id=one.school_id,
            province_id=one.school.province_id,
            valid_from=one.starts_on,
            valid_to=one.ends_on,
            source="assignment",
            source_key=f"homeroom:{one.pk}",
        )
