"""Đề nghị sửa điểm: those that wait for a person, her own, and what became of the others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from khue.access.api import Actor, Role, explain, reach
from khue.gradebook.models import Correction
from khue.gradebook.queries.books import (
    CLASS_PLACE,
    CLASS_SUBJECT_PLACE,
    Book,
    NoSuchBook,
    open_book,
    read_books,
)
from khue.gradebook.rules.corrections import (
    Answerer,
    Request,
    may_consent,
    may_refuse,
    may_verify,
    may_withdraw,
    waits_for,
)
from khue.gradebook.rules.marks import Mark, print_mark_cell
from khue.gradebook.rules.slots import SPOKEN_TERMS

VIEW = "gradebook.view_corrections"
MOST = 500
HOMEROOM = """
select staff.account_id, staff.name from timetable_homeroomassignment led
join records_staff staff on staff.id = led.staff_id
where led.school_class_id = %(class)s and led.starts_on <= %(on)s
  and (led.ends_on is null or led.ends_on >= %(on)s)
"""
FOUND = f"""
select correction.id, correction.class_subject_id, correction.period, correction.slot,
  correction.student_id, student.name, correction.old, correction.new, correction.reason,
  correction.state, correction.needs_consent, correction.asked_by_id, correction.asked_by,
  correction.asked_at, correction.verified_by, correction.verified_at, correction.consented_by,
  correction.consented_at, correction.answer, homeroom.account_id, coalesce(homeroom.name, '')
from gradebook_correction correction
join organisations_classsubject subject on subject.id = correction.class_subject_id
join organisations_organisation node on node.id = correction.school_id
join records_student student on student.id = correction.student_id
left join lateral ({HOMEROOM.replace("%(class)s", "subject.school_class_id")}) homeroom on true
where {{condition}}
order by (correction.state in ('asked', 'verified')) desc, correction.asked_at desc
limit {MOST}
"""  # noqa: S608  (put together from our own conditions)
IN_REACH = """correction.year = %(year)s and (correction.asked_by_id = %(me)s
  or subject.id = any(%(books)s)
  or subject.school_class_id = any(%(classes)s)
  or exists (select from unnest(%(above)s::text[]) above where starts_with(node.path, above)))"""

CELL = f"""
select student.name, marks.{{slot}}, coalesce(homeroom.name, '')
from records_student student
left join gradebook_markrow marks on marks.year = %(year)s and marks.class_subject_id = %(book)s
  and marks.term = %(term)s and marks.student_id = student.id
left join lateral ({HOMEROOM}) homeroom on true
where student.id = %(student)s and exists (select from records_enrolment stay
  where stay.student_id = student.id and stay.school_class_id = %(class)s)
"""  # noqa: S608  (put together from our own conditions)


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """One request as it is listed: the cell, both values, who asked and answered, what I may do."""

    id: int
    book: Book
    person: Answerer
    period: int
    slot: str
    student_id: int
    pupil: str
    old: Mark
    new: Mark
    reason: str
    state: str
    needs_consent: bool
    asked_by_id: int
    asked_by: str
    asked_at: datetime
    verified_by: str
    verified_at: datetime | None
    consented_by: str
    consented_at: datetime | None
    answer: str
    homeroom_account_id: int | None
    homeroom: str

    @property
    def request(self) -> Request:
        return Request(self.state, self.asked_by_id, self.homeroom_account_id)

    @property
    def cell(self) -> str:
        """As a sentence says it: "Điểm giữa kì, Toán 8A, học kì I"."""
        term = self.book.in_term(self.period)
        return f"{term.slot_label(self.slot)}, {self.book.title}, {SPOKEN_TERMS[self.period]}"

    @property
    def shown_old(self) -> str:
        return print_mark_cell(self.old) or "trống"

    @property
    def shown_new(self) -> str:
        return print_mark_cell(self.new) or "trống"

    @property
    def state_name(self) -> str:
        if self.state == Correction.State.ASKED and self.request.skips_homeroom:
            return "Chờ lãnh đạo trường xác nhận"
        return str(Correction.State(self.state).label)

    @property
    def is_open(self) -> bool:
        return self.request.is_open

    @property
    def waits(self) -> bool:
        return waits_for(self.request, self.person)

    @property
    def can_verify(self) -> bool:
        return may_verify(self.request, self.person)

    @property
    def can_consent(self) -> bool:
        return may_consent(self.request, self.person)

    @property
    def can_refuse(self) -> bool:
        return may_refuse(self.request, self.person)

    @property
    def can_withdraw(self) -> bool:
        return may_withdraw(self.request, self.person)


def answerer(actor: Actor, place: str) -> Answerer:
    """What a person is to the class (or the book in it) that stands at a place."""
    led = any(
        one.role == Role.HOMEROOM_TEACHER and place.startswith(one.place) for one in actor.grants
    )
    leads = explain(actor, "gradebook.consent_correction", place) is None
    return Answerer(actor.account_id, led, leads)


def corrections_of(actor: Actor, year: int, today: date) -> list[CorrectionLine]:
    """Every request of a year that this person may see: open ones first, then the newest."""
    paths = reach(actor, VIEW).paths
    given = {
        "year": year,
        "on": today,
        "me": actor.account_id,
        "books": _numbers(CLASS_SUBJECT_PLACE, paths),
        "classes": _numbers(CLASS_PLACE, paths),
        "above": [path for path in paths if "/c" not in path],
    }
    return _lines(actor, _fetch(FOUND.format(condition=IN_REACH), given))


def corrections_waiting(actor: Actor, year: int, today: date) -> int:
    """How many requests wait for the word of this person."""
    if reach(actor, VIEW).is_empty:
        return 0
    return sum(one.can_verify or one.can_consent for one in corrections_of(actor, year, today))


def find_correction(actor: Actor, correction_id: int, today: date) -> CorrectionLine:
    """One request; the caller passes the gate. NoSuchBook for one that is not there."""
    given = {"on": today, "id": correction_id}
    lines = _lines(actor, _fetch(FOUND.format(condition="correction.id = %(id)s"), given))
    if not lines:
        raise NoSuchBook(correction_id)
    return lines[0]


def _numbers(pattern: re.Pattern[str], paths: Iterable[str]) -> list[int]:
    found = [pattern.fullmatch(path) for path in paths]
    return [int(match[1]) for match in found if match]


def _lines(actor: Actor, rows: Sequence[tuple[Any, ...]]) -> list[CorrectionLine]:
    books = read_books({row[1] for row in rows})
    people = {book.id: answerer(actor, book.place) for book in books.values()}
    return [
        CorrectionLine(row[0], books[row[1]], people[row[1]], *row[2:])
        for row in rows
        if row[1] in books
    ]


@dataclass(frozen=True, slots=True)
class OpenCell:
    """A cell of a closed book beside which a correction may be asked for."""

    book: Book
    term: int
    student_id: int
    pupil: str
    slot: str
    stands: Mark
    homeroom: str

    @property
    def label(self) -> str:
        return self.book.slot_label(self.slot)

    @property
    def shown(self) -> str:
        return print_mark_cell(self.stands) or "trống"


def open_cell(
    actor: Actor, class_subject_id: int, term: int, student_id: int, slot: str, today: date
) -> OpenCell:
    """One cell, for someone who may ask to correct it; NoSuchBook for one that is not there."""
    book = open_book(actor, class_subject_id, "gradebook.ask_correction")
    if term not in SPOKEN_TERMS or slot not in book.in_term(term).slots:
        raise NoSuchBook(class_subject_id)
    given = {
        "student": student_id,
        "class": book.class_id,
        "book": book.id,
        "year": book.year,
        "term": term,
        "on": today,
    }
    found = _fetch(CELL.format(slot=slot), given)
    if not found:
        raise NoSuchBook(student_id)
    name, stands, homeroom = found[0]
    return OpenCell(book.in_term(term), term, student_id, name, slot, stands, homeroom)


def open_cells(book: Book, period: int) -> dict[tuple[int, str], str]:
    """The cells of a book that wait for an answer, with the value that is asked for."""
    rows = Correction.objects.filter(
        class_subject_id=book.id,
        period=period,
        state__in=[Correction.State.ASKED, Correction.State.VERIFIED],
    )
    found: Iterable[tuple[int, str, Mark]] = rows.values_list("student_id", "slot", "new")
    return {(student, slot): print_mark_cell(new) or "trống" for student, slot, new in found}


def _fetch(statement: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())
