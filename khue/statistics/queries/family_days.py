"""Liên lạc theo ngày: counted from the rows they stand for, and as they are kept."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from khue.contactbook.api import counted_readings
from khue.messaging.api import counted_sms
from khue.statistics.rules.days import whole_year
from kit.statements import kept_rows, keys_array

SchoolDay = tuple[int, date]
Stretch = tuple[int, date, date]
"""A school, the first day, and the day after the last."""
Counts = Mapping[str, int]

KEPT = """
select school_id, day, counts from statistics_familyday
where school_id = any(%s::bigint[]) and day >= %s and day < %s
"""
SUMMED = """
select kept.school_id, told.key, sum(told.value::bigint)::bigint
from statistics_familyday kept cross join jsonb_each_text(kept.counts) told
where kept.school_id = any(%s::bigint[]) and kept.day >= %s and kept.day < %s
group by 1, 2
"""


def count_days(stretches: Sequence[Stretch]) -> dict[SchoolDay, dict[str, int]]:
    """Counted from scratch: telephone messages and readings of each day (two queries)."""
    found: dict[SchoolDay, dict[str, int]] = defaultdict(dict)
    for sms in counted_sms(stretches):
        found[sms.school_id, sms.day] |= {
            "sms_waiting": sms.waiting,
            "sms_sent": sms.sent,
            "sms_delivered": sms.delivered,
            "sms_failed": sms.failed,
            "sms_unknown": sms.unknown,
            "sms_not_sent": sms.not_sent,
        }
    for one in counted_readings(stretches):
        found[one.school_id, one.day] |= {
            "receipts": one.came,
            "read": one.read,
            "receipts_asked": one.asked,
            "acknowledged": one.acknowledged,
        }
    return {where: told for where, counts in found.items() if (told := _without_zeros(counts))}


def _without_zeros(counts: Counts) -> dict[str, int]:
    return {key: value for key, value in counts.items() if value}


def kept_days(school_ids: Sequence[int], year: int) -> dict[SchoolDay, dict[str, int]]:
    """As they are kept, of a school year (one query)."""
    rows = kept_rows(KEPT, [keys_array(school_ids), *whole_year(year)])
    return {(row[0], row[1]): json.loads(row[2]) for row in rows}


def sums_of_days(school_ids: Sequence[int], year: int) -> dict[int, Counter[str]]:
    """What the days of a school year come to, by school (one query)."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for school_id, key, value in kept_rows(SUMMED, [keys_array(school_ids), *whole_year(year)]):
        found[school_id][key] = value
    return found


def year_of_schools(school_ids: Sequence[int], year: int) -> list[Stretch]:
    """The whole school year of each school."""
    since, until = whole_year(year)
    return [(school_id, since, until) for school_id in school_ids]
