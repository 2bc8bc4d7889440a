"""Giữ giá trị đang có: the owner lets her own value go; the ledger tells what was let go."""

from __future__ import annotations

from datetime import datetime

from khue.access.api import Actor
from khue.ledger.api import Author, Change, Operation, append_changes
from khue.offline.models import DeviceOperation as Row
from khue.offline.queries.sealed import open_rows, opened
from khue.offline.rules.words import shown_value
from khue.offline.services.results import Counted, Result
from kit.fences import EVERYTHING, scoped

NOTHING_OPEN = "Mục này đã được quyết định từ trước."
LABEL = "Giữ giá trị đang có ở trường, không dùng giá trị ghi trên máy"


def let_go(actor: Actor, now: datetime, one: Counted) -> Result:
    """Nothing is written where the value stands; her own value is decided upon."""
    key = one.operation.id
    with scoped(EVERYTHING):
        rows = list(open_rows(actor).filter(pk__in=one.operation.decides))
    if not rows:
        return Result(key, "already", NOTHING_OPEN)
    author = Author(actor.account_id, actor.name)
    append_changes(Operation(author, now, key), [_change(actor, row) for row in rows])
    return Result(key, "applied")


def _change(actor: Actor, row: Row) -> Change:
    told = opened(row)
    found = told["found"]
    return Change(
        subject=f"account:{actor.account_id}",
        action="keep",
        label=LABEL,
        old=shown_value(row.kind, told["wanted"]["value"]),
        new=found["text"] or shown_value(row.kind, found["value"]),
        school_id=row.school_id,
        province_id=row.province_id,
    )
