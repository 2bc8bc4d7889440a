"""Whoever acts in the story, as the gate knows them on the day they act."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from demo.cast import class_of, homeroom_of, teacher_of
from demo.tables import table
from khue.access.api import Actor, Role, actor_of_account

HANOI_MORNING = 2


def on_day(year: int, month: int, day: int, *, minutes: int = 0) -> datetime:
    """A working morning."""
    return datetime(year, month, day, HANOI_MORNING, 30, tzinfo=UTC) + timedelta(minutes=minutes)


def acting(staff: Any, at: datetime) -> Actor:
    """A member of staff on a day."""
    account_id = table("records.Staff").objects.values_list("account", flat=True).get(pk=staff.pk)
    return actor_of_account(account_id, staff.name, at.date())


def acting_login(login: str, at: datetime) -> Actor:
    account = table("access.Account").objects.get(login=login)
    return actor_of_account(account.pk, account.name, at.date())


def acting_role(school: Any, role: Role, at: datetime) -> Actor:
    """The principal, the clerk of a school."""
    grants = table("access.Grant").objects.select_related("account")
    grant = grants.get(role=role, school_id=school.pk, source="manual")
    return actor_of_account(grant.account_id, grant.account.name, at.date())


def acting_teacher(book: Any, at: datetime) -> Actor:
    """Whoever teaches a class subject."""
    room = book.school_class
    return acting(teacher_of(room.school, room.name, book.subject.name, room.year), at)


def acting_homeroom(room: Any, at: datetime) -> Actor:
    return acting(homeroom_of(room.school, room.name, room.year), at)


def roll_of(room: Any) -> list[Any]:
    """The pupils of a class by given name."""
    rows = table("records.Enrolment").objects.filter(school_class=room).values("student")
    return list(table("records.Student").objects.filter(pk__in=rows).order_by("name_key", "pk"))


def books_of(room: Any) -> list[Any]:
    rows = table("organisations.ClassSubject").objects.filter(school_class=room)
    return list(rows.select_related("subject", "school_class__school").order_by("position"))


def book_of(school: Any, class_name: str, subject: str) -> Any:
    rows = table("organisations.ClassSubject").objects.filter(
        school_class=class_of(school, class_name), subject__name=subject
    )
    return rows.select_related("subject", "school_class__school").get()
