"""Đếm lại liên lạc theo ngày: days that moved, or all days of a school year."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import timedelta

from khue.contactbook.api import take_read_days
from khue.messaging.api import take_moved_days
from khue.statistics.queries.family_days import (
    SchoolDay,
    Stretch,
    count_days,
    year_of_schools,
)
from kit.statements import kept_write, keys_array

AT_ONCE = 50
DAY = timedelta(days=1)
EMPTY = """
delete from statistics_familyday kept
using unnest(%(schools)s::bigint[], %(since)s::date[], %(until)s::date[])
  as wanted (school_id, since, until)
where kept.school_id = wanted.school_id and kept.day >= wanted.since and kept.day < wanted.until
"""
FILL = """
insert into statistics_familyday (school_id, day, counts)
select school_id, day, counts
from json_to_recordset(%s::json) as given (school_id bigint, day date, counts jsonb)
"""


def take_moved() -> set[SchoolDay]:
    """Schools and days of which something moved since this was asked last."""
    return take_moved_days() | take_read_days()


def recount_days(days: Collection[SchoolDay]) -> None:
    """Count some days anew from the rows they stand for (four statements)."""
    if days:
        _recount([(school_id, day, day + DAY) for school_id, day in sorted(days)])


def recount_year(school_ids: Sequence[int], year: int) -> None:
    """Count every day of a school year anew, a few schools at a time."""
    for first in range(0, len(school_ids), AT_ONCE):
        _recount(year_of_schools(school_ids[first : first + AT_ONCE], year))


def _recount(stretches: Sequence[Stretch]) -> None:
    schools, since, until = zip(*stretches, strict=True)
    wanted = {"schools": keys_array(schools), "since": list(since), "until": list(until)}
    kept_write(EMPTY, wanted)
    kept_write(FILL, [json.dumps([_row(*one) for one in count_days(stretches).items()])])


def _row(where: SchoolDay, counts: dict[str, int]) -> dict[str, object]:
    school_id, day = where
    return {"school_id": school_id, "day": day.isoformat(), "counts": counts}
