"""The pages of the diary: page × person, two taps to save, the month as PDF, signed."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from khue.diary.queries.missing import counts_of_week
from khue.diary.queries.teaching import teaching_of_school
from khue.diary.services.lessons import write_lesson
from khue.diary.services.months import hand_in_month, open_month, print_month_book
from khue.diary.services.weeks import close_week
from khue.diary.services.work import DiaryRefused
from khue.organisations.api import class_subjects
from khue.signing.services.bulk import sign_slice
from khue.signing.tests.pki import Authority, Pki
from khue.signing.tests.signwork import PIN, credential, ids, now, trust
from kit.fences import EVERYTHING, scoped
from tests.cast import NOW, TODAY, YEAR, Cast, table

MONDAY = date(2026, 11, 16)
SUNDAY_NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
NOVEMBER = date(2026, 11, 1)
PEOPLE = ("hoa", "binh", "mai", "thu", "nam", "lan", "minh")


def fill(cast: Cast) -> int:
    """Two lessons of Friday, one of them by a substitute and written late."""
    given = {"now": NOW, "class_id": cast.school_class.pk, "class_subject_id": cast.maths.pk}
    with scoped(EVERYTHING):
        made = write_lesson(
            actor=cast.hoa.actor,
            day=TODAY,
            session="am",
            period=1,
            title="Hằng đẳng thức đáng nhớ",
            plan_number=5,
            rating={"Xếp loại": "Tốt"},
            remark="Lớp sôi nổi",
            **given,
        )
        write_lesson(
            actor=cast.binh.actor,
            day=date(2026, 11, 19),
            session="am",
            period=2,
            title="Luyện tập",
            stands_in_for="Nông Thị Hoa",
            **given,
        )
    return made.lesson_id


def miss(cast: Cast, name: str, kind: str, period: int = 0) -> None:
    """Somebody was not there on Friday morning."""
    where = {"school": cast.school, "province": cast.department, "year": YEAR, "day": TODAY}
    with scoped(EVERYTHING):
        student = next(one for one in cast.classmates if one.name == name)
        table("attendance.Absence").objects.create(
            student=student,
            school_class=cast.school_class,
            session="am",
            period=period,
            kind=kind,
            written_by="Lý Văn Bình",
            written_at=NOW,
            **where,
        )


def close(cast: Cast) -> None:
    with scoped(EVERYTHING):
        close_week(
            actor=cast.binh.actor,
            now=NOW,
            class_id=cast.school_class.pk,
            monday=MONDAY,
            remark="Tuần này lớp tiến bộ",
        )


def page(cast: Cast, who: str, route: str, *args: Any) -> int:
    return int(cast.client(who).get(reverse(route, args=args)).status_code)


def test_who_reads_the_diary_of_a_class(cast: Cast) -> None:
    line = fill(cast)
    seen = {
        route: [page(cast, who, route, *args) for who in PEOPLE]
        for route, args in {
            "diary.week": [cast.school_class.pk],
            "diary.month": [cast.school_class.pk, "2026-11"],
            "diary.change": [line],
            "diary.teaching": [],
            "diary.ratings": [cast.school.pk],
        }.items()
    }
    assert seen == {
        "diary.week": [200, 200, 200, 200, 404, 403, 403],
        "diary.month": [200, 200, 200, 200, 404, 403, 403],
        "diary.change": [200, 200, 200, 403, 404, 403, 403],
        "diary.teaching": [403, 403, 200, 200, 403, 403, 403],
        "diary.ratings": [403, 403, 200, 403, 403, 403, 403],
    }


def test_a_lesson_is_saved_from_the_page_of_today(cast: Cast, monkeypatch: Any) -> None:
    now = datetime.combine(TODAY, time(9), tzinfo=NOW.tzinfo)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    client = cast.client("hoa")
    shown = client.get(reverse("diary.today")).content.decode()
    assert "Toán, lớp 8A" in shown
    assert "Tiết PPCT kế tiếp: 1" in shown
    form = {"day": "20/11/2026", "session": "am", "period": "2", "title": "Đơn thức"}
    answer = client.post(
        reverse("diary.write", args=[cast.maths.pk]), {**form, "plan_number": "1", "back": "today"}
    )
    assert answer.status_code == 302
    shown = client.get(reverse("diary.today")).content.decode()
    assert "Tiết PPCT kế tiếp: 2" in shown
    assert "Đơn thức" in shown


def test_a_refusal_stands_beside_the_form(cast: Cast) -> None:
    form = {"day": "15/11/2026", "session": "am", "period": "2", "title": "Đơn thức"}
    answer = cast.client("hoa").post(reverse("diary.write", args=[cast.maths.pk]), form)
    assert answer.status_code == 200
    assert "Chủ nhật" in answer.content.decode()


def test_absent_pupils_come_from_attendance(cast: Cast) -> None:
    fill(cast)
    miss(cast, "Nông Văn Ân", "k")
    miss(cast, "Hoàng Thị Ánh", "m")
    address = reverse("diary.week", args=[cast.school_class.pk]) + "?tuan=2026-11-20"
    shown = cast.client("hoa").get(address).content.decode()
    assert "Nông Văn Ân (K)" in shown
    assert "Hoàng Thị Ánh (" not in shown
    assert "Ghi bù" in shown
    assert "dạy thay Nông Thị Hoa" in shown


@pytest.mark.parametrize("route", ["diary.week", "diary.month"])
def test_a_full_book_asks_no_more_than_an_empty_one(cast: Cast, route: str) -> None:
    """Thirty lessons and their absent pupils cost as many statements as one."""
    fill(cast)
    client = cast.client("mai")
    where, asked = book_address(cast, route)
    client.get(where, asked)
    with CaptureQueriesContext(connection) as few:
        assert client.get(where, asked).status_code == 200
    fill_week(cast)
    with CaptureQueriesContext(connection) as many:
        assert client.get(where, asked).status_code == 200
    assert len(many) <= len(few)
    assert len(many) < 40


def test_lessons_that_were_not_written_are_told_without_a_timetable(cast: Cast) -> None:
    """Four periods a week by the assignment, two in the book: two are missing, in both views."""
    with scoped(EVERYTHING):
        assigned = table("timetable.TeachingAssignment").objects
        assigned.filter(class_subject=cast.maths).update(periods_per_week=4)
    fill(cast)
    cards, sunday = class_subjects(cast.school_class.pk), date(2026, 11, 22)
    with scoped(EVERYTHING):
        found = counts_of_week(cards, MONDAY, sunday)
        running = counts_of_week(cards, MONDAY, TODAY)
        rows = teaching_of_school(cast.mai.actor, cast.school.pk, YEAR, SUNDAY_NOON)
    count = found[cast.maths.pk]
    assert (count.written, count.promised, count.missing) == (2, 4, 2)
    assert running == {}
    assert {one.card.id: one.missing for one in rows}[cast.maths.pk] == 2
    assert [one.card.id for one in rows if one.missing] == [cast.maths.pk]


def test_a_week_with_a_day_off_promises_nothing(cast: Cast) -> None:
    with scoped(EVERYTHING):
        assigned = table("timetable.TeachingAssignment").objects
        assigned.filter(class_subject=cast.maths).update(periods_per_week=4)
        years = table("organisations.SchoolYear").objects
        years.filter(province=cast.department, start_year=YEAR).update(
            local={"breaks": [["Nghỉ lũ", TODAY.isoformat(), TODAY.isoformat()]]}
        )
        cards = class_subjects(cast.school_class.pk)
        assert counts_of_week(cards, MONDAY, date(2026, 11, 22)) == {}


def book_address(cast: Cast, route: str) -> tuple[str, dict[str, str]]:
    of_month = ["2026-11"] if route == "diary.month" else []
    where = reverse(route, args=[cast.school_class.pk, *of_month])
    return where, {"tuan": MONDAY.isoformat()}


def fill_week(cast: Cast) -> None:
    """Every period from Monday to Saturday, with somebody absent in each."""
    common = {
        "school": cast.school, "province": cast.department, "year": YEAR,
        "school_class": cast.school_class, "session": "am",
    }  # fmt: skip
    with scoped(EVERYTHING):
        lessons, absences = table("diary.Lesson").objects, table("attendance.Absence").objects
        taken = set(lessons.values_list("day", "period"))
        for day in (MONDAY + timedelta(days=one) for one in range(6)):
            for period in range(1, 6):
                if (day, period) not in taken:
                    lessons.create(
                        **common, day=day, period=period, class_subject=cast.maths,
                        title=f"Bài số {period}", teacher=cast.hoa.staff,
                        teacher_name=cast.hoa.name, written_at=NOW, written_by_id=1,
                    )  # fmt: skip
                absences.create(
                    **common, day=day, period=period, kind="k", student=cast.classmates[0],
                    written_by="A", written_at=NOW,
                )  # fmt: skip


def test_a_week_is_taken_home_as_excel(cast: Cast) -> None:
    fill(cast)
    address = reverse("diary.week", args=[cast.school_class.pk]) + "?tuan=2026-11-20&format=xlsx"
    answer = cast.client("mai").get(address)
    assert answer.content[:2] == b"PK"


def test_the_pdf_of_a_month_tells_what_the_paper_book_tells(cast: Cast) -> None:
    fill(cast)
    miss(cast, "Nông Văn Ân", "p")
    close(cast)
    with scoped(EVERYTHING):
        made = print_month_book(
            actor=cast.mai.actor, now=NOW, class_id=cast.school_class.pk, month=NOVEMBER
        )
    read = PdfReader(io.BytesIO(made.content))
    text = " ".join(" ".join(one.extract_text().split()) for one in read.pages)
    for told in (
        "SỔ GHI ĐẦU BÀI",
        "Tên bài, nội dung công việc",
        "Hằng đẳng thức đáng nhớ",
        "Nông Văn Ân (P)",
        "dạy thay Nông Thị Hoa; ghi bù",
        "Tuần này lớp tiến bộ",
        "xếp loại Tốt: 1",
        "HIỆU TRƯỞNG",
    ):
        assert told in text, told
    assert made.name == "so-dau-bai-8a-2026-11.pdf"


def test_a_month_with_an_open_week_is_not_handed_in(cast: Cast) -> None:
    given = {"actor": cast.binh.actor, "now": NOW, "class_id": cast.school_class.pk}
    leader = {"month": NOVEMBER, "leader_id": cast.mai.staff.pk}
    with scoped(EVERYTHING):
        with pytest.raises(DiaryRefused, match="chưa có tiết nào"):
            hand_in_month(**given, **leader)
        fill(cast)
        with pytest.raises(DiaryRefused, match="16/11/2026 chưa chốt"):
            hand_in_month(**given, **leader)
        close(cast)
        with pytest.raises(DiaryRefused, match="Chưa chọn được người ký"):
            hand_in_month(**given, month=NOVEMBER, leader_id=cast.hoa.staff.pk)


def test_a_month_is_signed_by_a_leader_and_shown_as_signed(
    cast: Cast, pki: Pki, authority: Authority, settings: Any, tmp_path: Any
) -> None:
    settings.DATA_DIR, settings.TSA_URL = tmp_path, authority.tsa_url
    settings.SIGNING_LEVEL = "B-LT"
    fill(cast)
    close(cast)
    month = {"class_id": cast.school_class.pk, "month": NOVEMBER}
    with scoped(EVERYTHING):
        trust(pki)
        hand_in_month(actor=cast.binh.actor, now=NOW, leader_id=cast.mai.staff.pk, **month)
        card = credential(cast, pki, "mai")
        outcome = sign_slice(
            actor=cast.mai.actor,
            now=now(),
            credential_id=card,
            secret=PIN,
            request_ids=ids(),
            batch=uuid4(),
        )
        assert outcome.done == 1
        state = open_month(actor=cast.hoa.actor, now=NOW, **month)
        assert state.document is not None
        assert state.document.state == "signed"
        assert not state.changed_since
        write_lesson(
            actor=cast.mai.actor,
            now=NOW + timedelta(hours=1),
            class_id=cast.school_class.pk,
            class_subject_id=cast.maths.pk,
            day=TODAY,
            session="am",
            period=1,
            title="Sửa tên bài",
            base_version=1,
            reason="Ghi nhầm",
        )
        assert open_month(actor=cast.hoa.actor, now=NOW, **month).changed_since
    shown = cast.client("mai").get(reverse("diary.month", args=[month["class_id"], "2026-11"]))
    assert "đã được sửa sau lần trình" in shown.content.decode()


@pytest.mark.parametrize("asked", ["0001-01-01", "9999-12-31", "hôm nay", "2026-11-20T00"])
def test_a_week_that_means_nothing_is_the_running_one(cast: Cast, asked: str) -> None:
    address = reverse("diary.week", args=[cast.school_class.pk])
    assert cast.client("hoa").get(address, {"tuan": asked}).status_code == 200
    month = reverse("diary.month", args=[cast.school_class.pk, asked[:7]])
    expected = 200 if asked[:7] == "2026-11" else 404
    assert cast.client("hoa").get(month).status_code == expected
