"""Đếm liên lạc theo trường: notices that were sent, conversations with families."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kit.statements import kept_rows, keys_array

# In the order of CountedNotices; those that the product posts by itself are not told.
NOTICES = """
select school_id, count(*), count(*) filter (where urgent), coalesce(sum(readers), 0)::bigint
from contactbook_notice
where school_id = any(%(schools)s::bigint[]) and sent_at >= %(since)s and sent_at < %(until)s
  and state = 'sent' and key is null
group by school_id
"""
# In the order of CountedThreads.
THREADS = """
select school_id, count(*), count(*) filter (where closed_at is null) from contactbook_thread
where school_id = any(%(schools)s::bigint[]) and opened_at >= %(since)s and opened_at < %(until)s
group by school_id
"""
# In the order of CountedReadings; of the same notices, by the day they were sent on.
READINGS = """
select notice.school_id, (notice.sent_at at time zone 'Asia/Ho_Chi_Minh')::date,
  count(*), count(receipt.read_at),
  count(*) filter (where notice.asks_receipt),
  count(receipt.acknowledged_at) filter (where notice.asks_receipt)
from unnest(%(schools)s::bigint[], %(since)s::date[], %(until)s::date[])
  as wanted (school_id, since, until)
join contactbook_notice notice on notice.school_id = wanted.school_id
  and notice.sent_at >= wanted.since::timestamp at time zone 'Asia/Ho_Chi_Minh'
  and notice.sent_at < wanted.until::timestamp at time zone 'Asia/Ho_Chi_Minh'
join contactbook_receipt receipt on receipt.notice_id = notice.id
where notice.state = 'sent' and notice.key is null
group by 1, 2
"""

Stretch = tuple[int, date, date]
"""A school, the first day, and the day after the last."""


@dataclass(frozen=True, slots=True)
class CountedNotices:
    """Thông báo of a school: how many, how many urgent, to how many readers."""

    school_id: int
    notices: int
    urgent: int
    readers: int


@dataclass(frozen=True, slots=True)
class CountedThreads:
    """Cuộc trao đổi of a school: how many, how many not closed."""

    school_id: int
    threads: int
    still_open: int


@dataclass(frozen=True, slots=True)
class CountedReadings:
    """Lượt đọc of the notices that a school sent on a day: to how many, read, acknowledged.

    `asked`: of notices that ask to be acknowledged; only those count as acknowledged.
    """

    school_id: int
    day: date
    came: int
    read: int
    asked: int
    acknowledged: int


def counted_notices(
    school_ids: Sequence[int], since: datetime, until: datetime
) -> list[CountedNotices]:
    """Thông báo that some schools sent in a stretch of time (one query)."""
    given = {"schools": keys_array(school_ids), "since": since, "until": until}
    return [CountedNotices(*row) for row in kept_rows(NOTICES, given)]


def counted_threads(
    school_ids: Sequence[int], since: datetime, until: datetime
) -> list[CountedThreads]:
    """Cuộc trao đổi begun at some schools in a stretch of time (one query)."""
    given = {"schools": keys_array(school_ids), "since": since, "until": until}
    return [CountedThreads(*row) for row in kept_rows(THREADS, given)]


def counted_readings(stretches: Sequence[Stretch]) -> list[CountedReadings]:
    """Lượt đọc, lượt xác nhận of the notices of some schools and days (one query)."""
    schools, since, until = zip(*stretches, strict=True) if stretches else ((), (), ())
    given = {"schools": keys_array(schools), "since": list(since), "until": list(until)}
    return [CountedReadings(*row) for row in kept_rows(READINGS, given)]
