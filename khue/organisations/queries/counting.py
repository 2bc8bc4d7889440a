"""Đếm theo trường: sites; and which classes stand behind books, schools and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kit.statements import kept_rows, keys_array

SITES = """
select school_id, count(*), count(*) filter (where not is_main) from organisations_site
where school_id = any(%s::bigint[]) group by school_id
"""
SATELLITES = """
select id from organisations_site where school_id = any(%s::bigint[]) and not is_main
"""
TAUGHT_IN = """
select book.school_class_id, subject.name from organisations_classsubject book
join organisations_subject subject on subject.id = book.subject_id
where book.school_class_id = any(%(classes)s::bigint[]) and subject.name = any(%(names)s::text[])
"""
CLASSES_OF_BOOKS = """
select id, school_class_id from organisations_classsubject where id = any(%s::bigint[])
"""
CLASSES_OF_SCHOOLS = """
select id from organisations_schoolclass where school_id = any(%s::bigint[]) order by id
"""
NEXT_CLASSES = """
select id from organisations_schoolclass where id > %(after)s and year >= %(since)s
order by id limit %(limit)s
"""
SCHOOLS = "select organisation_id from organisations_school order by organisation_id"


@dataclass(frozen=True, slots=True)
class CountedSites:
    """Điểm trường of a school: all, and those beside the main one."""

    school_id: int
    sites: int
    satellites: int


def counted_sites(school_ids: Sequence[int]) -> list[CountedSites]:
    """Điểm trường of some schools (one query)."""
    return [CountedSites(*row) for row in kept_rows(SITES, [keys_array(school_ids)])]


def satellite_sites(school_ids: Sequence[int]) -> frozenset[int]:
    """Điểm trường lẻ of some schools (one query)."""
    return frozenset(row[0] for row in kept_rows(SATELLITES, [keys_array(school_ids)]))


def classes_that_learn(class_ids: Sequence[int], names: Sequence[str]) -> dict[str, set[int]]:
    """Which of some classes have subjects of these names, by name (one query)."""
    found: dict[str, set[int]] = {name: set() for name in names}
    given = {"classes": keys_array(class_ids), "names": list(names)}
    for class_id, name in kept_rows(TAUGHT_IN, given):
        found[name].add(class_id)
    return found


def classes_of_books(class_subject_ids: Sequence[int]) -> dict[int, int]:
    """The class of each subject of a class (one query); what was removed is absent."""
    return dict(kept_rows(CLASSES_OF_BOOKS, [keys_array(class_subject_ids)]))


def class_ids_of_schools(school_ids: Sequence[int]) -> list[int]:
    """The classes of some schools in every year (one query)."""
    return [row[0] for row in kept_rows(CLASSES_OF_SCHOOLS, [keys_array(school_ids)])]


def class_ids_after(class_id: int, limit: int, *, since: int = 0) -> list[int]:
    """The next classes of all from a school year on, in the order of their numbers (one query)."""
    given = {"after": class_id, "limit": limit, "since": since}
    return [row[0] for row in kept_rows(NEXT_CLASSES, given)]


def every_school_id() -> list[int]:
    """All schools (one query)."""
    return [row[0] for row in kept_rows(SCHOOLS, [])]
