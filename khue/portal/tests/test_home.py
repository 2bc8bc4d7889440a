"""The first page of each role: what is due, in which order, on a day with school and without."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khue.portal.rules.due import Due, Urgency
from khue.portal.views.home import facts_of
from kit.fences import EVERYTHING, scoped
from tests.attendance_places import make_attendance
from tests.cast import NOW, TODAY, YEAR, Cast, table

SUNDAY = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
DAWN = NOW - timedelta(hours=4)
LAST_WEEK = date(2026, 11, 9)
WORKERS = ["hoa", "nam", "mai", "thu", "binh", "dung", "ha"]
MOST_QUERIES = 44


def facts(cast: Cast, who: str, now: datetime = NOW) -> dict[str, Any]:
    with scoped(EVERYTHING):
        return facts_of(cast.people[who].actor, now)


def dues(cast: Cast, who: str, now: datetime = NOW) -> list[Due]:
    found: list[Due] = facts(cast, who, now)["dues"]
    return found


def routes(cast: Cast, who: str, now: datetime = NOW) -> list[str]:
    return [one.route for one in dues(cast, who, now)]


def steps(cast: Cast, who: str, part: str) -> list[tuple[str, bool]]:
    return [(one.title.split()[0], one.done) for one in facts(cast, who)[part].steps]


def test_an_empty_school_is_led_until_it_begins(cast: Cast) -> None:
    with scoped(EVERYTHING):
        make_attendance(cast.school_class, cast.minh.student)
    assert steps(cast, "mai", "school") == []
    with scoped(EVERYTHING):
        for one in ("attendance.Absence", "attendance.Taking", "gradebook.Progress"):
            table(one).objects.all().delete()
        table("records.Enrolment").objects.all().delete()
    led = steps(cast, "mai", "school")
    assert led == [("Lập", True), ("Nhập", True), ("Nhập", False), ("Phân", True), ("Trao", True)]
    led = steps(cast, "dung", "officer")
    assert led == [("Xem", True), ("Thêm", True), ("Trao", False), ("Trao", True)]
    assert "Còn 1 trường chưa có ai" in facts(cast, "dung")["officer"].steps[2].text
    assert steps(cast, "ha", "officer") == []


def write_lessons(cast: Cast, many: int, monday: date = LAST_WEEK) -> None:
    """Lessons of Toán 8A in a week, one a day."""
    with scoped(EVERYTHING):
        table("timetable.TeachingAssignment").objects.update(periods_per_week=4)
        for place in range(many):
            table("diary.Lesson").objects.create(
                school_class=cast.school_class,
                school=cast.school,
                province=cast.department,
                year=YEAR,
                day=monday + timedelta(days=place),
                session="am",
                period=1,
                class_subject=cast.maths,
                title="Đa thức",
                teacher=cast.hoa.staff,
                teacher_name=cast.hoa.name,
                written_at=NOW,
                written_by_id=cast.hoa.account.pk,
            )


def test_the_homeroom_teacher_is_told_at_once_that_nobody_took_the_morning(cast: Cast) -> None:
    first = dues(cast, "binh")[0]
    assert (first.urgency, first.route, first.args) == (
        Urgency.NOW,
        "attendance.take",
        (cast.school_class.pk,),
    )
    assert first.query == "session=am"


def test_before_school_begins_nobody_is_hurried(cast: Cast) -> None:
    assert dues(cast, "binh", DAWN)[0].urgency == Urgency.TODAY
    assert "attendance.school" not in routes(cast, "mai", DAWN)


def test_who_leads_no_class_is_not_asked_to_take_it(cast: Cast) -> None:
    assert "attendance.take" not in routes(cast, "hoa")


def test_on_sunday_nothing_of_the_day_is_due_and_the_next_day_is_named(cast: Cast) -> None:
    told = facts(cast, "binh", SUNDAY)
    assert told["day"].free == "Chủ Nhật"
    assert (told["day"].shown, told["day"].next) == (date(2026, 11, 21), date(2026, 11, 23))
    assert "attendance.take" not in routes(cast, "binh", SUNDAY)
    assert "attendance.school" not in routes(cast, "mai", SUNDAY)


def test_a_lesson_that_the_week_lacks_is_late_and_leads_to_its_line(cast: Cast) -> None:
    write_lessons(cast, 3)
    late = dues(cast, "hoa")[0]
    assert (late.urgency, late.route, late.args) == (
        Urgency.LATE,
        "diary.write",
        (cast.maths.pk,),
    )
    assert late.title == "Ghi bù 1 tiết Toán 8A"


def test_a_school_that_keeps_no_diary_here_is_not_reminded_of_it(cast: Cast) -> None:
    with scoped(EVERYTHING):
        table("timetable.TeachingAssignment").objects.update(periods_per_week=4)
    assert "diary.write" not in routes(cast, "hoa")


def test_a_week_with_a_day_off_is_not_counted(cast: Cast) -> None:
    write_lessons(cast, 3)
    with scoped(EVERYTHING):
        table("organisations.SchoolYear").objects.update(
            local={"breaks": [["Nghỉ rét", "2026-11-10", "2026-11-10"]]}
        )
    assert "diary.write" not in routes(cast, "hoa")


def test_the_week_that_is_over_waits_to_be_closed(cast: Cast) -> None:
    write_lessons(cast, 4)
    week = next(one for one in dues(cast, "binh") if one.route == "diary.week")
    assert week.query == f"tuan={LAST_WEEK.isoformat()}"
    with scoped(EVERYTHING):
        table("diary.WeekClosing").objects.create(
            school_class=cast.school_class,
            school=cast.school,
            province=cast.department,
            monday=LAST_WEEK,
            closed_by="Lý Văn Bình",
            closed_at=NOW,
        )
    assert "diary.week" not in routes(cast, "binh")


def test_a_request_for_leave_waits_at_the_homeroom_teacher_and_the_leaders(cast: Cast) -> None:
    with scoped(EVERYTHING):
        make_attendance(cast.school_class, cast.minh.student)
    for who in ("binh", "mai", "thu"):
        assert "attendance.notes" in routes(cast, who)
    assert "attendance.notes" not in routes(cast, "hoa")


def test_who_is_away_today_stands_on_the_page_of_the_class(cast: Cast) -> None:
    with scoped(EVERYTHING):
        make_attendance(cast.school_class, cast.minh.student)
    (led,) = facts(cast, "binh")["teacher"].homerooms
    assert [(session, line.name) for session, line in led.away] == [("am", cast.minh.name)]


def test_the_principal_sees_the_school_of_today(cast: Cast) -> None:
    with scoped(EVERYTHING):
        make_attendance(cast.school_class, cast.minh.student)
    school = facts(cast, "mai")["school"]
    assert (school.students, school.absent, school.present) == (4, 1, 3)
    assert [one.card.name for one in school.not_taken] == ["8B"]
    assert "attendance.school" in routes(cast, "mai")


def test_officers_see_each_school_in_short(cast: Cast) -> None:
    with scoped(EVERYTHING):
        make_attendance(cast.school_class, cast.minh.student)
    province, commune = facts(cast, "dung")["officer"], facts(cast, "ha")["officer"]
    told = {one.school.id: one.today for one in province.lines}
    assert told[cast.other_school.pk] is None
    assert [one.classes for one in told.values() if one] == [1]
    assert [one.school.id for one in commune.lines] == [cast.school.pk]


def test_marks_are_due_by_the_last_day_to_enter(cast: Cast) -> None:
    with scoped(EVERYTHING):
        table("gradebook.Progress").objects.create(
            class_subject=cast.maths,
            term=1,
            school=cast.school,
            province=cast.department,
            year=YEAR,
            due=24,
            entered=20,
            changed_at=NOW,
        )
        table("gradebook.EntryWindow").objects.create(
            organisation=cast.department,
            year=YEAR,
            period=1,
            opens_on=date(2026, 9, 7),
            closes_on=TODAY + timedelta(days=2),
        )
    marks = next(one for one in dues(cast, "hoa") if one.route.startswith("gradebook."))
    assert (marks.urgency, marks.route, marks.args) == (
        Urgency.NOW,
        "gradebook.grid",
        (cast.maths.pk, 1),
    )
    assert "Còn 4 điểm" in marks.title


def test_an_empty_day_ends_with_a_calm_sentence(cast: Cast) -> None:
    page = cast.client("nam").get("/").content.decode()
    assert "Hôm nay không còn việc đến hạn." in page


def test_whoever_has_no_role_is_told_whom_to_ask(cast: Cast) -> None:
    assert "Tài khoản chưa được giao việc" in cast.client("stranger").get("/").content.decode()


@pytest.mark.parametrize("who", WORKERS)
def test_everything_due_leads_to_a_page_that_opens(cast: Cast, who: str) -> None:
    write_lessons(cast, 3)
    with scoped(EVERYTHING):
        make_attendance(cast.school_class, cast.minh.student)
    client = cast.client(who)
    for one in dues(cast, who):
        address = reverse(one.route, args=one.args)
        assert client.get(f"{address}?{one.query}").status_code == 200, address


@pytest.mark.parametrize("who", WORKERS)
def test_the_page_asks_few_questions_however_many_pupils(cast: Cast, who: str) -> None:
    write_lessons(cast, 3)
    client = cast.client(who)
    client.get("/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/")
    assert len(asked) <= MOST_QUERIES


def test_the_navigation_counts_what_waits(cast: Cast) -> None:
    with scoped(EVERYTHING):
        make_attendance(cast.school_class, cast.minh.student)
    assert facts(cast, "binh")["badges"][reverse("attendance.notes")] == 1
