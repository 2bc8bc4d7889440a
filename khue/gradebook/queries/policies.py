"""Lựa chọn đang áp dụng ở một trường trong một năm học; one read for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from khue.gradebook.rules.policies import (
    GDTX_LEVEL,
    POLICIES,
    PolicyValue,
    Settings,
    kind_of,
    settings_of,
)

# What holds in a year is the newest row that began by then; the school's own rows of a choice
# that is the department's are never made.
IN_FORCE = """
select distinct on (held.organisation_id, held.key)
  held.organisation_id = school.organisation_id, held.key, held.value
from organisations_school school
join gradebook_policy held on held.organisation_id in (school.organisation_id, school.province_id)
where school.organisation_id = %s and held.from_year <= %s
order by held.organisation_id, held.key, held.from_year desc
"""


def _chosen_sql(key: str, book: str, school_class: str, school: str) -> str:
    """SQL for the text of a choice: of the subject first, then of all; the school's first."""
    return f"""(select chosen.value #>> array[]::text[] from gradebook_policy chosen
      where chosen.organisation_id in ({school}.organisation_id, {school}.province_id)
        and chosen.from_year <= {school_class}.year
        and chosen.key in ('{key}', '{key}:' || {book}.subject_id)
      order by chosen.organisation_id = {school}.organisation_id desc, length(chosen.key) desc,
        chosen.from_year desc limit 1)"""  # noqa: S608  (put together from our own names)


def topics_sql(book: str, school_class: str, school: str, term: str) -> str:
    """SQL for the number of study-topic marks of a class subject in a term (aliases, a number).

    The same as gradebook.rules.policies.topics_in_term, where many books are read at once.
    """
    where = (book, school_class, school)
    cluster = f"(coalesce({_chosen_sql('cluster_term', *where)}, '2') in ('both', {term}::text))"
    topics = f"split_part(coalesce({_chosen_sql('gdtx_topics', *where)}, '1+2'), '+', {term})"
    return (
        f"case when {book}.has_cluster and {book}.regular_marks > 0 then"
        f" least(6 - {book}.regular_marks, case when {school_class}.level = '{GDTX_LEVEL}'"
        f" then {topics}::int else {cluster}::int end) else 0 end"
    )


@dataclass(frozen=True, slots=True)
class PolicySet:
    """Every choice of a school in a year; what nobody decided is the default."""

    school_id: int
    year: int
    own: Mapping[str, PolicyValue]
    above: Mapping[str, PolicyValue]

    def value(self, key: str) -> PolicyValue:
        """The choice in force; "cluster_term:12" falls back to "cluster_term"."""
        kind = kind_of(key)
        for held in (self.own, self.above) if kind.owner == "school" else (self.above,):
            for name in (key, kind.key):
                if name in held:
                    return held[name]
        return kind.default

    @property
    def settings(self) -> Settings:
        """What the rules need of them."""
        return settings_of({kind.key: self.value(kind.key) for kind in POLICIES})


def policies_of(school_id: int, year: int) -> PolicySet:
    """All choices of a school in a year, in one read: for work on many pupils."""
    own: dict[str, PolicyValue] = {}
    above: dict[str, PolicyValue] = {}
    with connection.cursor() as cursor:
        cursor.execute(IN_FORCE, [school_id, year])
        for is_own, key, value in cursor.fetchall():
            (own if is_own else above)[key] = value
    return PolicySet(school_id, year, own, above)


def policy(key: str, *, school_id: int, year: int) -> PolicyValue:
    """One choice of a school in a year; whoever needs several takes policies_of once."""
    return policies_of(school_id, year).value(key)
