"""A few true acts of the cast, through the use cases, so that the pages have something to tell."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from demo.cast import Member
from demo.places import Places
from demo.tables import table
from khue.access.api import Actor, actor_of_account
from khue.gradebook.api import CellChange, enter_marks
from khue.ledger.api import seal_new_entries
from khue.records.api import StudentFacts, change_student, create_student, request_transfer

ORDER = "name_key"


def tell_story(members: list[Member], places: Places, now: datetime) -> None:
    """Marks, a correction, a changed address, a possible duplicate, a transfer that waits."""
    people = {member.key: _actor(member, now) for member in members}
    yesterday = now - timedelta(days=1)
    main, boarding = places.schools["main"], places.schools["boarding"]
    roll = _roll(main, "8A")
    _enter_finals(people["hoa"], _book(main, "8A", "Toán"), roll[:6], now - timedelta(hours=3))
    _correct_midterm(people["binh"], _book(main, "8A", "Ngữ văn"), roll[2], yesterday)
    change_student(
        actor=people["thu"],
        now=yesterday,
        student_id=roll[4].pk,
        version=roll[4].version,
        wanted={"address": "Thôn Nà Sim, xã Suối Trong, tỉnh Lạng Sơn"},
    )
    _write_twice(people["thu"], main, roll[7], now - timedelta(hours=2))
    request_transfer(
        actor=_principal_of(boarding, now),
        now=now - timedelta(hours=1),
        student_id=_roll(boarding, "8A")[3].pk,
        to_school_id=main.pk,
        effective_on=date(2026, 11, 30),
        reason="Gia đình chuyển nơi ở",
    )
    seal_new_entries(now=now)


def _actor(member: Member, now: datetime) -> Actor:
    account = table("access.Account").objects.get(login=member.login)
    return actor_of_account(account.pk, account.name, now.date())


def _principal_of(school: Any, now: datetime) -> Actor:
    grant = (
        table("access.Grant")
        .objects.select_related("account")
        .get(role="principal", school_id=school.pk)
    )
    return actor_of_account(grant.account_id, grant.account.name, now.date())


def _roll(school: Any, class_name: str) -> list[Any]:
    found = table("records.Student").objects.filter(
        pk__in=table("records.Enrolment")
        .objects.filter(school_class__school=school, school_class__name=class_name)
        .values("student")
    )
    return list(found.order_by(ORDER))


def _book(school: Any, class_name: str, subject: str) -> Any:
    return table("organisations.ClassSubject").objects.get(
        school_class__school=school, school_class__name=class_name, subject__name=subject
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
