"""The pages of attendance: who opens which, and what happens on them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from kit.dates import vietnam_day
from kit.fences import EVERYTHING, Scope, scoped
from tests.attendance_places import make_attendance
from tests.cast import TODAY, Cast, table

PEOPLE = ("hoa", "nam", "mai", "thu", "binh", "lan", "minh", "dung", "stranger", "nobody")
AWAY = 302
TABLE = {
    "attendance.take": (200, 404, 200, 200, 200, 403, 403, 200, 403, AWAY),
    "attendance.month": (200, 404, 200, 200, 200, 403, 403, 200, 403, AWAY),
    "attendance.pupil": (200, 404, 200, 200, 200, 403, 403, 200, 403, AWAY),
    "attendance.child": (403, 403, 403, 403, 403, 200, 200, 403, 403, AWAY),
    "attendance.notes": (403, 403, 200, 200, 200, 403, 403, 403, 403, AWAY),
}


@pytest.fixture
def note(cast: Cast) -> int:
    with scoped(EVERYTHING):
        return make_attendance(cast.school_class, cast.minh.student)["note_id"]


def address(cast: Cast, name: str) -> str:
    if name in ("attendance.pupil", "attendance.child"):
        return reverse(name, args=[cast.minh.student.pk])
    return reverse(name, args=[] if name == "attendance.notes" else [cast.school_class.pk])


@pytest.mark.parametrize("name", TABLE)
def test_page_and_person(cast: Cast, note: int, name: str) -> None:
    answers = {who: cast.client(who).get(address(cast, name)).status_code for who in PEOPLE}
    assert answers == dict(zip(PEOPLE, TABLE[name], strict=True))


def school_day(cast: Cast) -> Any:
    """Open the school for every day of the week, so that the test runs on a Sunday too."""
    today = vietnam_day(timezone.now())
    with scoped(EVERYTHING):
        years = table("organisations.SchoolYear").objects.filter(province=cast.department)
        years.update(starts_on=today - timedelta(days=60), ends_on=today + timedelta(days=60))
        table("attendance.SchoolHours").objects.create(
            school=cast.school,
            province=cast.department,
            session="am",
            starts_on=today - timedelta(days=60),
            opens_at="06:30",
            begins_at="07:00",
            ends_at="11:30",
            weekdays="1111111",
        )
    return today


def send(cast: Cast, who: str, kinds: dict[Any, str], **more: Any) -> Any:
    today = school_day(cast) if not table("attendance.SchoolHours").objects.exists() else None
    day = today or vietnam_day(timezone.now())
    sent = {f"k{one.pk}": kind for one, kind in kinds.items()}
    path = reverse("attendance.take", args=[cast.school_class.pk])
    return cast.client(who).post(
        f"{path}?on={day.isoformat()}&session=am", {"version": "0", **sent, **more}
    )


def kept(cast: Cast) -> dict[str, str]:
    with scoped(EVERYTHING):
        rows = table("attendance.Absence").objects.values_list("student__name", "kind")
        return dict(rows)


def test_a_form_without_a_script_takes_attendance(cast: Cast) -> None:
    duong, an, anh = cast.classmates
    answer = send(cast, "hoa", {duong: "k", an: "m", anh: ""}, **{f"m{an.pk}": "10"})
    assert answer.status_code == 302
    assert kept(cast) == {duong.name: "k", an.name: "m"}
    page = cast.client("hoa").get(answer["Location"]).content.decode()
    assert f"{cast.hoa.name} lưu lúc" in page


def test_a_conflict_shows_both_lists(cast: Cast) -> None:
    duong, an, _ = cast.classmates
    send(cast, "hoa", {duong: "k"})
    answer = send(cast, "binh", {an: "p"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert f"{cast.hoa.name} vừa lưu danh sách khác" in page
    assert f'name="k{an.pk}" value="p" data-name="Nghỉ có phép" checked' in page
    assert kept(cast) == {duong.name: "k"}
    assert send(cast, "binh", {an: "p"}, version="1").status_code == 302
    assert kept(cast) == {an.name: "p"}


def test_what_cannot_be_saved_keeps_what_was_tapped(cast: Cast) -> None:
    duong = cast.classmates[0]
    answer = send(cast, "hoa", {duong: "m"}, **{f"m{duong.pk}": "999"})
    assert answer.status_code == 409
    assert "Số phút phải từ 1 đến 240." in answer.content.decode()
    assert kept(cast) == {}


def test_a_family_asks_and_the_homeroom_teacher_answers(cast: Cast) -> None:
    school_day(cast)
    day = vietnam_day(timezone.now())
    ask = reverse("attendance.ask", args=[cast.minh.student.pk])
    sent = {
        "first_day": f"{day:%d/%m/%Y}",
        "first_session": "am",
        "last_session": "pm",
        "reason": "<script>Sốt</script>",
    }
    assert cast.client("lan").post(ask, sent).status_code == 302
    again = cast.client("lan").post(ask, sent).content.decode()
    assert "đã có đơn xin nghỉ trong những ngày này" in again
    inbox = cast.client("binh").get(reverse("attendance.notes")).content.decode()
    assert "&lt;script&gt;Sốt" in inbox
    with scoped(Scope(schools=(cast.school.pk,))):
        note = table("attendance.ExcuseNote").objects.get()
    answer = reverse("attendance.answer", args=[note.pk])
    assert cast.client("hoa").post(answer, {"act": "approve"}).status_code == 403
    assert cast.client("binh").post(answer, {"act": "approve"}).status_code == 302
    page = cast.client("lan").get(reverse("attendance.child", args=[cast.minh.student.pk]))
    assert "Đồng ý" in page.content.decode()


def test_the_day_pages_answer(cast: Cast, note: int) -> None:
    for name in ("attendance.today", "attendance.school", "attendance.alerts"):
        for who, status in [("mai", 200), ("hoa", 200), ("lan", 403)]:
            path = f"{reverse(name)}?on={TODAY.isoformat()}"
            assert cast.client(who).get(path).status_code == status, (name, who)
    page = cast.client("mai").get(
        f"{reverse('attendance.school')}?on={TODAY.isoformat()}&session=am"
    )
    assert cast.minh.name in page.content.decode()
