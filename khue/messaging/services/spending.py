"""Hạn mức được trả lại: what was counted and certainly not sent costs nothing."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

GIVE_BACK = """
with unspent as (select school_id, budget_month, sum(segments) as parts from messaging_message
    where id = any(%s) and budget_month is not null group by school_id, budget_month),
  given as (update messaging_budget as held set spent = held.spent - unspent.parts from unspent
    where held.school_id = unspent.school_id and held.month = unspent.budget_month)
update messaging_message set budget_month = null where id = any(%s) and budget_month is not null
"""


def give_budget_back(numbers: Collection[int]) -> None:
    """Uncount these messages."""
    if numbers:
        with connection.cursor() as cursor:
            cursor.execute(GIVE_BACK, [list(numbers), list(numbers)])
