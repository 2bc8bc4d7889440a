"""Đếm tin nhắn SMS theo trường và ngày: how many, and how many stand where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kit.statements import kept_rows, keys_array

# In the order of CountedSms. What is claimed still waits; a message counts on the day of its order.
COUNTED = """
select message.school_id, (message.created_at at time zone 'Asia/Ho_Chi_Minh')::date,
  count(*) filter (where message.state in ('waiting', 'claimed')),
  count(*) filter (where message.state = 'sent'),
  count(*) filter (where message.state = 'delivered'),
  count(*) filter (where message.state = 'failed'),
  count(*) filter (where message.state = 'unknown'),
  count(*) filter (where message.state in ('refused', 'cancelled'))
from unnest(%(schools)s::bigint[], %(since)s::date[], %(until)s::date[])
  as wanted (school_id, since, until)
join messaging_message message on message.school_id = wanted.school_id
  and message.created_at >= wanted.since::timestamp at time zone 'Asia/Ho_Chi_Minh'
  and message.created_at < wanted.until::timestamp at time zone 'Asia/Ho_Chi_Minh'
where message.channel = 'sms'
group by 1, 2
"""

Stretch = tuple[int, date, date]
"""A school, the first day, and the day after the last."""


@dataclass(frozen=True, slots=True)
class CountedSms:
    """Tin nhắn SMS that a school ordered on a day, by where they stand; together all of them."""

    school_id: int
    day: date
    waiting: int
    sent: int
    delivered: int
    failed: int
    unknown: int
    not_sent: int


def counted_sms(stretches: Sequence[Stretch]) -> list[CountedSms]:
    """Tin nhắn SMS of some schools on the days of some stretches (one query)."""
    schools, since, until = zip(*stretches, strict=True) if stretches else ((), (), ())
    given = {"schools": keys_array(schools), "since": list(since), "until": list(until)}
    return [CountedSms(*row) for row in kept_rows(COUNTED, given)]
