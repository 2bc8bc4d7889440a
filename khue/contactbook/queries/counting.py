"""Đếm liên lạc theo trường: notices that were sent, conversations with families."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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
