"""Một ngày của giáo viên: her classes, what she still has to write, the class that she leads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from khue.access.api import Actor
from khue.attendance.api import (
    SESSION_NAMES,
    Alert,
    ClassNow,
    classes_today,
    kept_alerts,
    notes_waiting,
)
from khue.diary.api import (
    MySubject,
    last_whole_week,
    lessons_in_week,
    lessons_today,
    lines_of_school,
    my_subjects,
    weeks_to_close,
)
from khue.gradebook.api import (
    BookLine,
    corrections_waiting,
    last_day_to_enter,
    my_teaching,
    school_year_on,
)
from khue.organisations.api import ClassCard, ClassSubjectCard, current_year
from khue.portal.queries.day.calendar import SchoolDay, school_day
from khue.portal.rules.due import (
    Due,
    Urgency,
    missing_lessons,
    urgency_of_session,
    urgency_until,
)
from khue.timetable.api import my_homerooms, weekly_periods
from kit.dates import print_date, vietnam_day, vietnam_time

MOST_LINES = 4
WEEKS_LOOKED_BACK = 4
_PRIMARY = 10


@dataclass(frozen=True, slots=True)
class MyLesson:
    """Một môn, một lớp tôi dạy: the lesson that follows, what was written today, who is away."""

    subject: MySubject
    written: str
    room: ClassNow | None


@dataclass(frozen=True, slots=True)
class MyHomeroom:
    """Lớp tôi chủ nhiệm, on the day that is shown."""

    card: ClassCard
    room: ClassNow | None
    alerts: tuple[Alert, ...]

    @property
    def away(self) -> list[tuple[str, object]]:
        """(session, line) of everybody who is not simply there."""
        sessions = self.room.sessions if self.room else ()
        return [(one.session, line) for one in sessions for line in one.away]


@dataclass(frozen=True, slots=True)
class TeacherDay:
    """What a teacher opens the site for."""

    day: SchoolDay
    lessons: list[MyLesson]
    homerooms: list[MyHomeroom]
    books: list[BookLine]
    term: int
    dues: list[Due] = field(default_factory=list)

    @property
    def has_work(self) -> bool:
        return bool(self.lessons or self.homerooms or self.books)


def teacher_day(actor: Actor, now: datetime) -> TeacherDay:
    """The classes of a teacher and what is due in them."""
    today = vietnam_day(now)
    books, homerooms = my_teaching(actor, school_year_on(today)), my_homerooms(actor, today)
    subjects = my_subjects(actor, today)
    day = _day(homerooms, subjects, today)
    rooms = {one.card.id: one for one in classes_today(actor, day.shown)}
    term = _term(books, homerooms, today)
    led = _led(homerooms, rooms, today)
    found = TeacherDay(day, _lessons(subjects, rooms, today), led, books, term)
    found.dues.extend(_dues(actor, found, now))
    return found


def _day(homerooms: Sequence[ClassCard], subjects: Sequence[MySubject], today: date) -> SchoolDay:
    places = [(one.school_id, one.province_id) for one in homerooms]
    places += [(one.card.school_id, one.card.province_id) for one in subjects]
    return school_day(*places[0], today) if places else SchoolDay(today, today)


def _term(books: Sequence[BookLine], homerooms: Sequence[ClassCard], today: date) -> int:
    provinces = [one.book.province_id for one in books] + [one.province_id for one in homerooms]
    year = current_year(provinces[0], today) if provinces else None
    return year.term_on(today).number if year else 1


def _lessons(
    subjects: Sequence[MySubject], rooms: Mapping[int, ClassNow], today: date
) -> list[MyLesson]:
    written = lessons_today([one.card.id for one in subjects], today) if subjects else {}
    return [
        MyLesson(one, written.get(one.card.id, ""), rooms.get(one.card.class_id))
        for one in subjects
    ]


def _led(
    homerooms: Sequence[ClassCard], rooms: Mapping[int, ClassNow], today: date
) -> list[MyHomeroom]:
    told = kept_alerts(homerooms, today) if homerooms else []
    return [
        MyHomeroom(card, rooms.get(card.id), tuple(one for one in told if one.card.id == card.id))
        for card in homerooms
    ]


def _dues(actor: Actor, found: TeacherDay, now: datetime) -> Iterator[Due]:
    today = vietnam_day(now)
    yield from _not_taken(found, now)
    yield from _not_written(actor, found, today)
    if found.homerooms:
        yield from _of_homeroom(actor, found, today)
    if found.books or found.homerooms:
        yield from _corrections(actor, today)
    yield from _marks(found, today)


def _not_taken(found: TeacherDay, now: datetime) -> Iterator[Due]:
    """The sessions of her own class that nobody took, on a day with school."""
    if not found.day.is_school_day:
        return
    for one in found.homerooms:
        for held in one.room.sessions if one.room else ():
            if not held.taken:
                yield Due(
                    urgency_of_session(held.session, vietnam_time(now).hour),
                    f"Điểm danh lớp {one.card.name}, {SESSION_NAMES[held.session].lower()}",
                    "attendance.take",
                    (one.card.id,),
                    f"session={held.session}",
                    note=f"{one.room.size if one.room else 0} học sinh, chạm vào em vắng rồi lưu",
                    icon="check-circle",
                )


def _not_written(actor: Actor, found: TeacherDay, today: date) -> Iterator[Due]:
    """Lessons of the last whole week that the assignment promises and the diary lacks."""
    cards = [one.subject.card for one in found.lessons]
    monday = _counted_week(cards, today)
    if monday is None:
        return
    ids = [one.id for one in cards]
    written, promised = lessons_in_week(ids, monday), weekly_periods(actor, monday)
    short = [(one, missing_lessons(promised.get(one.id), written.get(one.id, 0))) for one in cards]
    lacking = [(one, many) for one, many in short if many]
    week = f"tuần từ {print_date(monday)}"
    for card, many in lacking[:MOST_LINES]:
        yield Due(
            Urgency.LATE,
            f"Ghi bù {many} tiết {card.subject_name} {card.class_name}",
            "diary.write",
            (card.id,),
            f"ngay={monday.isoformat()}",
            note=f"Đã ghi {written.get(card.id, 0)} trên {promised[card.id]} tiết, {week}",
            icon="book",
            count=many,
            until=monday,
        )
    if len(lacking) > MOST_LINES:
        rest = lacking[MOST_LINES:]
        yield Due(
            Urgency.LATE,
            f"Ghi bù {sum(many for _, many in rest)} tiết ở {len(rest)} lớp khác",
            "diary.today",
            note=f"Sổ đầu bài {week}",
            icon="book",
        )


def _counted_week(cards: Sequence[ClassSubjectCard], today: date) -> date | None:
    """The week whose lessons can be counted; none at a school that does not keep its diary here."""
    monday = last_whole_week(cards[0].province_id, cards[0].year, today) if cards else None
    if monday is None:
        return None
    since = monday - timedelta(days=WEEKS_LOOKED_BACK * 7)
    return monday if lines_of_school(cards[0].school_id, since, today).many else None


def _of_homeroom(actor: Actor, found: TeacherDay, today: date) -> Iterator[Due]:
    waiting = notes_waiting(actor, today)
    if waiting:
        yield Due(
            Urgency.WAITING,
            f"{waiting} đơn xin nghỉ chờ trả lời",
            "attendance.notes",
            note="Gia đình thấy câu trả lời ngay khi thầy cô đồng ý",
            icon="mail",
            count=waiting,
        )
    names = {one.card.id: one.card.name for one in found.homerooms}
    for week in weeks_to_close(list(names), today):
        late = (today - week.monday).days > 7
        yield Due(
            Urgency.LATE if late else Urgency.WAITING,
            f"Chốt tuần sổ đầu bài lớp {names[week.class_id]}",
            "diary.week",
            (week.class_id,),
            f"tuan={week.monday.isoformat()}",
            note=f"Tuần từ {print_date(week.monday)}, {week.lessons} tiết đã ghi",
            icon="lock",
            until=week.monday,
        )
    yield from _alerts(found)


def _alerts(found: TeacherDay) -> Iterator[Due]:
    told = [one for room in found.homerooms for one in room.alerts]
    if told:
        first = told[0]
        yield Due(
            Urgency.WAITING,
            f"{len(told)} em cần quan tâm vì nghỉ học",
            "attendance.alerts",
            note=f"{first.name}: {first.signs[0].seen}",
            icon="alert",
            count=len(told),
        )


def _corrections(actor: Actor, today: date) -> Iterator[Due]:
    waiting = corrections_waiting(actor, school_year_on(today), today)
    if waiting:
        yield Due(
            Urgency.WAITING,
            f"{waiting} đề nghị sửa điểm chờ xác nhận",
            "gradebook.corrections",
            note="Điểm chỉ đổi khi thầy cô xác nhận",
            icon="edit",
            count=waiting,
        )


def _marks(found: TeacherDay, today: date) -> Iterator[Due]:
    """The books of the term that are not complete, by the last day to enter."""
    open_books = [one for one in found.books if one.writable and _lacking(one, found.term)]
    if not open_books:
        return
    book = open_books[0].book
    period = 2 * found.term + _PRIMARY if book.is_primary else found.term
    last = last_day_to_enter(book.school_id, book.province_id, book.year, period)
    lacking = sum(_lacking(one, found.term) for one in open_books)
    one_book = len(open_books) == 1
    yield Due(
        urgency_until(last, today),
        f"Còn {lacking} điểm học kì {'I' * found.term} chưa nhập",
        "gradebook.grid" if one_book else "gradebook.my_books",
        (book.id, found.term) if one_book else (),
        note=f"{len(open_books)} sổ" + (f", hạn {print_date(last)}" if last else ""),
        icon="gradebook",
        until=last,
    )


def _lacking(line: BookLine, term: int) -> int:
    count = line.terms[term]
    return max(count.due - count.entered, 0)
