"""Ngày có tin đổi trạng thái: taken once, by the one who counts."""

from __future__ import annotations

from datetime import date

from kit.statements import kept_rows

TAKE = "delete from messaging_movedday returning school_id, day"


def take_moved_days() -> set[tuple[int, date]]:
    """Schools and days whose telephone messages moved; the caller's transaction counts them."""
    return {(row[0], row[1]) for row in kept_rows(TAKE, [])}
