"""Đếm học bạ theo lớp: how many parts of a year stand in which state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kit.statements import kept_rows, keys_array

# A published version counts before the correction that is being made of it.
STATES = """
select part.school_class_id, coalesce(stands.state, ''), count(*)
from transcripts_transcriptyear part
left join lateral (
  select version.state from transcripts_version version
  where version.part_of_id = part.id
    and version.state not in ('superseded', 'cancelled', 'withdrawn')
  order by version.state = 'published' desc, version.number desc limit 1
) stands on true
where part.school_class_id = any(%s::bigint[])
group by 1, 2
"""
CLASSES = """
select version.id, part.school_class_id
from transcripts_version version
join transcripts_transcriptyear part on part.id = version.part_of_id
where version.id = any(%s::bigint[]) and part.school_class_id is not null
"""


@dataclass(frozen=True, slots=True)
class CountedTranscripts:
    """How many transcripts of a class stand in a state; "" where nothing is in work."""

    class_id: int
    state: str
    number: int


def counted_transcripts(class_ids: Sequence[int]) -> list[CountedTranscripts]:
    """Phần học bạ of some classes, by state (one query)."""
    return [CountedTranscripts(*row) for row in kept_rows(STATES, [keys_array(class_ids)])]


def classes_of_versions(version_ids: Sequence[int]) -> dict[int, int]:
    """The class of each version (one query)."""
    return dict(kept_rows(CLASSES, [keys_array(version_ids)]))
