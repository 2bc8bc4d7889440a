"""The class diary of the main school: plans, lessons up to yesterday, closed weeks, a month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from demo.acting import acting_homeroom
from demo.blueprint import YEAR
from demo.cast import class_of
from demo.days import at, calendar_of_school
from demo.places import Places
from demo.syllabus import HOMEWORK, REMARKS, plan_of
from demo.tables import table, write
from khue.access.api import Actor
from khue.attendance.api import free_name
from khue.diary.services.months import hand_in_month
from kit.dates import vietnam_day, vietnam_time

SLOTS = [(weekday, period) for weekday in range(6) for period in range(1, 6)]
# Lessons that a teacher has not written yet, of the newest week: (class, subject) and how many.
MISSING = {("8A", "Toán"): 1, ("7B", "Khoa học tự nhiên"): 2, ("9C", "Ngoại ngữ 1"): 1}
# Classes whose last weeks nobody closed, and how many weeks.
OPEN_WEEKS = {"8A": 1, "9B": 2}
SHARE_LATE, SHARE_HOMEWORK, SHARE_REMARK = 0.03, 0.35, 0.3
GRADES = ["Tốt"] * 7 + ["Khá"] * 3


@dataclass(frozen=True)
class Taught:
    """A subject of a class with its teacher."""

    book: Any
    staff: Any
    weekly: int

    @property
    def key(self) -> tuple[str, str]:
        return self.book.school_class.name, self.book.subject.name


def tell_diary(places: Places, people: dict[str, Actor], now: datetime, seed: int) -> None:
    school, random = places.schools["main"], Random(seed)
    taught = _taught(school)
    titles = _write_plans(school, taught, now)
    lessons = list(_lessons(random, school, taught, titles, now))
    write("diary.Lesson", lessons)
    _close_weeks(school, lessons, now)
    _hand_in(school, people, now)


def _taught(school: Any) -> list[Taught]:
    rows = table("timetable.TeachingAssignment").objects.filter(
        school=school, class_subject__school_class__year=YEAR, ends_on=None
    )
    rows = rows.select_related("class_subject__school_class", "class_subject__subject", "staff")
    return [Taught(one.class_subject, one.staff, one.periods_per_week or 1) for one in rows]


def _write_plans(
    school: Any, taught: list[Taught], now: datetime
) -> dict[tuple[int, str], list[tuple[int, str, int]]]:
    """A plan for every subject of a grade; its lessons by subject and grade."""
    kinds = {(one.book.subject_id, one.book.school_class.grades[0]): one for one in taught}
    plans = write(
        "diary.TeachingPlan",
        [
            {
                "school": school, "province_id": school.province_id, "year": YEAR,
                "subject": one.book.subject, "grade": grade, "imported_by": "Vi Thị Thu",
                "imported_at": at(date(YEAR, 9, 1), 9) if now > at(date(YEAR, 9, 1), 9) else now,
            }
            for (_, grade), one in kinds.items()
        ],
    )  # fmt: skip
    told = {
        key: list(plan_of(one.book.subject.name, key[1], one.weekly)) for key, one in kinds.items()
    }
    items = [
        {"plan": plan, "number": number, "title": title, "week": week}
        for plan, key in zip(plans, kinds, strict=True)
        for number, title, week in told[key]
    ]
    write("diary.PlanItem", items)
    return told


def _timetable(random: Random, taught: list[Taught]) -> dict[tuple[int, int], list[Taught]]:
    """Who teaches in which hour of a week; nobody stands in two classes at once."""
    left = {one.book.pk: one.weekly for one in taught}
    rooms: dict[int, list[Taught]] = {}
    for one in taught:
        rooms.setdefault(one.book.school_class_id, []).append(one)
    found: dict[tuple[int, int], list[Taught]] = {slot: [] for slot in SLOTS}
    for slot in SLOTS:
        busy: set[int] = set()
        for room in random.sample(sorted(rooms), len(rooms)):
            free = [one for one in rooms[room] if left[one.book.pk] and one.staff.pk not in busy]
            if free:
                load = {one.book.pk: _load(taught, left, one) for one in free}
                chosen = max(free, key=lambda one: (load[one.book.pk], random.random()))
                found[slot].append(chosen)
                left[chosen.book.pk] -= 1
                busy.add(chosen.staff.pk)
    return _with_the_rest(found, rooms, left)


def _load(taught: list[Taught], left: dict[int, int], who: Taught) -> int:
    return sum(left[one.book.pk] for one in taught if one.staff.pk == who.staff.pk)


def _with_the_rest(
    found: dict[tuple[int, int], list[Taught]], rooms: dict[int, list[Taught]], left: dict[int, int]
) -> dict[tuple[int, int], list[Taught]]:
    """What fitted nowhere goes into an hour in which the class is free."""
    for room, books in rooms.items():
        empty = [
            slot for slot, held in found.items()
            if all(one.book.school_class_id != room for one in held)
        ]  # fmt: skip
        rest = [one for one in books for _ in range(left[one.book.pk])]
        for slot, one in zip(empty, rest, strict=False):
            found[slot].append(one)
    return found


def _lessons(
    random: Random,
    school: Any,
    taught: list[Taught],
    titles: dict[tuple[int, str], list[tuple[int, str, int]]],
    now: datetime,
) -> Iterator[dict[str, Any]]:
    timetable, done = _timetable(random, taught), dict.fromkeys((one.book.pk for one in taught), 0)
    days, today = calendar_of_school(school, now), vietnam_day(now)
    first, missing = days.first, dict(MISSING)
    monday = first - timedelta(days=first.weekday())
    newest = _newest_monday(today)
    while monday <= today:
        for weekday, period in SLOTS:
            day = monday + timedelta(days=weekday)
            if day > today or free_name(days, day) or not _is_over(day, period, now):
                continue
            for one in timetable[weekday, period]:
                done[one.book.pk] += 1
                if monday == newest and missing.get(one.key, 0):
                    missing[one.key] -= 1
                    continue
                plan = titles[one.book.subject_id, one.book.school_class.grades[0]]
                number = min(done[one.book.pk], len(plan))
                yield _lesson(random, school, one, day, period, number, plan[number - 1][1], now)
        monday += timedelta(days=7)


def _newest_monday(today: date) -> date:
    """The last week that is over."""
    monday = today - timedelta(days=today.weekday())
    return monday if today.weekday() == 6 else monday - timedelta(days=7)


def _is_over(day: date, period: int, now: datetime) -> bool:
    """Today only the first hours were written so far."""
    if day < vietnam_day(now):
        return True
    return period <= 2 and vietnam_time(now).hour >= 7 + period


def _lesson(
    random: Random, school: Any, one: Taught, day: date, period: int, number: int, title: str,
    now: datetime,
) -> dict[str, Any]:  # fmt: skip
    late = random.random() < SHARE_LATE and at(day + timedelta(days=1), 20) < now
    homework = HOMEWORK.get(one.book.subject.name, [])
    gives = homework and random.random() < SHARE_HOMEWORK
    written = at(day + timedelta(days=1), 19, 30) if late else at(day, 7 + period, 40)
    return {
        "school_class": one.book.school_class,
        "school": school,
        "province_id": school.province_id,
        "year": YEAR,
        "day": day,
        "session": "am",
        "period": period,
        "class_subject": one.book,
        "plan_number": number,
        "title": title,
        "remark": random.choice(REMARKS) if random.random() < SHARE_REMARK else "",
        "homework": random.choice(homework).format(n=number) if gives else "",
        "rating": {"Xếp loại": random.choice(GRADES)},
        "teacher": one.staff,
        "teacher_name": one.staff.name,
        "late": late,
        "written_at": min(written, now),
        "written_by_id": one.staff.account_id or 0,
    }


def _close_weeks(school: Any, lessons: list[dict[str, Any]], now: datetime) -> None:
    """Homeroom teachers closed every week that is over, but the newest of 8A and two of 9B."""
    homerooms = table("timetable.HomeroomAssignment").objects.select_related("staff")
    led = {one.school_class_id: one.staff for one in homerooms.filter(school=school)}
    newest = _newest_monday(vietnam_day(now))
    weeks = {
        (one["school_class"], one["day"] - timedelta(days=one["day"].weekday())) for one in lessons
    }
    write(
        "diary.WeekClosing",
        [
            {
                "school_class": room, "school": school, "province_id": school.province_id,
                "monday": monday, "remark": "Lớp giữ nền nếp tốt, đi học đều.",
                "closed_by": led[room.pk].name,
                "closed_at": min(at(monday + timedelta(days=5), 11, 40), now),
            }
            for room, monday in sorted(weeks, key=lambda one: (one[1], one[0].pk))
            if monday <= newest - timedelta(days=7 * OPEN_WEEKS.get(room.name, 0))
        ],
    )  # fmt: skip


def _hand_in(school: Any, people: dict[str, Actor], now: datetime) -> None:
    """The last month of 8A of which every week is closed waits for the principal's signature."""
    room, month = class_of(school, "8A"), _closed_month(vietnam_day(now))
    rows = table("diary.Lesson").objects.filter(school_class=room, day__gte=month)
    if not rows.filter(day__lt=(month + timedelta(days=31)).replace(day=1)).exists():
        return
    mai = table("records.Staff").objects.get(account_id=people["mai"].account_id)
    hand_in_month(
        actor=acting_homeroom(room, now), now=now - timedelta(days=1), class_id=room.pk,
        month=month, leader_id=mai.pk,
    )  # fmt: skip


def _closed_month(today: date) -> date:
    closed_until = _newest_monday(today) - timedelta(days=7 * OPEN_WEEKS["8A"] - 6)
    following = closed_until + timedelta(days=1)
    return (following.replace(day=1) - timedelta(days=1)).replace(day=1)
