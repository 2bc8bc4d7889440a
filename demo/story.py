"""A few true acts of the cast, through the use cases, so that the pages have something to tell."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from demo.acting import acting_login, acting_role, book_of, roll_of
from demo.cast import Member, class_of
from demo.old_years import tell_old_years
from demo.places import Places
from demo.tables import table
from demo.term_one import tell_term
from demo.young import tell_preschool, tell_primary
from khue.access.api import Actor, Role
from khue.gradebook.api import CellChange, enter_marks
from khue.ledger.api import seal_new_entries
from khue.records.api import StudentFacts, change_student, create_student, request_transfer


def tell_story(members: list[Member], places: Places, now: datetime) -> None:
    """What happened since September; yesterday's and today's acts last."""
    people = {member.key: acting_login(member.login, now) for member in members}
    schools = places.schools
    tell_old_years(people["khai"], schools["upper"], now)
    tell_preschool(schools["preschool"], now)
    tell_primary(schools["primary"], now)
    tell_term(places, people, now)
    _tell_yesterday(schools, people, now)
    seal_new_entries(now=now)


def _tell_yesterday(schools: dict[str, Any], people: dict[str, Actor], now: datetime) -> None:
    main, yesterday = schools["main"], now - timedelta(days=1)
    roll = roll_of(class_of(main, "8A"))
    _correct_midterm(people["binh"], book_of(main, "8A", "Ngữ văn"), roll[2], yesterday)
    change_student(
        actor=people["thu"],
        now=yesterday,
        student_id=roll[4].pk,
        version=roll[4].version,
        wanted={"address": "Thôn Nà Sim, xã Suối Trong, tỉnh Lạng Sơn"},
    )
    _enter_finals(people["hoa"], book_of(main, "8A", "Toán"), roll[:6], now - timedelta(hours=3))
    _write_twice(people["thu"], main, roll[7], now - timedelta(hours=2))
    _ask_to_move(schools, now - timedelta(hours=1))


def _ask_to_move(schools: dict[str, Any], at: datetime) -> None:
    other = schools["boarding"]
    request_transfer(
        actor=acting_role(other, Role.PRINCIPAL, at),
        now=at,
        student_id=roll_of(class_of(other, "8A"))[3].pk,
        to_school_id=schools["main"].pk,
        effective_on=date(2026, 11, 30),
        reason="Gia đình chuyển nơi ở",
    )


def _row(book: Any, student: Any) -> Any:
    return table("gradebook.MarkRow").objects.get(class_subject=book, term=1, student=student)


def _enter_finals(hoa: Actor, book: Any, students: list[Any], at: datetime) -> None:
    """Finals of the first six; the averages appear, the rest awaits whoever tries it."""
    empty = [student for student in students if _row(book, student).ck is None]
    changes = [
        CellChange(student.pk, "ck", None, value)
        for student, value in zip(empty, ["7,5", "6,8", "8,5", "9", "7", "8,2"], strict=False)
    ]
    enter_marks(actor=hoa, now=at, class_subject_id=book.pk, term=1, changes=changes)


def _correct_midterm(binh: Actor, book: Any, student: Any, at: datetime) -> None:
    before = _row(book, student).gk
    after = 85 if before != 85 else 80
    change = CellChange(student.pk, "gk", before, after)
    enter_marks(actor=binh, now=at, class_subject_id=book.pk, term=1, changes=[change])


def _write_twice(thu: Actor, school: Any, student: Any, at: datetime) -> None:
    """The same child once more, from a paper list without a number: a possible duplicate."""
    facts = StudentFacts(name=student.name, sex=student.sex, born=student.born)
    create_student(actor=thu, now=at, school_id=school.pk, facts=facts)
