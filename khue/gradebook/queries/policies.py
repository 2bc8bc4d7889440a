"""Lựa chọn đang áp dụng ở một trường trong một năm học; one read for all of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from khue.access.api import Actor, OutsidePlace, explain, permit, reach
from khue.gradebook.models import Policy
from khue.gradebook.rules.policies import (
    GDTX_LEVEL,
    POLICIES,
    PolicyKind,
    PolicyValue,
    Settings,
    kind_of,
    settings_of,
)
from khue.ledger.api import HistoryLine, history_of
from khue.organisations.api import (
    OrganisationCard,
    organisation,
    organisations_by_ids,
    school_summary,
)
from kit.statements import kept_rows

# What holds in a year is the newest row that began by then; the school's own rows of a choice
# that is the department's are never made.
IN_FORCE = """
select distinct on (held.organisation_id, held.key)
  held.organisation_id = school.organisation_id, held.key, held.value::text
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


SET_DEPARTMENT = "gradebook.set_department_policies"
SET_SCHOOL = "gradebook.set_school_policies"
VIEW = "gradebook.view_policies"
# The schools that a node decides for and that have classes in a year or later.
BOUND = """
select node.id, node.name from organisations_organisation node
join organisations_school school on school.organisation_id = node.id
where %(node)s in (node.id, school.province_id)
  and exists (select from organisations_schoolclass class
  where class.school_id = node.id and class.year >= %(year)s)
order by node.name_key
"""


def schools_bound_by(organisation_id: int, year: int) -> list[tuple[int, str]]:
    """The schools that a choice of this node concerns: itself, or all below it."""
    with connection.cursor() as cursor:
        cursor.execute(BOUND, {"node": organisation_id, "year": year})
        return list(cursor.fetchall())


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
    for is_own, key, value in kept_rows(IN_FORCE, [school_id, year]):
        (own if is_own else above)[key] = json.loads(value)
    return PolicySet(school_id, year, own, above)


def policy(key: str, *, school_id: int, year: int) -> PolicyValue:
    """One choice of a school in a year; whoever needs several takes policies_of once."""
    return policies_of(school_id, year).value(key)


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """A choice on the page of a department or a school: what holds, who decided it, from when."""

    kind: PolicyKind
    key: str
    value: PolicyValue
    decided_by: str
    from_year: int | None
    may_set: bool
    subject: str = ""

    @property
    def words(self) -> str:
        return self.kind.words(self.value)


@dataclass(frozen=True, slots=True)
class PolicyPage:
    """Every choice at a node in a year, and the history of its own decisions."""

    node: OrganisationCard
    year: int
    lines: Sequence[PolicyLine]
    subjects: Sequence[tuple[int, str]]
    history: Sequence[HistoryLine]


def policy_places(actor: Actor) -> list[OrganisationCard]:
    """Where this person's page begins: a department, or a school."""
    last = [path.strip("/").split("/")[-1] for path in reach(actor, VIEW).paths]
    cards = organisations_by_ids([int(one) for one in last if one.isdecimal()])
    return [card for card in cards.values() if card.kind in ("department", "school")]


def policy_page(actor: Actor, node_id: int, year: int) -> PolicyPage:
    """The choices of a department or a school, for whoever may see them."""
    node = organisation(node_id)
    permit(actor, VIEW, node.path)
    if node.kind not in ("department", "school"):
        raise OutsidePlace
    above = organisation(school_summary(node.id).province_id) if node.kind == "school" else None
    held = _held([node, *([above] if above else [])], year)
    lines = [_line(actor, node, above, kind, kind.key, held) for kind in POLICIES]
    subjects = _subjects_with_topics(node.id, year)
    lines += [
        _line(actor, node, above, kind, f"{kind.key}:{subject}", held, name)
        for kind in POLICIES
        if kind.by_subject
        for subject, name in subjects
        if (node.id, f"{kind.key}:{subject}") in held
    ]
    return PolicyPage(node, year, lines, subjects, history_of([f"policy:{node.id}"]))


Held = Mapping[tuple[int, str], tuple[int, PolicyValue]]


def _held(nodes: Sequence[OrganisationCard], year: int) -> Held:
    """By organisation and key: the newest decision that holds in a year."""
    rows = Policy.objects.filter(
        organisation_id__in=[one.id for one in nodes], from_year__lte=year
    ).order_by("from_year")
    return {(row.organisation_id, row.key): (row.from_year, row.value) for row in rows}


def _line(
    actor: Actor,
    node: OrganisationCard,
    above: OrganisationCard | None,
    kind: PolicyKind,
    key: str,
    held: Held,
    subject: str = "",
) -> PolicyLine:
    own = [node] if kind.owner == "school" or node.kind == "department" else []
    for one in [*own, *([above] if above else [])]:
        if (one.id, key) in held:
            from_year, value = held[one.id, key]
            return PolicyLine(
                kind, key, value, one.name, from_year, _may_set(actor, node, kind), subject
            )
    return PolicyLine(kind, key, kind.default, "", None, _may_set(actor, node, kind), subject)


def _may_set(actor: Actor, node: OrganisationCard, kind: PolicyKind) -> bool:
    if node.kind == "department":
        return explain(actor, SET_DEPARTMENT, node.path) is None
    return kind.owner == "school" and explain(actor, SET_SCHOOL, node.path) is None


TOPICS = """
select distinct what.position, what.id, what.name from organisations_classsubject book
join organisations_schoolclass class on class.id = book.school_class_id
join organisations_subject what on what.id = book.subject_id
where book.school_id = %s and class.year = %s and book.has_cluster order by what.position
"""


def _subjects_with_topics(school_id: int, year: int) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(TOPICS, [school_id, year])
        return [(subject, name) for _, subject, name in cursor.fetchall()]
