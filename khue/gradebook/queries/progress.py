"""Tiến độ nhập điểm: of a ministry, a province, a commune, a school, down to each book."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from khue.access.api import Actor, permit, reach
from khue.gradebook.queries.books import Count, NoSuchBook
from kit.dates import vietnam_day

NODES = """
select node.id, node.kind, node.name, node.path, coalesce(above.name, ''), coalesce(above.id, 0)
from organisations_organisation node
left join organisations_organisation above on above.id = node.parent_id
where {condition} order by node.path
"""
# Sums of a level: every child of the node, or every school below it.
SUMS = """
with counted as (
  select node.path, sum(progress.due) as due, sum(progress.entered) as entered,
    max(progress.changed_at) filter (where progress.entered > 0) as changed_at
  from gradebook_progress progress
  join organisations_organisation node on node.id = progress.school_id
  where progress.year = %(year)s and progress.term = %(term)s and starts_with(node.path, %(path)s)
  group by node.path
)
select child.id, child.kind, child.name, child.name_key, child.name_search,
  coalesce(above.name, ''), coalesce(sum(counted.due), 0)::bigint,
  coalesce(sum(counted.entered), 0)::bigint, count(counted.path), max(counted.changed_at)
from organisations_organisation child
left join organisations_organisation above on above.id = child.parent_id
left join counted on starts_with(counted.path, child.path)
where {condition}
group by child.id, above.name order by child.name_key
"""
CLASSES = """
select class.id, class.name, subject.id, what.short_name, what.name, what.position,
  coalesce(progress.due, 0), coalesce(progress.entered, 0), coalesce(teachers.names, '')
from organisations_schoolclass class
join organisations_classsubject subject
  on subject.school_class_id = class.id
  and (subject.regular_marks > 0 or class.level = '02')
join organisations_subject what on what.id = subject.subject_id
left join gradebook_progress progress
  on progress.class_subject_id = subject.id and progress.term = %(term)s
left join lateral (
  select string_agg(staff.name, ', ' order by staff.name_key) as names
  from timetable_teachingassignment assigned
  join records_staff staff on staff.id = assigned.staff_id
  where assigned.class_subject_id = subject.id
    and (assigned.ends_on is null or assigned.ends_on >= %(today)s)
) teachers on true
where class.school_id = %(school)s and class.year = %(year)s
order by class.position, class.name_key, subject.position, what.position
"""


@dataclass(frozen=True, slots=True)
class Node:
    """An organisation in the tree: ministry, department, commune or school."""

    id: int
    kind: str
    name: str
    path: str
    above: str
    above_id: int

    @property
    def is_school(self) -> bool:
        return self.kind == "school"


@dataclass(frozen=True, slots=True)
class NodeProgress:
    """One line of a level: an organisation and how far its books have come."""

    id: int
    kind: str
    name: str
    name_key: str
    name_search: str
    above: str
    count: Count
    schools: int
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class BookProgress:
    """One book behind the number."""

    id: int
    short_name: str
    subject_name: str
    position: int
    count: Count
    teachers: str


@dataclass(frozen=True, slots=True)
class ClassProgress:
    """The books of a class behind the number."""

    id: int
    name: str
    books: list[BookProgress]

    @property
    def count(self) -> Count:
        return sum((book.count for book in self.books), Count())

    @property
    def by_subject(self) -> dict[str, BookProgress]:
        return {book.short_name: book for book in self.books}


@dataclass(frozen=True, slots=True)
class SchoolProgress:
    """A school's books: classes down, subjects across."""

    school: Node
    classes: list[ClassProgress]

    @property
    def count(self) -> Count:
        return sum((one.count for one in self.classes), Count())

    @property
    def subjects(self) -> list[tuple[str, str]]:
        """(short name, name) of every subject, in the order of the programme."""
        found = {book.short_name: book for one in self.classes for book in one.books}
        ordered = sorted(found.values(), key=lambda book: (book.position, book.subject_name))
        return [(book.short_name, book.subject_name) for book in ordered]


def _fetch(statement: str, given: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())


def _nodes(condition: str, given: Sequence[Any]) -> list[Node]:
    return [Node(*row) for row in _fetch(NODES.format(condition=condition), given)]


def open_node(actor: Actor, node_id: int) -> Node:
    """An organisation whose progress this person may see."""
    found = _nodes("node.id = %s", [node_id])
    if not found:
        raise NoSuchBook(node_id)
    permit(actor, "gradebook.view_progress", found[0].path)
    return found[0]


def roots_of(actor: Actor) -> list[Node]:
    """Where this person's view of progress begins."""
    return _nodes("node.path = any(%s)", [list(reach(actor, "gradebook.view_progress").paths)])


def line_of_nodes(actor: Actor, node: Node) -> list[Node]:
    """The organisations from this person's own down to the node."""
    above = _nodes("starts_with(%s, node.path)", [node.path])
    reached = reach(actor, "gradebook.view_progress")
    return [one for one in above if reached.covers(one.path)]


def _node_progress(row: tuple[Any, ...]) -> NodeProgress:
    node_id, kind, name, key, search, above, due, entered, schools, changed_at = row
    count = Count(int(due), int(entered))
    return NodeProgress(node_id, kind, name, key, search, above, count, schools, changed_at)


def _book_progress(row: tuple[Any, ...]) -> BookProgress:
    book_id, short_name, name, position, due, entered, teachers = row
    return BookProgress(book_id, short_name, name, position, Count(due, entered), teachers)


def _level(condition: str, path: str, year: int, term: int, node_id: int) -> list[NodeProgress]:
    given = {"path": path, "year": year, "term": term, "node": node_id}
    rows = _fetch(SUMS.format(condition=condition), given)
    return [_node_progress(row) for row in rows]


def progress_of_children(actor: Actor, node: Node, year: int, term: int) -> list[NodeProgress]:
    """Tiến độ of the organisations directly below one."""
    permit(actor, "gradebook.view_progress", node.path)
    return _level("child.parent_id = %(node)s", node.path, year, term, node.id)


def progress_of_schools(actor: Actor, node: Node, year: int, term: int) -> list[NodeProgress]:
    """Tiến độ of every school below an organisation."""
    permit(actor, "gradebook.view_progress", node.path)
    condition = "child.kind = 'school' and starts_with(child.path, %(path)s)"
    return _level(condition, node.path, year, term, node.id)


def progress_by_school(actor: Actor, node_id: int, year: int, term: int) -> dict[int, Count]:
    """Tiến độ of every school below an organisation, by the school's number."""
    lines = progress_of_schools(actor, open_node(actor, node_id), year, term)
    return {line.id: line.count for line in lines}


def progress_of_province(actor: Actor, node_id: int, year: int, term: int) -> Count:
    """Tiến độ of everything below an organisation, in one number."""
    node = open_node(actor, node_id)
    lines = _level("child.id = %(node)s", node.path, year, term, node.id)
    return sum((line.count for line in lines), Count())


def progress_of_school(
    actor: Actor, school_id: int, year: int, term: int, now: datetime
) -> SchoolProgress:
    """Tiến độ of a school: every class and every book in it."""
    school = open_node(actor, school_id)
    given = {"school": school.id, "year": year, "term": term, "today": vietnam_day(now)}
    classes: dict[int, ClassProgress] = {}
    for row in _fetch(CLASSES, given):
        line = classes.setdefault(row[0], ClassProgress(row[0], row[1], []))
        line.books.append(_book_progress(row[2:]))
    return SchoolProgress(school, list(classes.values()))
