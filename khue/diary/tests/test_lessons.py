"""Writing the diary: by whom, on which days, two at once, after the week is closed."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from khue.access.api import OutsidePlace, Refused
from khue.diary.services.lessons import Written, remove_lesson, write_lesson
from khue.diary.services.weeks import close_week, reopen_week
from khue.diary.services.work import DiaryRefused, LessonClash
from khue.ledger.api import history_of
from kit.fences import EVERYTHING, scoped
from tests.cast import NOW, TODAY, Cast, make_cast, table

MONDAY = date(2026, 11, 16)


def write(cast: Cast, who: str = "hoa", **more: Any) -> Written:
    given = {
        "class_id": cast.school_class.pk,
        "class_subject_id": cast.maths.pk,
        "day": TODAY,
        "session": "am",
        "period": 1,
        "title": "Hằng đẳng thức",
        "plan_number": 5,
        **more,
    }
    with scoped(EVERYTHING):
        return write_lesson(actor=cast.people[who].actor, now=NOW, **given)


def lesson(written: Written) -> Any:
    with scoped(EVERYTHING):
        return table("diary.Lesson").objects.get(pk=written.lesson_id)


def history(written: Written) -> list[Any]:
    with scoped(EVERYTHING):
        return history_of(f"lesson:{written.lesson_id}")


def close(cast: Cast, who: str = "binh") -> None:
    with scoped(EVERYTHING):
        close_week(
            actor=cast.people[who].actor,
            now=NOW,
            class_id=cast.school_class.pk,
            monday=MONDAY,
            remark="Lớp ngoan",
        )


def test_the_assigned_teacher_writes_and_the_ledger_keeps_it(cast: Cast) -> None:
    made = write(cast, rating={"Xếp loại": "Tốt"}, remark="  Sôi nổi ")
    row = lesson(made)
    assert (row.teacher_name, row.stands_in_for, row.late) == ("Nông Thị Hoa", "", False)
    assert (row.remark, row.rating, row.plan_number) == ("Sôi nổi", {"Xếp loại": "Tốt"}, 5)
    assert [one.action for one in history(made)] == ["write"]


def test_yesterdays_lesson_is_a_late_line(cast: Cast) -> None:
    assert write(cast, day=date(2026, 11, 19)).late
    assert not write(cast, session="pm").late


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 11, 21), "chưa tới"),
        (date(2026, 11, 15), "Chủ nhật"),
        (date(2026, 6, 1), "ngoài năm học"),
    ],
)
def test_a_day_without_school_and_a_day_to_come_are_refused(
    cast: Cast, day: date, why: str
) -> None:
    with pytest.raises(DiaryRefused, match=why):
        write(cast, day=day)


def test_a_break_of_the_year_is_refused_by_its_name(cast: Cast) -> None:
    with scoped(EVERYTHING):
        table("organisations.SchoolYear").objects.update(
            local={"breaks": [["Nghỉ tránh bão", "2026-11-19", "2026-11-19"]]}
        )
    with pytest.raises(DiaryRefused, match="Nghỉ tránh bão"):
        write(cast, day=date(2026, 11, 19))


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"title": "  "}, "tên bài"),
        ({"period": 0}, "tiết từ 1"),
        ({"session": "xx"}, "sáng hoặc chiều"),
        ({"plan_number": 0}, "PPCT"),
        ({"rating": {"Xếp loại": "Giỏi"}}, "không có mức"),
    ],
)
def test_what_the_book_cannot_hold_is_refused(cast: Cast, more: dict[str, Any], why: str) -> None:
    with pytest.raises(DiaryRefused, match=why):
        write(cast, **more)


def test_a_substitute_says_for_whom(cast: Cast) -> None:
    with pytest.raises(DiaryRefused, match="dạy thay cho ai: Nông Thị Hoa"):
        write(cast, "binh")
    row = lesson(write(cast, "binh", stands_in_for="Nông Thị Hoa"))
    assert (row.teacher_name, row.stands_in_for) == ("Lý Văn Bình", "Nông Thị Hoa")


def test_nobody_from_elsewhere_and_no_family_writes(cast: Cast) -> None:
    for who in ("nam", "lan", "minh", "stranger"):
        with pytest.raises((OutsidePlace, Refused)):
            write(cast, who)
    with pytest.raises(Refused):
        write(cast, "dung")


def test_a_subject_of_another_class_does_not_exist_here(cast: Cast) -> None:
    with pytest.raises(OutsidePlace):
        write(cast, class_subject_id=cast.sister_maths.pk)


def test_a_period_is_written_once(cast: Cast) -> None:
    write(cast)
    with pytest.raises(LessonClash, match="đã ghi môn Toán"):
        write(cast, "binh", class_subject_id=cast.literature.pk)
    with pytest.raises(LessonClash, match="đã ghi môn Toán"):
        write(cast)


def test_the_second_of_two_who_change_is_told(cast: Cast) -> None:
    write(cast)
    assert write(cast, title="Luyện tập", base_version=1).version == 2
    with pytest.raises(LessonClash, match="vừa sửa"):
        write(cast, title="Ôn tập", base_version=1)
    with scoped(EVERYTHING):
        told = table("ledger.Entry").objects.filter(subject__startswith="lesson:").latest("pk")
    assert told.action == "change"


def test_saving_the_same_again_writes_nothing(cast: Cast) -> None:
    made = write(cast)
    assert write(cast, base_version=1).version == 1
    assert len(history(made)) == 1


def test_another_teacher_does_not_change_the_line_but_a_leader_does(cast: Cast) -> None:
    with scoped(EVERYTHING):
        table("timetable.HomeroomAssignment").objects.all().delete()
        table("access.Grant").objects.filter(role="homeroom_teacher").delete()
    write(cast)
    with pytest.raises(DiaryRefused, match="do Nông Thị Hoa ghi"):
        write(cast, "binh", title="Khác", base_version=1)
    row = lesson(write(cast, "mai", title="Luyện tập", base_version=1))
    assert (row.title, row.teacher_name) == ("Luyện tập", "Nông Thị Hoa")


def test_after_the_week_is_closed_only_homeroom_and_leaders_change_with_a_reason(
    cast: Cast,
) -> None:
    made = write(cast)
    close(cast)
    with pytest.raises(DiaryRefused, match="đã chốt nên chỉ"):
        write(cast, title="Khác", base_version=1, reason="Ghi nhầm")
    with pytest.raises(DiaryRefused, match="ghi lý do"):
        write(cast, "binh", title="Khác", base_version=1)
    write(cast, "binh", title="Luyện tập", base_version=1, reason="Ghi nhầm bài")
    newest = history(made)[0]
    assert newest.old["title"] == "Hằng đẳng thức"
    assert newest.reason == "Ghi nhầm bài"
    with pytest.raises(DiaryRefused, match="đã chốt nên chỉ"):
        write(cast, period=2)


def test_a_leader_opens_the_week_again_with_a_reason(cast: Cast) -> None:
    write(cast)
    close(cast)
    given: dict[str, Any] = {"now": NOW, "class_id": cast.school_class.pk, "monday": MONDAY}
    with scoped(EVERYTHING):
        with pytest.raises(Refused):
            reopen_week(actor=cast.binh.actor, reason="Sửa", **given)
        with pytest.raises(DiaryRefused, match="lý do"):
            reopen_week(actor=cast.mai.actor, reason=" ", **given)
        reopen_week(actor=cast.mai.actor, reason="Thiếu tiết thứ Sáu", **given)
    assert write(cast, period=2).version == 1


def test_a_week_is_closed_once_by_its_homeroom_when_it_has_lessons(cast: Cast) -> None:
    with pytest.raises(DiaryRefused, match="chưa có tiết nào"):
        close(cast)
    write(cast)
    with pytest.raises(Refused):
        close(cast, "hoa")
    close(cast)
    with pytest.raises(DiaryRefused, match="đã được Lý Văn Bình chốt"):
        close(cast, "mai")
    with scoped(EVERYTHING), pytest.raises(DiaryRefused, match="chưa tới"):
        close_week(
            actor=cast.binh.actor,
            now=NOW,
            class_id=cast.school_class.pk,
            monday=MONDAY + timedelta(days=7),
        )


def test_a_line_written_by_mistake_is_taken_out_and_stays_in_the_ledger(cast: Cast) -> None:
    made = write(cast)
    given: dict[str, Any] = {"now": NOW, "lesson_id": made.lesson_id, "base_version": 1}
    with scoped(EVERYTHING):
        with pytest.raises(DiaryRefused, match="lý do"):
            remove_lesson(actor=cast.hoa.actor, reason="", **given)
        remove_lesson(actor=cast.hoa.actor, reason="Nhầm tiết", **given)
        assert not table("diary.Lesson").objects.exists()
    newest = history(made)[0]
    assert (newest.action, newest.reason) == ("remove", "Nhầm tiết")


def test_two_who_write_the_same_period_at_once_leave_one_line(committed_database: str) -> None:
    with scoped(EVERYTHING), transaction.atomic():
        cast = make_cast()
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def teacher(who: str, **more: Any) -> None:
        start.wait(timeout=60)
        try:
            write(cast, who, **more)
            outcomes.append("written")
        except LessonClash:
            outcomes.append("clash")
        connection.close()

    other = {"class_subject_id": cast.literature.pk}
    threads = [
        threading.Thread(target=teacher, args=("hoa",)),
        threading.Thread(target=teacher, args=("binh",), kwargs=other),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == ["clash", "written"]
