"""Trang của con: every block of the family's page, each with the moment of its newest fact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from khue.access.api import Actor
from khue.attendance.api import (
    AbsenceLine,
    NoteLine,
    TakenSession,
    absences_of_student,
    notes_of_child,
    sessions_absent,
    sessions_taken,
)
from khue.diary.api import LessonLine, lessons_of_class
from khue.gradebook.api import (
    ChildResults,
    NewestMarks,
    YoungChild,
    child_results,
    newest_marks,
    term_on,
    young_changed_at,
    young_child,
)
from khue.organisations.api import SchoolCard, school_summary
from khue.portal.queries.family.diary import DiaryDay, by_day, written_last
from khue.portal.queries.family.today import Today, calendar_of, today_of
from khue.portal.queries.family.words import Words, words_about
from khue.records.api import ChildLine
from khue.timetable.api import HomeroomLine, homeroom_of
from khue.transcripts.api import Document, documents_of_child
from kit.fences import EVERYTHING, scoped

LOOKED_BACK = timedelta(days=14)
SHOWN_DAYS, SHOWN_ABSENCES, SHOWN_NOTES, SHOWN_REMARKS = 2, 3, 2, 3


@dataclass(frozen=True, slots=True)
class Marks:
    """Kết quả học tập: the newest marks, the teachers' words, what the school has decided."""

    results: ChildResults
    newest: NewestMarks
    term: int

    @property
    def remarks(self) -> list[tuple[str, str]]:
        """(Toán, what the teacher wrote) of the term."""
        names = {one.class_subject_id: one.name for one in self.results.subjects}
        told = self.results.whole.comments.items()
        found = [(names.get(book, ""), texts) for (book, term), texts in told if term == self.term]
        said = [(name, " ".join(text for _, text in texts)) for name, texts in found if texts]
        return said[:SHOWN_REMARKS]

    @property
    def decided(self) -> list[tuple[str, str]]:
        whole = self.results.whole
        return list(whole.year or whole.terms.get(self.term) or whole.terms.get(1, []))

    @property
    def counted(self) -> int:
        """Subjects of the term that have a mark."""
        terms = [one.terms[self.term] for one in self.results.subjects]
        return sum(not one.is_empty for one in terms)


@dataclass(frozen=True, slots=True)
class Young:
    """Kết quả of a child of primary or preschool at the newest point that was written."""

    child: YoungChild
    at: datetime | None

    @property
    def of_preschool(self) -> bool:
        return not self.child.of_primary

    @property
    def period(self) -> object:
        at = [one for one in self.child.periods if one.number == self.child.now]
        return at[0] if at and not at[0].is_empty else None


@dataclass(frozen=True, slots=True)
class Absences:
    """Chuyên cần of the year; `at`: when the class was last taken or an absence written."""

    with_permission: int
    without: int
    newest: tuple[AbsenceLine, ...]
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the page of one child."""

    child: ChildLine
    year: int
    today: Today | None
    words: Words
    marks: Marks | None
    young: Young | None
    absences: Absences
    notes: tuple[NoteLine, ...]
    diary: tuple[DiaryDay, ...]
    diary_at: datetime | None
    documents: list[Document]
    school: SchoolCard
    homeroom: HomeroomLine | None


@dataclass(frozen=True, slots=True)
class _Read:
    """What lies behind the fence of the school, read in one go after the gate was passed."""

    taken: list[TakenSession]
    newest: NewestMarks
    young_at: datetime | None
    homeroom: HomeroomLine | None
    documents: list[Document]


def family_overview(
    actor: Actor, child: ChildLine, children: Sequence[ChildLine], year: int, today: date
) -> Overview:
    """Tổng quan of a child of this account; the gradebook's gate is passed on the way."""
    young = young_child(actor, child.id, year, today)
    results = None if young else child_results(actor, child.id, year)
    school = school_summary(child.school_id)
    read = _behind_the_fence(actor, child, results, young, today)
    absences = absences_of_student(child.id, year)
    lessons = _lessons(child, today)
    return Overview(
        child,
        year,
        _today(child, school, year, today, lessons, read, absences),
        words_about(actor, child.id, children),
        _marks(results, read.newest, school.province_id, year, today),
        Young(young, read.young_at) if young else None,
        _absences(child.id, year, absences, read.taken),
        tuple(notes_of_child(actor, child.id)[:SHOWN_NOTES]),
        tuple(reversed(by_day(lessons)[-SHOWN_DAYS:])),
        written_last(lessons),
        read.documents,
        school,
        read.homeroom,
    )


def _behind_the_fence(
    actor: Actor,
    child: ChildLine,
    results: ChildResults | None,
    young: YoungChild | None,
    today: date,
) -> _Read:
    with scoped(EVERYTHING):
        room = child.class_id
        return _Read(
            sessions_taken(room, today - LOOKED_BACK, today) if room else [],
            newest_marks(results) if results else NewestMarks(),
            young_changed_at(young, child.id) if young else None,
            homeroom_of([room], today).get(room) if room else None,
            documents_of_child(actor, child.id),
        )


def _lessons(child: ChildLine, today: date) -> list[LessonLine]:
    if child.class_id is None:
        return []
    return lessons_of_class(child.class_id, today - LOOKED_BACK, today)


def _today(
    child: ChildLine,
    school: SchoolCard,
    year: int,
    today: date,
    lessons: list[LessonLine],
    read: _Read,
    absences: list[AbsenceLine],
) -> Today | None:
    if child.class_id is None or child.year != year:
        return None
    days = calendar_of(school.id, school.province_id, year, today)
    return today_of(today, days, lessons, read.taken, absences)


def _marks(
    results: ChildResults | None, newest: NewestMarks, province_id: int, year: int, today: date
) -> Marks | None:
    return Marks(results, newest, term_on(province_id, year, today)) if results else None


def _absences(
    student_id: int, year: int, lines: list[AbsenceLine], taken: list[TakenSession]
) -> Absences:
    counted = sessions_absent([student_id], year).get(student_id, (0, 0)) if lines else (0, 0)
    moments = [*(one.written_at for one in lines), *(one.at for one in taken)]
    return Absences(*counted, tuple(lines[:SHOWN_ABSENCES]), max(moments, default=None))
