"""Last year at the school of cô Hoa: complete, locked, closed; its pupils are in this year's seats.

Marks are written at once; everything that people decide goes through the use cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Any

from demo.acting import (
    acting_homeroom,
    acting_role,
    acting_teacher,
    on_day,
    roll_of,
)
from demo.blueprint import LAST_YEAR, LAST_YEAR_CLASSES
from demo.cast import CHILD, rename
from demo.classes import build_class_subjects, build_classes_of
from demo.marks import invent_row, slots_of
from demo.people import STARTED, build_students
from demo.profiles import LIKING, STEADY, Profile, profile_of
from demo.tables import table, write
from demo.teaching import build_teaching_of_last_year
from khue.access.api import Role
from khue.gradebook.api import lock_term, recount_progress
from khue.gradebook.services.awards import give_award
from khue.gradebook.services.class_steps import approve_classes, consolidate_class
from khue.gradebook.services.closing_year import close_year
from khue.gradebook.services.evidence import note_evidence
from khue.gradebook.services.reassessing import AgainChange, enter_reassessed, write_summer
from khue.gradebook.services.results import refresh_results
from khue.gradebook.services.steps import finish_book
from khue.gradebook.services.summaries import SummaryChange, write_summary

FIRST_CODE = 90_008_000
FIRST_DAY = date(2025, 9, 8)
# When a term is finished, consolidated, approved and locked.
TERM_DAYS = {
    1: tuple(on_day(2026, 1, day) for day in (8, 10, 12, 13)),
    2: tuple(on_day(2026, 5, day) for day in (20, 22, 25, 26)),
}
AUGUST, CLOSED = on_day(2026, 8, 12), on_day(2026, 8, 26)
REMARKS = {
    "T": "Lễ phép, tự giác, biết giúp đỡ bạn; hoàn thành tốt việc lớp giao.",
    "K": "Ngoan, có ý thức học tập; cần mạnh dạn hơn khi làm việc nhóm.",
    "Đ": "Thực hiện được nội quy; cần đi học đều và chăm hơn.",
    "CĐ": "Còn vi phạm nội quy nhiều lần; cần gia đình cùng nhắc nhở.",
}


@dataclass(frozen=True)
class LastYear:
    """The classes of last year, their books, and the profile of each pupil."""

    school: Any
    rooms: list[Any]
    books: list[Any]
    profiles: dict[int, dict[int, Profile]]


def build_last_year(random: Random, school: Any, sites: list[Any], now: datetime) -> LastYear:
    """Classes, teachers, pupils and marks of both terms."""
    planned = build_classes_of(LAST_YEAR_CLASSES, school, sites, LAST_YEAR)
    rooms = [room for room, _ in planned]
    books = build_class_subjects(planned, [])
    build_teaching_of_last_year(school, rooms, books)
    pupils = build_students(
        random, school, planned, FIRST_CODE, now, year=LAST_YEAR, started=FIRST_DAY
    )
    rename(pupils[0], CHILD, "M")
    last_year = LastYear(school, rooms, books, _profiles(rooms))
    write("gradebook.MarkRow", list(_mark_rows(random, last_year)))
    return last_year


def _profiles(rooms: Iterable[Any]) -> dict[int, dict[int, Profile]]:
    seats = table("records.Enrolment").objects
    return {
        room.pk: {
            student: profile_of(room.name, place)
            for place, student in enumerate(
                seats.filter(school_class=room).order_by("pk").values_list("student", flat=True)
            )
        }
        for room in rooms
    }


def _mark_rows(random: Random, last_year: LastYear) -> Iterator[dict[str, Any]]:
    school = last_year.school
    for book in last_year.books:
        for student, profile in last_year.profiles[book.school_class_id].items():
            name = book.subject.name
            liking = random.gauss(profile.usual, LIKING)
            usual, fails = profile.weak.get(name, liking), name in profile.fails
            for term in (1, 2):
                yield {
                    "year": LAST_YEAR,
                    "class_subject": book,
                    "term": term,
                    "student_id": student,
                    "school_id": school.pk,
                    "province_id": school.province_id,
                    **invent_row(random, book, slots_of(book), usual, spread=STEADY, fails=fails),
                }


def finish_last_year(last_year: LastYear) -> None:
    """Both terms, the summer, and the way into this year's classes."""
    for room in last_year.rooms:
        recount_progress(now=TERM_DAYS[1][0], class_id=room.pk)
        refresh_results(class_id=room.pk, now=TERM_DAYS[1][0])
    for term in (1, 2):
        _finish_term(last_year, term)
    _praise(last_year)
    _summer(last_year)
    close_year(
        actor=acting_role(last_year.school, Role.PRINCIPAL, CLOSED),
        now=CLOSED,
        school_id=last_year.school.pk,
        year=LAST_YEAR,
        first_day=STARTED,
    )


def _finish_term(last_year: LastYear, term: int) -> None:
    finished, consolidated, approved, locked = TERM_DAYS[term]
    for book in last_year.books:
        actor = acting_teacher(book, finished)
        finish_book(actor=actor, now=finished, class_subject_id=book.pk, period=term)
    for room in last_year.rooms:
        actor = acting_homeroom(room, consolidated)
        changes = list(_summary(last_year.profiles[room.pk], term))
        write_summary(actor=actor, now=consolidated, class_id=room.pk, changes=changes)
        consolidate_class(actor=actor, now=consolidated, class_id=room.pk, period=term)
    mai = acting_role(last_year.school, Role.PRINCIPAL, approved)
    rooms = [one.pk for one in last_year.rooms]
    approve_classes(actor=mai, now=approved, class_ids=rooms, period=term)
    lock_term(actor=mai, now=locked, school_id=last_year.school.pk, year=LAST_YEAR, term=term)


def _summary(profiles: dict[int, Profile], term: int) -> Iterator[SummaryChange]:
    for student, one in profiles.items():
        conduct = one.conduct[term - 1]
        yield SummaryChange(student, f"conduct{term}", "", conduct)
        yield SummaryChange(student, f"remark{term}", "", REMARKS[conduct])
        if term == 2:
            yield SummaryChange(student, "absent_with", "", str(one.absent[0]))
            yield SummaryChange(student, "absent_without", "", str(one.absent[1]))


def _praise(last_year: LastYear) -> None:
    """One good deed, and the award for it; one breach that the homeroom teacher noted."""
    room, at = last_year.rooms[0], TERM_DAYS[2][0]
    pupils = roll_of(room)
    binh = acting_homeroom(room, at)
    note_evidence(
        actor=binh, now=at, class_id=room.pk, student_id=pupils[3].pk, day=date(2026, 3, 9),
        kind="praise", text="Nhặt được ví tiền ở cổng trường, tự nộp lại để trả người mất.",
    )  # fmt: skip
    summer = next(one for one, way in last_year.profiles[room.pk].items() if way.conduct_after)
    note_evidence(
        actor=binh, now=at, class_id=room.pk, student_id=summer, day=date(2026, 4, 14),
        kind="breach", text="Bỏ tiết ba lần trong tháng, đã mời gia đình đến trao đổi.",
    )  # fmt: skip
    give_award(
        actor=acting_role(last_year.school, Role.PRINCIPAL, at), now=at, class_id=room.pk,
        student_id=pupils[3].pk, kind="sudden", content="Trả lại của rơi", day=date(2026, 3, 16),
        decision="12/QĐ-THCSSK",
    )  # fmt: skip


def _summer(last_year: LastYear) -> None:
    for room in last_year.rooms:
        profiles = last_year.profiles[room.pk]
        _reassess(room, profiles)
        _train(room, profiles)


def _reassess(room: Any, profiles: dict[int, Profile]) -> None:
    """Each teacher enters what came of the tests in August."""
    books = table("organisations.ClassSubject").objects.filter(school_class=room)
    for book in books.select_related("subject", "school_class__school"):
        name = book.subject.name
        wanted = [
            AgainChange(student, book.pk, "", one.again[name])
            for student, one in profiles.items()
            if name in one.again
        ]
        if wanted:
            actor = acting_teacher(book, AUGUST)
            enter_reassessed(actor=actor, now=AUGUST, class_id=room.pk, changes=wanted)


def _train(room: Any, profiles: dict[int, Profile]) -> None:
    told = {
        "summer_task": "Giúp việc ở nhà văn hóa thôn mỗi tuần một buổi; cùng gia đình ghi sổ.",
        "summer_remark": "Làm đủ các buổi, thôn và gia đình xác nhận có tiến bộ.",
    }
    changes = [
        SummaryChange(student, name, "", text)
        for student, one in profiles.items()
        if one.conduct_after
        for name, text in {**told, "conduct_after": one.conduct_after}.items()
    ]
    if changes:
        actor = acting_homeroom(room, AUGUST)
        write_summer(actor=actor, now=AUGUST, class_id=room.pk, changes=changes)
