"""Lựa chọn liên lạc đang áp dụng ở một trường. Not gated."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from khue.contactbook.models import ContactPolicy
from khue.contactbook.rules.policies import DEFAULT, FamilyPolicy, policy_of


def family_policies(school_ids: Iterable[int], on: date) -> dict[int, FamilyPolicy]:
    """What holds at each school on a day: the newest choice that began by then."""
    wanted = list(school_ids)
    rows = (
        ContactPolicy.objects.filter(school_id__in=wanted, starts_on__lte=on)
        .order_by("school_id", "-starts_on")
        .distinct("school_id")
    )
    chosen = {row.school_id: policy_of(row.value) for row in rows}
    return {one: chosen.get(one, DEFAULT) for one in wanted}


def family_policy(school_id: int, on: date) -> FamilyPolicy:
    return family_policies([school_id], on)[school_id]
