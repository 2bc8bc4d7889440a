"""Page × person: who of the cast sees and changes which assignment."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kit.fences import EVERYTHING, scoped
from tests.cast import TODAY, YEAR, Cast, make_class, make_class_subject, make_subject, table

PEOPLE = ["nobody", "stranger", "hoa", "nam", "binh", "mai", "thu", "dung", "ha", "lan", "minh"]
Address = Callable[[Cast], str]


def of_school(name: str) -> Address:
    return lambda cast: f"{reverse(name)}?school={cast.school.pk}&year={YEAR}"


def of_class(name: str) -> Address:
    return lambda cast: reverse(name, args=[cast.school_class.pk])


def of_hoa(name: str) -> Address:
    return lambda cast: f"{reverse(name, args=[cast.hoa.staff.pk])}?school={cast.school.pk}"


# nobody stranger hoa nam binh mai thu dung ha lan minh
TABLE: list[tuple[Address, list[int]]] = [
    (
        of_school("timetable.assignments"),
        [302, 403, 200, 404, 200, 200, 200, 200, 403, 403, 403],
    ),
    (
        of_school("timetable.homerooms"),
        [302, 403, 200, 404, 200, 200, 200, 200, 403, 403, 403],
    ),
    (
        of_school("timetable.loads"),
        [302, 403, 403, 403, 403, 200, 200, 403, 403, 403, 403],
    ),
    (
        of_class("timetable.class_teachers"),
        [302, 403, 403, 403, 403, 200, 200, 403, 403, 403, 403],
    ),
    (
        of_hoa("timetable.staff_load"),
        [302, 403, 403, 403, 403, 200, 200, 403, 403, 403, 403],
    ),
]


@pytest.mark.parametrize(("address", "expected"), TABLE)
def test_page_by_person(cast: Cast, address: Address, expected: list[int]) -> None:
    where = address(cast)
    found = [cast.client(person).get(where).status_code for person in PEOPLE]
    assert dict(zip(PEOPLE, found, strict=True)) == dict(zip(PEOPLE, expected, strict=True)), where


def test_a_teacher_sees_the_rows_of_her_classes_only(cast: Cast) -> None:
    text = cast.client("hoa").get(of_school("timetable.assignments")(cast)).content.decode()
    assert "<b>8A</b>" in text
    assert "<b>8B</b>" not in text
    assert "N.T.Hoa" in text


def test_another_school_is_not_found(cast: Cast) -> None:
    where = reverse("timetable.class_teachers", args=[cast.other_class.pk])
    assert cast.client("mai").get(where).status_code == 404
    with scoped(EVERYTHING):
        ending = table("timetable.TeachingAssignment").objects.get(staff=cast.nam.staff)
    where = reverse("timetable.end_teaching", args=[ending.pk])
    answer = cast.client("mai").post(where, {"on": "1/12/2026", "reason": "x"})
    assert answer.status_code == 404
    with scoped(EVERYTHING):
        ending.refresh_from_db()
    assert ending.ends_on is None


def fields_of(cast: Cast, **chosen: object) -> dict[str, object]:
    data: dict[str, object] = {"starts_on": "30/11/2026"}
    return {**data, **{key: value for key, value in chosen.items() if value is not None}}


def test_the_teacher_of_a_subject_is_replaced_from_a_day(cast: Cast) -> None:
    where = of_class("timetable.class_teachers")(cast)
    data = fields_of(cast, **{f"staff_{cast.maths.pk}": cast.binh.staff.pk})
    assert cast.client("thu").post(where, data).status_code == 302
    rows = table("timetable.TeachingAssignment").objects.filter(class_subject=cast.maths)
    days = {row.staff_id: (f"{row.starts_on}", f"{row.ends_on}") for row in rows}
    assert days == {
        cast.hoa.staff.pk: ("2026-08-01", "2026-11-29"),
        cast.binh.staff.pk: ("2026-11-30", "None"),
    }


def test_two_teachers_share_a_subject(cast: Cast) -> None:
    where = of_class("timetable.class_teachers")(cast)
    key = cast.maths.pk
    data = fields_of(cast, **{f"staff_{key}": cast.binh.staff.pk, f"share_{key}": "on"})
    assert cast.client("thu").post(where, data).status_code == 302
    rows = table("timetable.TeachingAssignment").objects.filter(class_subject=cast.maths)
    assert [row.ends_on for row in rows] == [None, None]


def test_homerooms_are_saved_together(cast: Cast) -> None:
    where = of_school("timetable.homerooms")(cast)
    data = fields_of(
        cast,
        **{
            f"staff_{cast.school_class.pk}": cast.binh.staff.pk,
            f"staff_{cast.sister_class.pk}": cast.hoa.staff.pk,
        },
    )
    assert cast.client("hoa").post(where, data).status_code == 403
    assert cast.client("thu").post(where, data).status_code == 302
    rows = table("timetable.HomeroomAssignment").objects.filter(school=cast.school)
    assert {row.school_class_id: row.staff_id for row in rows} == {
        cast.school_class.pk: cast.binh.staff.pk,
        cast.sister_class.pk: cast.hoa.staff.pk,
    }


def test_a_load_is_handed_over_on_the_page(cast: Cast) -> None:
    where = of_hoa("timetable.transfer")(cast)
    with scoped(EVERYTHING):
        teaching = table("timetable.TeachingAssignment").objects.get(staff=cast.hoa.staff)
    data = {
        "to_staff_id": cast.binh.staff.pk,
        "starts_on": "30/11/2026",
        "teaching_ids": [teaching.pk],
    }
    refused = cast.client("thu").post(where, data)
    assert "Mục này chưa điền" in refused.content.decode()
    assert cast.client("thu").post(where, {**data, "reason": "Nghỉ thai sản"}).status_code == 302
    teaching.refresh_from_db()
    assert f"{teaching.ends_on}" == "2026-11-29"


def test_an_end_without_a_day_is_explained(cast: Cast) -> None:
    with scoped(EVERYTHING):
        teaching = table("timetable.TeachingAssignment").objects.get(staff=cast.hoa.staff)
    where = reverse("timetable.end_teaching", args=[teaching.pk])
    answer = cast.client("thu").post(where, {"on": "31/2/2026"}, follow=True)
    assert "Chưa kết thúc được" in answer.content.decode()


@pytest.mark.parametrize("name", ["timetable.assignments", "timetable.homerooms"])
@pytest.mark.parametrize("many", [0, 20])
def test_boards_ask_the_database_no_more_for_more_classes(cast: Cast, name: str, many: int) -> None:
    subject = make_subject("Tin học", "Tin", 19)
    for number in range(many):
        make_class_subject(make_class(cast.school, f"9-{number}", "09"), subject)
    client, where = cast.client("mai"), of_school(name)(cast)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(where).status_code == 200
    assert len(asked) <= 20, [one["sql"][:90] for one in asked]
    assert TODAY.year == YEAR
