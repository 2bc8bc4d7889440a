"""Số đổi mà sổ cái không ghi: told to the follower in the transaction that moved them."""

from __future__ import annotations

from collections.abc import Collection

from khue.statistics.rules.themes import Theme
from kit.statements import kept_write, keys_array

TOUCH = """
insert into statistics_touched (class_id, theme)
select unnest(%(classes)s::bigint[]), %(theme)s::text
"""


def touch_recounted(class_ids: Collection[int]) -> None:
    """Marks due or entered of these classes were counted anew, because pupils came or went."""
    kept_write(TOUCH, {"classes": keys_array(class_ids), "theme": str(Theme.ENTRY)})
