"""Whom to log in as, found again from the accounts that the demonstration made."""

from __future__ import annotations

from dataclasses import asdict

from demo.cast import Member
from demo.tables import table


def keep_members(members: list[Member]) -> None:
    """Keep the list beside the data, so that a second start prints the same table."""
    table("demo.DemoMember").objects.bulk_create(
        [table("demo.DemoMember")(**asdict(member)) for member in members]
    )


def kept_members() -> list[Member]:
    rows = table("demo.DemoMember").objects.order_by("pk")
    return [Member(row.key, row.name, row.role, row.place, row.login, row.password) for row in rows]
