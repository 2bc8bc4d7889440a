"""What changed at school while a machine was away: each has its sentence, and nothing is lost."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from khue.diary.api import write_lesson
from khue.diary.services.weeks import close_week
from khue.gradebook.rules.states import State
from khue.gradebook.tests.bookwork import put
from khue.offline.models import DeviceOperation
from khue.offline.rules.operations import DeviceOperation as Wanted
from khue.offline.services.results import Result
from khue.offline.tests.sending import EARLIER, mark, register, send, standing, wanted
from kit.fences import EVERYTHING, Scope, scoped, set_scope
from tests.cast import NOW, TODAY, YEAR, Cast, assign, table

SUNDAY = date(2026, 11, 15)


@pytest.fixture(autouse=True)
def at_school(cast: Cast) -> None:
    set_scope(Scope(schools=(cast.school.pk,)))


def sent(cast: Cast, operation: Wanted, person: str = "hoa") -> Result:
    """The one answer; whatever it is, it is kept, and the same again when it is sent again."""
    writer = cast.people[person]
    device = register(writer)
    (answer,) = send(writer, device, operation)
    (again,) = send(writer, device, operation)
    assert again.sentence == answer.sentence
    with scoped(EVERYTHING):
        assert DeviceOperation.objects.get().answer == answer.status
    return answer


def locked(cast: Cast) -> None:
    put(cast, State.LOCKED)


def approved(cast: Cast) -> None:
    put(cast, State.PRINCIPAL_APPROVED)


def handed_in(cast: Cast) -> None:
    put(cast, State.TEACHER_DONE, cast.maths)


def column_removed(cast: Cast) -> None:
    with scoped(EVERYTHING):
        table("organisations.ClassSubject").objects.filter(pk=cast.maths.pk).update(regular_marks=0)


def pupil_left(cast: Cast) -> None:
    _end_seat(cast, status="left")


def pupil_transferred(cast: Cast) -> None:
    _end_seat(cast, status="transferred")
    with scoped(EVERYTHING):
        pupil = cast.classmates[0]
        type(pupil).objects.filter(pk=pupil.pk).update(home_school=cast.other_school)


def in_the_sister_class(cast: Cast) -> None:
    _end_seat(cast, status="moved")
    with scoped(EVERYTHING):
        table("records.Enrolment").objects.create(
            student=cast.classmates[0],
            school=cast.school,
            province=cast.department,
            school_class=cast.sister_class,
            year=YEAR,
            grade="08",
            status="studying",
            starts_on=TODAY - timedelta(days=5),
        )


def _end_seat(cast: Cast, *, status: str) -> None:
    with scoped(EVERYTHING):
        seats = table("records.Enrolment").objects.filter(student=cast.classmates[0])
        seats.update(ends_on=TODAY - timedelta(days=6), status=status)


def right_revoked(cast: Cast) -> None:
    """The maths of this class is somebody else's now; she still teaches another class."""
    with scoped(EVERYTHING):
        assign(cast.hoa.staff, cast.sister_maths)
        grants = table("access.Grant").objects.filter(place__endswith=f"/s{cast.maths.pk}/")
        grants.update(valid_to=TODAY - timedelta(days=1))


def year_closed(cast: Cast) -> None:
    """The year was turned: everybody sits in a class of the next year by now."""
    with scoped(EVERYTHING):
        table("records.Enrolment").objects.update(
            ends_on=TODAY - timedelta(days=3), status="completed"
        )
        table("timetable.TeachingAssignment").objects.update(ends_on=TODAY - timedelta(days=3))


LEFT = "đã rời lớp"


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (locked, "đã khóa"),
        (approved, "đã được lãnh đạo trường duyệt"),
        (handed_in, "đã được xác nhận nhập xong"),
        (column_removed, "không có cột điểm đó"),
        (pupil_left, LEFT),
        (pupil_transferred, LEFT),
        (in_the_sister_class, LEFT),
        (right_revoked, "không còn trong phân công"),
        (year_closed, LEFT),
    ],
)
def test_a_mark_that_comes_too_late(cast: Cast, happens: Callable[[Cast], None], said: str) -> None:
    operation = mark(cast, None, "8")
    happens(cast)
    before = standing(cast)
    answer = sent(cast, operation)
    assert answer.status == "refused"
    assert said in answer.sentence
    assert standing(cast) == before


def absent(cast: Cast, day: date = TODAY, pupil: int = 0) -> Wanted:
    place = {"class": cast.school_class.pk, "day": day.isoformat(), "session": "am", "period": 0}
    student = cast.classmates[pupil].pk
    return wanted("attendance", {**place, "student": student}, None, {"kind": "k"})


def class_closed(cast: Cast) -> None:
    with scoped(EVERYTHING):
        rows = table("organisations.SchoolClass").objects.filter(pk=cast.school_class.pk)
        rows.update(closed_on=TODAY - timedelta(days=2))


@pytest.mark.parametrize(
    ("happens", "day", "said"),
    [
        (pupil_left, TODAY, LEFT),
        (class_closed, TODAY, "đã đóng"),
        (right_revoked, TODAY, "không còn trong phân công"),
        (lambda _: None, SUNDAY, "Trường không học"),
        (lambda _: None, TODAY + timedelta(days=3), "Chưa đến ngày"),
    ],
)
def test_an_absence_that_cannot_be(
    cast: Cast, happens: Callable[[Cast], None], day: date, said: str
) -> None:
    operation = absent(cast, day)
    happens(cast)
    answer = sent(cast, operation)
    assert answer.status == "refused"
    assert said in answer.sentence
    with scoped(EVERYTHING):
        assert not table("attendance.Absence").objects.exists()


def lesson(cast: Cast, day: date) -> Wanted:
    place = {"class": cast.school_class.pk, "day": day.isoformat(), "session": "am", "period": 2}
    value = {"title": "Hằng đẳng thức", "remark": "", "homework": ""}
    return wanted("lesson", {**place, "subject": cast.maths.pk}, 0, value)


def week_closed(cast: Cast) -> None:
    given: dict[str, Any] = {"actor": cast.hoa.actor, "now": NOW, "class_id": cast.school_class.pk}
    write_lesson(
        **given,
        day=TODAY,
        session="am",
        period=1,
        class_subject_id=cast.maths.pk,
        title="Ôn tập",
        base_version=0,
    )
    close_week(
        actor=cast.binh.actor, now=NOW, class_id=cast.school_class.pk, monday=date(2026, 11, 16)
    )


@pytest.mark.parametrize(
    ("happens", "day", "said"),
    [
        (week_closed, TODAY, "đã chốt"),
        (right_revoked, TODAY, "không còn trong phân công"),
        (lambda _: None, SUNDAY, "không có giờ học"),
    ],
)
def test_a_line_of_the_diary_that_comes_too_late(
    cast: Cast, happens: Callable[[Cast], None], day: date, said: str
) -> None:
    operation = lesson(cast, day)
    happens(cast)
    answer = sent(cast, operation)
    assert answer.status == "refused"
    assert said in answer.sentence


def post(cast: Cast, person: str, device: uuid.UUID, **more: Any) -> Any:
    body = {
        "schema": 1,
        "account": cast.hoa.account.pk,
        "device": str(device),
        "device_now": EARLIER.isoformat(),
        "operations": [],
    }
    return cast.client(person).post(
        "/ngoai-tuyen/dong-bo/",
        body | more,
        content_type="application/json",
        headers={"Accept": "application/json"},
    )


def test_one_who_teaches_nowhere_any_more_is_told_so(cast: Cast) -> None:
    """Nothing of the request is taken; it stays on the machine, to be exported."""
    device = register(cast.hoa)
    with scoped(EVERYTHING):
        table("access.Grant").objects.filter(account=cast.hoa.account).delete()
    answer = post(cast, "hoa", device)
    assert answer.status_code == 403
    assert "chưa được giao quyền" in answer.json()["error"]


def test_one_who_is_signed_out_is_asked_to_sign_in(cast: Cast) -> None:
    answer = post(cast, "nobody", register(cast.hoa))
    assert (answer.status_code, answer.headers["X-Login"]) == (401, "/dang-nhap/")


def test_a_page_from_before_an_upgrade_keeps_what_it_has(cast: Cast) -> None:
    answer = post(cast, "hoa", register(cast.hoa), schema=0)
    assert answer.status_code == 426
    assert "vẫn còn nguyên" in answer.json()["error"]
    with scoped(EVERYTHING):
        assert not DeviceOperation.objects.exists()
