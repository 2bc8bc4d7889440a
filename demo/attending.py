"""Weeks of attendance: who took it, who was away and why, the children one worries about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.conf import settings

from demo.acting import roll_of
from demo.blueprint import YEAR
from demo.cast import CHILD, class_of
from demo.days import at, days_told, next_school_day
from demo.places import Places
from demo.tables import table, write
from khue.access.api import Actor
from kit.cipher import seal

WEEKS_ELSEWHERE = 2
SHARE_AWAY, SHARE_LATE = 0.022, 0.012
REASONS = {
    "p": ["Sốt, mẹ gọi điện xin nghỉ", "Đau bụng", "Đi khám răng", "Nhà có việc hiếu", "Ho nhiều"],
    "k": ["", "", "Đã gọi cho gia đình, chưa ai nghe máy"],
    "m": ["Xe hỏng giữa đường", "Ngủ quên", "", "Mưa to, đường trơn"],
    "s": ["Đau đầu, mẹ đón về", "Sốt, phòng y tế cho về"],
}
# Kinds of the latest days, the last one first: each brings an alert of another kind.
WORRIES: dict[tuple[str, int], str] = {
    ("8A", 20): "kkk",
    ("8A", 27): "kmmkm.mkm.k",
    ("7B", 9): "pppppp",
    ("9A", 12): "p" * 31,
}


@dataclass(frozen=True)
class Room:
    """A class with its roll, its sessions and whoever takes the attendance."""

    room: Any
    pupils: Sequence[Any]
    since: dict[int, date]
    sessions: tuple[str, ...]
    teacher: str
    teacher_id: int


def tell_attendance(places: Places, people: dict[str, Actor], now: datetime, seed: int) -> None:
    """Takings and absences of every school, nine weeks of the main one; requests for leave."""
    random = Random(seed)
    for key, school in places.schools.items():
        days = days_told(school, now) if key == "main" else days_told(school, now, WEEKS_ELSEWHERE)
        rooms = list(_rooms(school))
        if days and rooms:
            _write_days(random, school, rooms, days, now)
    _ask_leave(places.schools["main"], people, now)


def _rooms(school: Any) -> Iterator[Room]:
    homerooms = table("timetable.HomeroomAssignment").objects.select_related("staff")
    led = {one.school_class_id: one.staff for one in homerooms.filter(school=school)}
    seats: dict[int, list[Any]] = {}
    rows = table("records.Enrolment").objects.filter(school=school, year=YEAR, status="studying")
    for seat in rows.select_related("student").order_by("student__name_key", "student_id"):
        seats.setdefault(seat.school_class_id, []).append(seat)
    sessions = ("am", "pm") if school.two_sessions else ("am",)
    for room in table("organisations.SchoolClass").objects.filter(school=school, year=YEAR):
        held, teacher = seats.get(room.pk, []), led.get(room.pk)
        if held and teacher and teacher.account_id:
            pupils, since = (
                [one.student for one in held],
                {one.student_id: one.starts_on for one in held},
            )
            yield Room(room, pupils, since, sessions, teacher.name, teacher.account_id)


def _write_days(
    random: Random, school: Any, rooms: list[Room], days: list[date], now: datetime
) -> None:
    takings: list[dict[str, Any]] = []
    absences: list[dict[str, Any]] = []
    today_left_out = {one.room.name for one in rooms[3::4]}
    for one in rooms:
        for day in days:
            if day == days[-1] and at(day, 12) > now and one.room.name in today_left_out:
                continue
            for session in _begun(one.sessions, day, now):
                where = _where(school, one, day, session)
                takings.append(_taking(one, where, random))
                absences += _absences(random, one, where, days, now)
    write("attendance.Taking", takings)
    write("attendance.Absence", absences)


def _begun(sessions: Sequence[str], day: date, now: datetime) -> list[str]:
    return [one for one in sessions if at(day, 7 if one == "am" else 14) < now]


def _where(school: Any, one: Room, day: date, session: str) -> dict[str, Any]:
    return {
        "school_class": one.room,
        "school_id": school.pk,
        "province_id": school.province_id,
        "year": YEAR,
        "day": day,
        "session": session,
    }


def _taking(one: Room, where: dict[str, Any], random: Random) -> dict[str, Any]:
    there = sum(one.since[pupil.pk] <= where["day"] for pupil in one.pupils)
    hour = 7 if where["session"] == "am" else 14
    return {
        **where,
        "taken_by": one.teacher,
        "taken_by_id": one.teacher_id,
        "taken_at": at(where["day"], hour, random.randint(2, 25)),
        "size": there,
    }


def _absences(
    random: Random, one: Room, where: dict[str, Any], days: list[date], now: datetime
) -> Iterator[dict[str, Any]]:
    since_last = len(days) - 1 - days.index(where["day"])
    for place, pupil in enumerate(one.pupils):
        if one.since[pupil.pk] > where["day"]:
            continue
        told = WORRIES.get((one.room.name, place), "") if where["session"] == "am" else ""
        kind = told[since_last] if since_last < len(told) else _usual(random)
        if kind not in REASONS:
            continue
        yield {
            **where,
            "student": pupil,
            "kind": kind,
            "minutes": random.choice([5, 10, 15, 20]) if kind in "ms" else None,
            "note": random.choice(REASONS[kind]),
            "written_by": one.teacher,
            "written_at": min(at(where["day"], 8), now),
        }


def _usual(random: Random) -> str:
    drawn = random.random()
    if drawn < SHARE_AWAY:
        return "p" if random.random() < 0.8 else "k"
    if drawn < SHARE_AWAY + SHARE_LATE:
        return "m" if random.random() < 0.8 else "s"
    return "."


def _ask_leave(school: Any, people: dict[str, Actor], now: datetime) -> None:
    """Requests in every state, about em Minh and two classmates."""
    room, lan = class_of(school, "8A"), people["lan"]
    roll = roll_of(room)
    minh = next(one for one in roll if one.name == CHILD)
    told, ahead = days_told(school, now), next_school_day(school, now)
    last = told[-1]
    others = [one for one in (roll[4], roll[30]) if one.pk != minh.pk]
    rows = [
        (minh, told[-16], told[-16], "Cháu sốt 38,5 độ, gia đình xin cho cháu nghỉ học một ngày.",
         lan, "approved", "Thầy đã nhận. Chúc em mau khỏe.", at(told[-16], 6, 20)),
        (minh, told[-9], told[-9], "Gia đình xin cho cháu nghỉ đi chơi xa cùng họ hàng.", lan,
         "refused", "Hôm ấy lớp kiểm tra giữa kì, mong gia đình sắp xếp hôm khác.",
         at(told[-11], 20, 5)),
        (minh, told[-5], told[-5], "Cháu phải đi khám mắt.", lan, "withdrawn", "",
         at(told[-6], 19, 40)),
        (minh, ahead, ahead, "Cháu đi khám mắt ở bệnh viện tỉnh, chiều cháu học bù cùng bạn.", lan,
         "asked", "", min(at(last, 19, 12), now)),
        *[(one, ahead, ahead + timedelta(days=number), reason, None, "asked", "",
           min(at(last, 18, 30 + number), now))
          for number, (one, reason) in enumerate(zip(others, [
              "Nhà có đám cưới chị gái, gia đình xin cho cháu nghỉ một ngày.",
              "Cháu bị thủy đậu, bác sĩ dặn nghỉ ở nhà hai ngày.",
          ], strict=False))],
    ]  # fmt: skip
    write("attendance.ExcuseNote", [_note(room, school, *row) for row in rows])
    _excuse(minh, told[-16], room, school, now)


def _note(
    room: Any,
    school: Any,
    child: Any,
    first: date,
    last: date,
    reason: str,
    asker: Actor | None,
    state: str,
    answer: str,
    asked_at: datetime,
) -> dict[str, Any]:
    answered = state in ("approved", "refused")
    return {
        "student": child,
        "school_class": room,
        "school_id": school.pk,
        "province_id": school.province_id,
        "first_day": first,
        "last_day": last,
        "reason": seal(reason, label="excuse.reason", key_hex=settings.FIELD_KEY),
        "asked_by": asker.name if asker else f"Phụ huynh em {child.name}",
        "asked_by_id": asker.account_id if asker else 0,
        "asked_at": asked_at,
        "state": state,
        "answered_by": "Lý Văn Bình" if answered else "",
        "answered_at": asked_at + timedelta(minutes=35) if answered else None,
        "answer": answer,
    }


def _excuse(child: Any, day: date, room: Any, school: Any, now: datetime) -> None:
    """The day of the request that was granted stands as an absence with permission."""
    table("attendance.Absence").objects.update_or_create(
        student=child, day=day, session="am", period=0,
        defaults={
            "school_class": room, "school_id": school.pk, "province_id": school.province_id,
            "year": YEAR, "kind": "p", "minutes": None, "note": "", "source": "note",
            "written_by": "Lý Văn Bình", "written_at": min(at(day, 7), now),
        },
    )  # fmt: skip
