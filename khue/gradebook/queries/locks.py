"""Khóa sổ: which terms of a school are closed, by whom and since when."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from khue.access.api import Actor, permit, reach
from khue.gradebook.models import TermLock
from khue.gradebook.queries.books import NoSuchBook
from khue.ledger.api import HistoryLine, history_of

SCHOOLS = """
select school.organisation_id, school.province_id, node.path, node.name
from organisations_school school
join organisations_organisation node on node.id = school.organisation_id
where {condition} order by node.name_key
"""


@dataclass(frozen=True, slots=True)
class SchoolPlace:
    """A school and where it stands."""

    id: int
    province_id: int
    path: str
    name: str


@dataclass(frozen=True, slots=True)
class TermState:
    """One term of a school: closed or open, and what was done to it before."""

    term: int
    lock: TermLock | None
    history: list[HistoryLine]


def _schools(condition: str, given: int | list[str]) -> list[SchoolPlace]:
    with connection.cursor() as cursor:
        cursor.execute(SCHOOLS.format(condition=condition), [given])
        return [SchoolPlace(*row) for row in cursor.fetchall()]


def find_school(school_id: int) -> SchoolPlace:
    """A school by its number; the caller passes the gate."""
    found = _schools("school.organisation_id = %s", school_id)
    if not found:
        raise NoSuchBook(school_id)
    return found[0]


def schools_to_lock(actor: Actor) -> list[SchoolPlace]:
    """The schools whose books this person may close."""
    paths = list(reach(actor, "gradebook.lock_term").paths)
    return _schools(
        "exists (select from unnest(%s::text[]) above where starts_with(node.path, above))", paths
    )


def term_states(actor: Actor, school_id: int, year: int) -> list[TermState]:
    """Both terms of a school year, with their locks and the history of them."""
    permit(actor, "gradebook.lock_term", find_school(school_id).path)
    locks = {one.term: one for one in TermLock.objects.filter(school_id=school_id, year=year)}
    subjects = {f"termlock:{school_id}.{year}.{term}": term for term in (1, 2)}
    lines = history_of(list(subjects))
    return [
        TermState(term, locks.get(term), [one for one in lines if subjects[one.subject] == term])
        for term in (1, 2)
    ]
