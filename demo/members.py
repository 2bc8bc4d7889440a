"""Whom to log in as, found again from the accounts that the demonstration made."""

from __future__ import annotations

from dataclasses import asdict

from demo.cast import Member
from demo.tables import table

NEIGHBOUR = "ht.001"


def keep_members(members: list[Member]) -> None:
    """Keep the list beside the data, so that a second start prints the same table."""
    table("demo.DemoMember").objects.bulk_create(
        [table("demo.DemoMember")(**asdict(member)) for member in members]
    )


def kept_members() -> list[Member]:
    rows = table("demo.DemoMember").objects.order_by("pk")
    return [Member(row.key, row.name, row.role, row.place, row.login, row.password) for row in rows]


def neighbours() -> list[Member]:
    """The head of the first synthetic school beside the story, where there are any."""
    account = table("access.Account").objects.filter(login=NEIGHBOUR).first()
    if account is None:
        return []
    place = table("access.Grant").objects.get(account=account, role="principal").place_name
    return [Member("ben_canh", account.name, "Hiệu trưởng trường tổng hợp", place, NEIGHBOUR)]
