"""What the benchmark of the family's page finds at the school: two weeks, sixteen families."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from benchmarks.school import sign_in
from demo.accounts import Accounts
from demo.tables import table
from khue.access.api import Role, child_place
from khue.ledger.api import Author, Change, Operation, append_changes
from kit.cipher import seal

HOMEWORK = "Làm bài 3, 4, 5 trang 27 sách giáo khoa, đọc trước bài sau."


class Filling:
    """Writes rows as the product leaves them after two weeks of school."""

    def __init__(self, now: datetime, days: list[date], periods: int, notices: int) -> None:
        self.now, self.days, self.periods, self.notices = now, days, periods, notices
        self.year = days[0].year if days[0].month >= 8 else days[0].year - 1
        self.operation = Operation(Author(None, "Đo tốc độ"), now)

    def write_days(self) -> None:
        """Every class taken and its diary written on every day."""
        rooms = list(table("organisations.SchoolClass").objects.select_related("school"))
        teacher = table("records.Staff").objects.order_by("pk")[0]
        books = defaultdict(list)
        for book in table("organisations.ClassSubject").objects.all():
            books[book.school_class_id].append(book)
        takings, lessons = [], []
        for room in rooms:
            for day in self.days:
                held = {**_where(room), "year": self.year, "day": day, "session": "am"}
                takings.append(_taking(held, day))
                lessons += [
                    _lesson(held, day, period, books[room.pk], teacher)
                    for period in range(1, self.periods + 1)
                ]
        table("attendance.Taking").objects.bulk_create(takings)
        table("diary.Lesson").objects.bulk_create(lessons, batch_size=2000)

    def write_families(self, wanted: int) -> list[dict[str, Any]]:
        """Parents with an account, each with everything about one child."""
        links = table("records.Guardianship").objects.select_related("guardian", "student")
        chosen = list(links.filter(relation="father").order_by("pk")[:wanted])
        accounts = Accounts(self.operation)
        for number, link in enumerate(chosen):
            self._add(accounts, link, number)
        ids = accounts.write()
        with transaction.atomic():
            for account_id, link in zip(ids, chosen, strict=True):
                self._about(link, account_id)
        return [
            {"session": sign_in(account_id, self.now), "child": link.student_id}
            for account_id, link in zip(ids, chosen, strict=True)
        ]

    def _add(self, accounts: Accounts, link: Any, number: int) -> None:
        school = link.student.home_school
        at = accounts.add(
            f"09129990{number:02d}", link.guardian.name, "guardian", school, link.guardian
        )
        where = {"school_id": school.pk, "province_id": school.province_id}
        place = child_place(link.student_id)
        accounts.grant(at, Role.GUARDIAN, place, link.student.name, source="family", **where)

    def _about(self, link: Any, account_id: int) -> None:
        seat = (
            table("records.Enrolment")
            .objects.select_related("school_class__school")
            .filter(student=link.student)
            .order_by("-starts_on")[0]
        )
        room = seat.school_class
        self._absences(room, link, account_id)
        self._traces(room, link.student_id)
        for number in range(self.notices):
            self._notice(room, link, account_id, number)

    def _absences(self, room: Any, link: Any, account_id: int) -> None:
        for day in self.days[1:4]:
            table("attendance.Absence").objects.create(
                **_where(room),
                year=self.year,
                day=day,
                session="am",
                student=link.student,
                kind="p",
                written_by="Giáo viên",
                written_at=_morning(day),
            )
        table("attendance.ExcuseNote").objects.create(
            **_where(room),
            student=link.student,
            first_day=self.days[0],
            last_day=self.days[0],
            reason=seal("Bị ốm", label="excuse.reason", key_hex=settings.FIELD_KEY),
            asked_by=link.guardian.name,
            asked_by_id=account_id,
            asked_at=self.now,
        )

    def _traces(self, room: Any, student_id: int) -> None:
        """Four marks a subject, as the ledger keeps them."""
        books = table("organisations.ClassSubject").objects.filter(school_class=room)
        changes = [
            Change(
                subject=f"mark:{book.pk}.1.{student_id}",
                action="enter",
                label=f"{name}, môn học, học kì I",
                new="8,5",
                school_id=room.school_id,
                province_id=room.school.province_id,
            )
            for book in books
            for name in (
                "Điểm thường xuyên 1",
                "Điểm thường xuyên 2",
                "Điểm giữa kì",
                "Điểm cuối kì",
            )
        ]
        append_changes(self.operation, changes)

    def _notice(self, room: Any, link: Any, account_id: int, number: int) -> None:
        at = self.now - timedelta(hours=number)
        ids = {"school_id": room.school_id, "province_id": room.school.province_id}
        notice = table("contactbook.Notice").objects.create(
            **ids,
            place="/",
            title=f"Thông báo số {number} của nhà trường gửi cha mẹ học sinh",
            text="Mời gia đình đến họp.",
            state="sent",
            written_by="Hiệu trưởng",
            written_by_id=1,
            written_at=at,
            sent_at=at,
            sent_by="Hiệu trưởng",
        )
        table("contactbook.Receipt").objects.create(
            **ids,
            notice=notice,
            account_id=account_id,
            student=link.student,
            name=link.guardian.name,
            read_at=at if number > 1 else None,
        )


def _where(room: Any) -> dict[str, Any]:
    return {"school_class": room, "school": room.school, "province_id": room.school.province_id}


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(0, 5), tzinfo=UTC)


def _taking(held: dict[str, Any], day: date) -> Any:
    by = {"taken_by": "Giáo viên", "taken_by_id": 1, "taken_at": _morning(day), "size": 40}
    return table("attendance.Taking")(**held, **by)


def _lesson(held: dict[str, Any], day: date, period: int, books: list[Any], teacher: Any) -> Any:
    return table("diary.Lesson")(
        **held,
        period=period,
        class_subject=books[(day.toordinal() + period) % len(books)],
        title="Phân tích đa thức thành nhân tử bằng phương pháp đặt nhân tử chung",
        homework=HOMEWORK if period % 2 else "",
        teacher=teacher,
        teacher_name=teacher.name,
        written_at=_morning(day),
        written_by_id=1,
    )
