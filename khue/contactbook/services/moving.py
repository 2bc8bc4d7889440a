"""Thông báo có lượt đọc mới: taken once, by the one who counts."""

from __future__ import annotations

from datetime import date

from kit.statements import kept_rows

# What the product posts by itself is not counted, nor what no school sent.
TAKE = """
with moved as (delete from contactbook_movednotice returning notice_number)
select distinct notice.school_id, (notice.sent_at at time zone 'Asia/Ho_Chi_Minh')::date
from moved join contactbook_notice notice on notice.id = moved.notice_number
where notice.school_id is not null and notice.sent_at is not null and notice.key is null
"""


def take_read_days() -> set[tuple[int, date]]:
    """Schools and days of sending whose readings moved; the caller's transaction counts them."""
    return {(row[0], row[1]) for row in kept_rows(TAKE, [])}
