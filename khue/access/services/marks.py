"""What the ledger is told of an account: always `account:ID`, with the place that may read it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from khue.access.models import Grant
from khue.access.rules.actors import Actor
from khue.ledger.api import Author, Change, Operation


def subject_of(account_id: int) -> str:
    return f"account:{account_id}"


def operation_of(actor: Actor, now: datetime) -> Operation:
    return Operation(Author(actor.account_id, actor.name), now)


def change_of(account_id: int, action: str, label: str, **more: Any) -> Change:
    """A change of an account, readable at the place where the person was last granted a role."""
    place = whereabouts([account_id]).get(account_id, {})
    return Change(subject_of(account_id), action, label, **{**place, **more})


def changes_of(account_ids: Iterable[int], action: str, label: str) -> list[Change]:
    """The same change of many accounts."""
    ids = list(account_ids)
    places = whereabouts(ids)
    return [Change(subject_of(one), action, label, **places.get(one, {})) for one in ids]


def whereabouts(account_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The school and province of each account's newest grant that was not withdrawn."""
    found = Grant.objects.filter(account_id__in=account_ids).order_by(
        "account_id", "-ended_at", "id"
    )
    rows = found.values_list("account_id", "school_id", "province_id")
    return {one: {"school_id": school, "province_id": province} for one, school, province in rows}
