"""Sổ ghi đầu bài: the lines of the last weeks of every secondary class, and the weeks closed.

The teaching plans and the signatures of months are not made: a signature would have to be real.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from synthetic.chance import stream
from synthetic.days import BEGINS, moment, school_days_until
from synthetic.lesson_words import GRADES, HOMEWORK, REMARKS, WEEK_REMARKS, topic_of
from synthetic.plan import PlannedBook, PlannedClass
from synthetic.year_frame import Frame

Row = tuple[object, ...]
LESSON_COLUMNS = (
    *("school_class_id", "school_id", "province_id", "year", "day", "session", "period"),
    *("class_subject_id", "plan_number", "title", "remark", "homework", "rating"),
    *("teacher_id", "teacher_name", "stands_in_for", "late", "written_at", "written_by_id"),
    "version",
)
WEEK_COLUMNS = (
    *("school_class_id", "school_id", "province_id", "monday", "remark", "closed_by", "closed_at"),
)
LEVELS = frozenset({"03", "04", "05"})
SLOTS = [(weekday, period) for weekday in range(6) for period in range(1, 6)]
WEEKS_TOLD, WEEKS_OF_A_TERM = 2, 18
FORGOTTEN, LATE, REMARKED, WITH_HOMEWORK, LEFT_OPEN = 0.02, 0.03, 0.25, 0.3, 0.15
# What is taught when: (weekday, period) -> subject, for each class.
Timetable = Mapping[int, Mapping[tuple[int, int], PlannedBook]]


@dataclass(frozen=True)
class Diary:
    """Lines of lessons and closings of weeks."""

    lessons: list[Row]
    weeks: list[Row]


def diary_of(frame: Frame) -> Diary:
    """What the teachers of a school have written in the last weeks before the day."""
    rooms = [one for one in frame.school.classes_of(frame.year) if one.level in LEVELS]
    diary = Diary([], [])
    days = told_days(frame)
    timetable = timetable_of(frame, rooms)
    for room in rooms:
        random = stream(frame.seed, "diary", frame.key_of(room))
        diary.lessons.extend(_lessons(random, frame, room, timetable[room.id], days))
        diary.weeks.extend(_weeks(random, frame, room, days))
    return diary


def told_days(frame: Frame) -> list[date]:
    """The days with school of the last weeks; today is still being taught."""
    yesterday = frame.when.until - timedelta(days=1)
    first = _monday(yesterday) - timedelta(weeks=WEEKS_TOLD - 1)
    return [day for day in school_days_until(frame.when.days, yesterday) if day >= first]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def timetable_of(frame: Frame, rooms: Sequence[PlannedClass]) -> Timetable:
    """A week in which nobody stands in two classes at once; what does not fit is left out."""
    left: Counter[int] = Counter(
        {book.id: weekly_of(book) for room in rooms for book in room.books}
    )
    load: Counter[int] = Counter()
    for room in rooms:
        for book in room.books:
            load[book.teacher_id] += left[book.id]
    found: dict[int, dict[tuple[int, int], PlannedBook]] = defaultdict(dict)
    for at, slot in enumerate(SLOTS):
        busy: set[int] = set()
        turned = at % max(1, len(rooms))
        for room in [*rooms[turned:], *rooms[:turned]]:
            free = [one for one in room.books if left[one.id] and one.teacher_id not in busy]
            if free:
                chosen = max(free, key=lambda one: (load[one.teacher_id], left[one.id], one.id))
                found[room.id][slot] = chosen
                left[chosen.id] -= 1
                load[chosen.teacher_id] -= 1
                busy.add(chosen.teacher_id)
    return found


def weekly_of(book: PlannedBook) -> int:
    """Số tiết một tuần."""
    return round(max(book.periods) / WEEKS_OF_A_TERM)


def _lessons(
    random: Random,
    frame: Frame,
    room: PlannedClass,
    week: Mapping[tuple[int, int], PlannedBook],
    days: Sequence[date],
) -> Iterator[Row]:
    for day in days:
        for period in range(1, 6):
            book = week.get((day.weekday(), period))
            if book is not None and random.random() >= FORGOTTEN:
                yield _lesson(random, frame, room, book, (day, period))


def _lesson(
    random: Random,
    frame: Frame,
    room: PlannedClass,
    book: PlannedBook,
    when: tuple[date, int],
) -> Row:
    (day, period), teacher = when, frame.person(book.teacher_id)
    number = day.toordinal() // 7 * weekly_of(book) + period
    remark = random.choice(REMARKS) if random.random() < REMARKED else ""
    homework = random.choice(HOMEWORK) if random.random() < WITH_HOMEWORK else ""
    rating = json.dumps({"Xếp loại": random.choice(GRADES)}, ensure_ascii=False)
    late = random.random() < LATE and day + timedelta(days=1) < frame.when.until
    written = moment(day + timedelta(days=late), 19 if late else BEGINS["am"] + period, 40)
    where = (room.id, frame.school.id, frame.school.province_id, frame.year, day, "am", period)
    told = (book.id, None, topic_of(book.subject, number), remark, homework, rating)
    return (*where, *told, book.teacher_id, teacher.name, "", late, written, teacher.account_id, 1)


def _weeks(random: Random, frame: Frame, room: PlannedClass, days: Sequence[date]) -> Iterator[Row]:
    """Weeks that are over were closed by whoever leads the class, but some are forgotten."""
    for monday in sorted({_monday(day) for day in days}):
        saturday = monday + timedelta(days=5)
        if saturday < frame.when.until and random.random() >= LEFT_OPEN:
            where = (room.id, frame.school.id, frame.school.province_id, monday)
            leader = frame.person(room.homeroom_id)
            yield (*where, random.choice(WEEK_REMARKS), leader.name, moment(saturday, 11, 40))
