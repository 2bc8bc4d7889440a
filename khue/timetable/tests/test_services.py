"""Assignments bring their rights, end with them, and leave a trace."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from khue.access.api import Actor, OutsidePlace, Refused, Role, actor_of_account
from khue.ledger.api import Author, Operation
from khue.timetable.api import (
    AssignmentRefused,
    AssignmentsRefused,
    NewTeaching,
    assign_homeroom,
    assign_teaching,
    assign_teaching_many,
    end_homeroom,
    end_teaching,
    homeroom_of,
    load_of_staff,
    my_classes,
    my_homerooms,
    remove_created_assignments,
    sync_grants_of_staff,
    teachers_of,
    transfer_load,
)
from kit.fences import EVERYTHING, scoped
from tests.cast import NOW, TODAY, Cast, Person, make_account, make_staff, table

MONDAY = date(2026, 11, 30)


@pytest.fixture
def house(cast: Cast) -> Any:
    """The cast, seen without a fence."""
    with scoped(EVERYTHING):
        yield cast


def roles(person: Person, on: date) -> set[tuple[Role, str]]:
    actor = actor_of_account(person.account.pk, person.name, on)
    return {(one.role, one.place) for one in actor.grants}


def office(cast: Cast) -> dict[str, Any]:
    return {"actor": cast.thu.actor, "now": NOW}


def place_of(class_subject: Any) -> str:
    klass = class_subject.school_class
    return f"{klass.school.organisation.path}c{klass.pk}/s{class_subject.pk}/"


def test_a_teacher_who_is_assigned_may_enter_marks_from_that_day(house: Cast) -> None:
    assign_teaching(
        **office(house),
        class_subject_id=house.sister_maths.pk,
        staff_id=house.hoa.staff.pk,
        starts_on=MONDAY,
        periods_per_week=4,
    )
    right = (Role.SUBJECT_TEACHER, place_of(house.sister_maths))
    assert right not in roles(house.hoa, MONDAY - timedelta(days=1))
    assert right in roles(house.hoa, MONDAY)
    assert [one.class_subject.class_name for one in my_classes(house.hoa.actor, MONDAY)] == [
        "8A",
        "8B",
    ]


def test_an_ended_assignment_takes_its_right_along(house: Cast) -> None:
    made = assign_teaching(
        **office(house),
        class_subject_id=house.sister_maths.pk,
        staff_id=house.hoa.staff.pk,
        starts_on=TODAY,
    )
    end_teaching(**office(house), teaching_id=made, on=MONDAY, reason="Đổi giáo viên")
    right = (Role.SUBJECT_TEACHER, place_of(house.sister_maths))
    assert right in roles(house.hoa, MONDAY)
    assert right not in roles(house.hoa, MONDAY + timedelta(days=1))
    entries = table("ledger.Entry").objects.filter(subject=f"teaching:{made}").order_by("id")
    assert [(one.action, one.reason) for one in entries] == [
        ("assign", ""),
        ("end", "Đổi giáo viên"),
    ]


def test_the_same_assignment_again_only_changes_the_periods(house: Cast) -> None:
    wish = {
        **office(house),
        "class_subject_id": house.maths.pk,
        "staff_id": house.hoa.staff.pk,
        "starts_on": TODAY,
    }
    first = assign_teaching(**wish, periods_per_week=4)
    assert assign_teaching(**wish, periods_per_week=5) == first
    assert teachers_of([house.maths.pk], TODAY)[house.maths.pk][0].periods_per_week == 5


def test_someone_who_does_not_work_here_is_refused_with_the_row(house: Cast) -> None:
    rows = [
        NewTeaching(house.sister_maths.pk, house.hoa.staff.pk, TODAY),
        NewTeaching(house.sister_maths.pk, house.nam.staff.pk, TODAY),
        NewTeaching(house.other_maths.pk, house.hoa.staff.pk, TODAY),
        NewTeaching(house.sister_maths.pk, house.binh.staff.pk, TODAY, periods_per_week=0),
    ]
    with pytest.raises(AssignmentsRefused) as refused:
        assign_teaching_many(**office(house), school_id=house.school.pk, rows=rows)
    keys = {index: one.key for index, one in refused.value.rows.items()}
    assert keys == {1: "NOT_POSTED", 2: "FOREIGN_SUBJECT", 3: "PERIODS"}
    assert teachers_of([house.sister_maths.pk], TODAY) == {}


def test_who_may_not_assign_is_refused_and_strangers_find_nothing(house: Cast) -> None:
    wish = {
        "now": NOW,
        "class_subject_id": house.maths.pk,
        "staff_id": house.binh.staff.pk,
        "starts_on": TODAY,
    }
    with pytest.raises(Refused):
        assign_teaching(actor=house.hoa.actor, **wish)
    with pytest.raises(OutsidePlace):
        assign_teaching(actor=house.nam.actor, **wish)


def test_a_new_homeroom_teacher_takes_over_on_the_day(house: Cast) -> None:
    wish = {**office(house), "class_id": house.school_class.pk, "starts_on": MONDAY}
    assign_homeroom(**wish, staff_id=house.hoa.staff.pk)
    led = [homeroom_of([house.school_class.pk], day) for day in (TODAY, MONDAY)]
    names = [lines[house.school_class.pk].staff_name for lines in led]
    assert names == ["Lý Văn Bình", "Nông Thị Hoa"]
    assert [card.name for card in my_homerooms(house.hoa.actor, MONDAY)] == ["8A"]
    assert my_homerooms(house.binh.actor, MONDAY) == []


def test_a_homeroom_before_another_that_is_planned_is_refused(house: Cast) -> None:
    wish = {**office(house), "class_id": house.sister_class.pk}
    later = assign_homeroom(**wish, staff_id=house.hoa.staff.pk, starts_on=MONDAY)
    with pytest.raises(AssignmentRefused, match="đã giao cho Nông Thị Hoa từ ngày 30/11/2026"):
        assign_homeroom(**wish, staff_id=house.binh.staff.pk, starts_on=TODAY)
    end_homeroom(**office(house), homeroom_id=later, on=TODAY)
    assert homeroom_of([house.sister_class.pk], MONDAY) == {}
    assert not [one for one in roles(house.hoa, MONDAY) if one[0] == Role.HOMEROOM_TEACHER]


def test_the_database_allows_one_homeroom_a_day(house: Cast) -> None:
    rows = table("timetable.HomeroomAssignment").objects
    values = {"school": house.school, "school_class": house.school_class}
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.create(**values, staff=house.hoa.staff, starts_on=date(2026, 12, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.create(
            **values,
            staff=house.hoa.staff,
            starts_on=date(2026, 6, 2),
            ends_on=date(2026, 6, 1),
        )


def test_the_database_allows_a_person_once_a_day_in_a_subject(house: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        table("timetable.TeachingAssignment").objects.create(
            school=house.school,
            class_subject=house.maths,
            staff=house.hoa.staff,
            starts_on=date(2026, 12, 1),
        )


def test_a_load_moves_to_a_colleague_with_its_rights(house: Cast) -> None:
    moved = transfer_load(
        **office(house),
        school_id=house.school.pk,
        from_staff_id=house.binh.staff.pk,
        to_staff_id=house.hoa.staff.pk,
        starts_on=MONDAY,
        reason="Nghỉ thai sản",
    )
    assert moved == 1
    assert my_classes(house.binh.actor, MONDAY) == []
    assert len(my_classes(house.hoa.actor, MONDAY)) == 2
    assert (Role.SUBJECT_TEACHER, place_of(house.literature)) in roles(house.hoa, MONDAY)


def test_an_account_opened_later_gets_the_rights_of_standing_assignments(house: Cast) -> None:
    staff = make_staff(house.school, "Đinh Văn Quý", "M", kind="28")
    wish = {**office(house), "staff_id": staff.pk, "starts_on": TODAY}
    assign_teaching(**wish, class_subject_id=house.sister_maths.pk)
    assign_homeroom(**wish, class_id=house.sister_class.pk)
    account = make_account("gv.quy", staff.name, "staff")
    with transaction.atomic():
        operation = Operation(Author(None, "Khuê"), NOW)
        made = sync_grants_of_staff(
            operation=operation, staff_id=staff.pk, account_id=account.pk, on=TODAY
        )
    held = actor_of_account(account.pk, staff.name, TODAY)
    assert made == 2
    assert {one.role for one in held.grants} == {Role.SUBJECT_TEACHER, Role.HOMEROOM_TEACHER}


def test_an_import_can_be_taken_back(house: Cast) -> None:
    rows = [NewTeaching(house.sister_maths.pk, house.hoa.staff.pk, TODAY)]
    made = assign_teaching_many(**office(house), school_id=house.school.pk, rows=rows)
    remove_created_assignments(**office(house), teaching_ids=made, reason="Hoàn tác")
    assert teachers_of([house.sister_maths.pk], TODAY) == {}
    assert (Role.SUBJECT_TEACHER, place_of(house.sister_maths)) not in roles(house.hoa, TODAY)


def test_the_load_counts_periods_against_the_norm(house: Cast) -> None:
    loads = {one.staff_name: one for one in load_of_staff(house.school.pk, TODAY)}
    hoa, binh = loads["Nông Thị Hoa"], loads["Lý Văn Bình"]
    assert [hoa.periods, hoa.norm, *hoa.homerooms] == [4, 19]
    assert [binh.periods, binh.norm, *binh.homerooms] == [4, 15, "8A"]
    assert not hoa.beyond_cap


def test_closed_classes_take_no_teacher(house: Cast) -> None:
    house.sister_class.closed_on = date(2026, 10, 1)
    house.sister_class.save()
    actor: Actor = house.thu.actor
    with pytest.raises(AssignmentRefused, match="đã giải thể ngày 01/10/2026"):
        assign_homeroom(
            actor=actor,
            now=NOW,
            class_id=house.sister_class.pk,
            staff_id=house.hoa.staff.pk,
            starts_on=TODAY,
        )
