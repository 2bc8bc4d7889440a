"""Term I at the school of cô Hoa, as far as it has come: every step a colleague takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from demo.acting import (
    acting_homeroom,
    acting_role,
    acting_teacher,
    book_of,
    books_of,
    roll_of,
)
from demo.blueprint import COMPLETE_BOOKS, COMPLETE_CLASSES, YEAR
from demo.cast import CHILD, class_of
from demo.places import Places
from demo.tables import table
from khue.access.api import Actor, Role
from khue.gradebook.api import CellChange, enter_marks
from khue.gradebook.queries.comments import comment_sheet, suggestions
from khue.gradebook.rules.marks import print_mark_cell
from khue.gradebook.rules.phrases import PARTS
from khue.gradebook.services.bringing import bring_marks
from khue.gradebook.services.circumstances import CircumstanceFacts, record_circumstance
from khue.gradebook.services.class_steps import consolidate_class
from khue.gradebook.services.comments import CommentChange, add_phrase, write_comments
from khue.gradebook.services.corrections import Wish, ask_correction, verify_correction
from khue.gradebook.services.evidence import note_evidence
from khue.gradebook.services.steps import finish_book
from khue.gradebook.services.summaries import SummaryChange, write_summary
from khue.gradebook.services.windows import set_window
from khue.records.api import accept_transfer, request_transfer
from kit.dates import vietnam_day

TERM = 1
CAME_ON = date(2026, 11, 9)
CONDUCT = "TTTKTTTTKTTTĐTTK"
SCHOOL_PHRASES = [
    ("progress", "K", "Đã tự làm đủ bài tập về nhà ở ba tuần gần đây, cô rất mừng."),
    ("strengths", "T", "Là đôi bạn cùng tiến tin cậy của tổ."),
]


@dataclass(frozen=True)
class Term:
    """The main school, its class 8A with whoever acts, and the hour."""

    places: Places
    people: dict[str, Actor]
    now: datetime

    @property
    def school(self) -> Any:
        return self.places.schools["main"]

    @property
    def room(self) -> Any:
        return class_of(self.school, "8A")

    def book(self, subject: str, class_name: str = "8A") -> Any:
        return book_of(self.school, class_name, subject)

    def ago(self, days: int) -> datetime:
        return self.now - timedelta(days=days)


def tell_term(places: Places, people: dict[str, Actor], now: datetime) -> None:
    """Windows, an arrival, marks by strand, conduct, finished books, corrections, comments."""
    term = Term(places, people, now)
    _set_windows(term)
    _receive_pupil(term)
    _spare_practice(term)
    _enter_strands(term)
    _wait_for_make_up(term)
    _weigh_conduct(term)
    _finish_books(term)
    _correct(term)
    _comment(term)
    _consolidate(term)


def _set_windows(term: Term) -> None:
    """The department opens term I for everybody; the school closes a week before."""
    department = term.places.department
    whose = [
        ("dung", department.pk, date(2027, 1, 16), "Theo kế hoạch thời gian năm học của tỉnh"),
        ("mai", term.school.pk, date(2027, 1, 9), "Dành một tuần để tổng hợp và duyệt"),
    ]
    for who, node, closes_on, note in whose:
        set_window(
            actor=term.people[who], now=term.ago(70), node_id=node, year=YEAR, period=TERM,
            opens_on=date(2026, 9, 7), closes_on=closes_on, note=note,
        )  # fmt: skip


def _receive_pupil(term: Term) -> None:
    """A pupil moves from another school of the province and brings the marks of the term along."""
    former = term.places.schools["multi"]
    pupil = roll_of(class_of(former, "8A"))[5]
    at, thu = term.ago(12), term.people["thu"]
    transfer = request_transfer(
        actor=acting_role(former, Role.PRINCIPAL, at), now=at, student_id=pupil.pk,
        to_school_id=term.school.pk, effective_on=CAME_ON, reason="Bố mẹ chuyển nơi làm việc",
    )  # fmt: skip
    accept_transfer(
        actor=thu, now=term.ago(11), transfer_id=transfer, class_id=term.room.pk, on=CAME_ON
    )
    bring_marks(actor=thu, now=term.ago(10), class_id=term.room.pk, student_id=pupil.pk)


def _spare_practice(term: Term) -> None:
    facts = CircumstanceFacts(
        kind="practice", first_term=1, last_term=2, document="Đơn ngày 14/9/2026, giấy ra viện",
        reason="Mới phẫu thuật gối, bác sĩ khuyên tránh vận động mạnh",
    )  # fmt: skip
    record_circumstance(
        actor=term.people["thu"], now=term.ago(60), student_id=roll_of(term.room)[14].pk,
        class_subject_id=term.book("Giáo dục thể chất").pk, facts=facts,
    )  # fmt: skip


def _enter_strands(term: Term) -> None:
    """Nghệ thuật: music and fine arts apart; the subject follows from both."""
    book, pupils = term.book("Nghệ thuật"), roll_of(term.room)
    actor = acting_teacher(book, term.now)
    for strand, slots in ((1, ("tx1", "tx2", "gk")), (2, ("tx1", "gk"))):
        changes = [
            CellChange(one.pk, slot, None, "CĐ" if (place, strand) == (20, 2) else "Đ")
            for place, one in enumerate(pupils)
            for slot in slots
        ]
        enter_marks(
            actor=actor, now=term.ago(9 - strand), class_subject_id=book.pk, term=TERM,
            changes=changes, strand=strand,
        )  # fmt: skip


def _wait_for_make_up(term: Term) -> None:
    """Whoever was away at the mid-term test waits for another."""
    book = term.book("Toán")
    rows = table("gradebook.MarkRow").objects.filter(class_subject=book, term=TERM)
    absent = rows.filter(gk__isnull=True, tx1__isnull=False).first()
    enter_marks(
        actor=term.people["hoa"], now=term.ago(6), class_subject_id=book.pk, term=TERM,
        changes=[CellChange(absent.student_id, "gk", None, "P")],
    )  # fmt: skip


def _comment(term: Term) -> None:
    """Comments on the whole class in literature, on the first pupils in mathematics."""
    for part, level, text in SCHOOL_PHRASES:
        add_phrase(
            actor=term.people["mai"], now=term.ago(8), school_id=term.school.pk, part=part,
            level=level, text=text,
        )  # fmt: skip
    _write_comments(term.people["binh"], term.book("Ngữ văn"), term.ago(3))
    _write_comments(term.people["hoa"], term.book("Toán"), term.ago(2), only=5)


def _write_comments(actor: Actor, book: Any, at: datetime, only: int | None = None) -> None:
    sheet = comment_sheet(actor, book.pk, TERM, vietnam_day(at))
    wanted = {part: suggestions(sheet, part) for part in PARTS}
    pupils = [line.pupil.student_id for line in sheet.lines][:only]
    changes = [
        CommentChange(one, part, "", texts[one])
        for part, texts in wanted.items()
        for one in pupils
        if one in texts
    ]
    write_comments(actor=actor, now=at, class_subject_id=book.pk, period=TERM, changes=changes)


def _finish_books(term: Term) -> None:
    complete = [term.book(subject, name) for name, subject in sorted(COMPLETE_BOOKS)]
    for name in COMPLETE_CLASSES:
        complete += books_of(class_of(term.school, name))
    for book in complete:
        finish_book(
            actor=acting_teacher(book, term.now), now=term.ago(5), class_subject_id=book.pk,
            period=TERM,
        )  # fmt: skip


def _correct(term: Term) -> None:
    """One mark was put right with the homeroom teacher's word; another request waits for it."""
    pupils = roll_of(term.room)
    first = _ask(term, "Tin học", pupils[8], "tx2", "Chấm sót câu 4, đã xem lại bài cùng học sinh")
    verify_correction(actor=term.people["binh"], now=term.ago(3), correction_id=first)
    _ask(term, "Giáo dục công dân", pupils[16], "ck", "Vào nhầm điểm của bạn ngồi cạnh")


def _ask(term: Term, subject: str, pupil: Any, slot: str, reason: str) -> int:
    book = term.book(subject)
    row = table("gradebook.MarkRow").objects.get(class_subject=book, term=TERM, student=pupil)
    stands = getattr(row, slot)
    better = print_mark_cell(stands + 10 if stands < 90 else stands - 10)
    wish = Wish(book.pk, TERM, pupil.pk, slot, stands, better, reason)
    return ask_correction(actor=acting_teacher(book, term.now), now=term.ago(4), wish=wish)


def _consolidate(term: Term) -> None:
    """7C is the first class of the school to be done: it waits for the principal."""
    for name in COMPLETE_CLASSES:
        room = class_of(term.school, name)
        actor, pupils = acting_homeroom(room, term.now), roll_of(room)
        _give_conduct(actor, room, pupils, term.ago(2))
        consolidate_class(actor=actor, now=term.ago(1), class_id=room.pk, period=TERM)


def _give_conduct(actor: Actor, room: Any, pupils: Iterable[Any], at: datetime) -> None:
    changes = [
        SummaryChange(one.pk, "conduct1", "", CONDUCT[place % len(CONDUCT)])
        for place, one in enumerate(pupils)
    ]
    write_summary(actor=actor, now=at, class_id=room.pk, changes=changes)


def _weigh_conduct(term: Term) -> None:
    """Thầy Bình has noted what he saw in 8A and begun to judge."""
    pupils, binh = roll_of(term.room), term.people["binh"]
    minh = next(one for one in pupils if one.name == CHILD)
    notes = [
        (minh, "praise", date(2026, 10, 5), "Giúp bạn ngồi cạnh ôn Toán suốt tuần kiểm tra."),
        (pupils[9], "breach", date(2026, 10, 20), "Đi học muộn hai buổi, đã nhắc riêng."),
        (pupils[22], "support", date(2026, 11, 3), "Nhà xa, hay mệt tiết đầu; cần bạn đi cùng."),
    ]
    for pupil, kind, day, text in notes:
        note_evidence(
            actor=binh, now=term.ago(7), class_id=term.room.pk, student_id=pupil.pk, day=day,
            kind=kind, text=text,
        )  # fmt: skip
    _give_conduct(binh, term.room, pupils[:12], term.ago(6))
    remark = SummaryChange(minh.pk, "remark1", "", "Chăm, vui vẻ; biết giúp bạn trong học tập.")
    write_summary(actor=binh, now=term.ago(6), class_id=term.room.pk, changes=[remark])
