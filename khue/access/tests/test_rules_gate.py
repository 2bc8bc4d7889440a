"""The gate: the same answer for a list, a page and a button, and nothing unless granted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.access.rules.actors import Actor, Granted
from khue.access.rules.gate import OutsidePlace, Refused, explain, permit, reach
from khue.access.rules.managing import (
    HANDED_OUT_AT,
    is_as_strong,
    refuse_days,
    refuse_delegation,
    refuse_grant,
    refuse_managing,
    roles_to_hand_out,
)
from khue.access.rules.permissions import RegisteredTwice, UnknownPermission, register_permission
from khue.access.rules.places import child_place, class_place, class_subject_place, covers, touches
from khue.access.rules.roles import SECOND_FACTOR_REQUIRED, Role

SCHOOL, ELSEWHERE = "/1/2/9/37/", "/1/2/9/370/"
CLASS = class_place(SCHOOL, 512)
LESSON = class_subject_place(SCHOOL, 512, 88)
register_permission("test.enter", "Nhập thử", {Role.SUBJECT_TEACHER, Role.PRINCIPAL})
register_permission("test.see", "Xem thử", {Role.GUARDIAN, Role.SUBJECT_TEACHER})

steps = st.lists(st.sampled_from(["1", "2", "37", "370", "c5", "c51", "s8"]), max_size=5)
tree = steps.map(lambda parts: "/" + "".join(f"{part}/" for part in parts))
places = st.one_of(tree, st.integers(1, 30).map(child_place))
roles = st.sampled_from(list(Role))
grants = st.lists(st.builds(Granted, role=roles, place=places), max_size=4).map(tuple)


def actor(*granted: Granted, second_factor: bool = True) -> Actor:
    return Actor(1, "Nông Thị Hoa", granted, second_factor=second_factor)


TEACHER = actor(Granted(Role.SUBJECT_TEACHER, LESSON))
PARENT = actor(Granted(Role.GUARDIAN, child_place(9)))
PRINCIPAL = Granted(Role.PRINCIPAL, SCHOOL)


def outcome(who: Actor, name: str, *wanted: str) -> type[Exception] | None:
    try:
        permit(who, name, *wanted)
    except (OutsidePlace, Refused) as refusal:
        return type(refusal)
    return None


@pytest.mark.parametrize(
    ("who", "place", "result"),
    [
        (TEACHER, LESSON, None),
        (TEACHER, class_subject_place(SCHOOL, 512, 880), OutsidePlace),
        (TEACHER, CLASS, Refused),
        (TEACHER, SCHOOL, Refused),
        (TEACHER, ELSEWHERE, OutsidePlace),
        (actor(PRINCIPAL), LESSON, None),
        (actor(PRINCIPAL), ELSEWHERE, OutsidePlace),
        (actor(PRINCIPAL), "/1/2/9/", Refused),
        (PARENT, SCHOOL, OutsidePlace),
        (PARENT, child_place(9), Refused),
        (PARENT, child_place(90), OutsidePlace),
        (actor(), SCHOOL, OutsidePlace),
    ],
)
def test_inside_outside_and_without_the_right(
    who: Actor, place: str, result: type[Exception] | None
) -> None:
    assert outcome(who, "test.enter", place) is result


def test_the_right_at_any_place_of_a_record_is_enough() -> None:
    assert outcome(PARENT, "test.see", CLASS, child_place(9)) is None
    assert outcome(PARENT, "test.see", CLASS, child_place(8)) is OutsidePlace


def test_a_leader_without_a_code_is_told_to_give_one() -> None:
    who = actor(PRINCIPAL, second_factor=False)
    assert reach(who, "test.enter").is_empty
    assert "mã dùng một lần" in str(explain(who, "test.enter", SCHOOL))


def test_a_refusal_names_the_act_and_whose_it_is() -> None:
    said = explain(TEACHER, "test.enter", SCHOOL)
    assert said == (
        "Thầy cô chưa có quyền “Nhập thử” ở đây. Việc này dành cho: hiệu trưởng, giáo viên bộ môn."
    )


@given(grants, places, st.booleans())
def test_list_page_and_button_never_differ(
    granted: tuple[Granted, ...],
    place: str,
    second_factor: bool,  # noqa: FBT001
) -> None:
    who = actor(*granted, second_factor=second_factor)
    passes = outcome(who, "test.enter", place) is None
    assert passes == reach(who, "test.enter").covers(place)
    assert passes == (explain(who, "test.enter", place) is None)


@given(grants, places)
def test_whatever_passes_was_granted_at_or_above(granted: tuple[Granted, ...], place: str) -> None:
    if outcome(actor(*granted), "test.enter", place) is None:
        holding = [one for one in granted if one.role in {Role.SUBJECT_TEACHER, Role.PRINCIPAL}]
        assert any(covers(one.place, place) for one in holding)


@given(grants, grants, places)
def test_one_more_grant_never_takes_a_right_away(
    some: tuple[Granted, ...], more: tuple[Granted, ...], place: str
) -> None:
    if outcome(actor(*some), "test.enter", place) is None:
        assert outcome(actor(*some, *more), "test.enter", place) is None


@given(tree, tree)
def test_a_place_is_covered_by_whole_steps(above: str, below: str) -> None:
    parts, whole = above.strip("/").split("/"), below.strip("/").split("/")
    is_above = above == "/" or whole[: len(parts)] == parts
    assert covers(above, below) == is_above
    assert touches(above, below) == (covers(above, below) or covers(below, above))


def test_a_permission_is_registered_once_and_known() -> None:
    register_permission("test.see", "Xem thử", {Role.GUARDIAN, Role.SUBJECT_TEACHER})
    with pytest.raises(RegisteredTwice):
        register_permission("test.see", "Xem thử", {Role.GUARDIAN})
    with pytest.raises(UnknownPermission):
        reach(TEACHER, "test.unknown")


def test_a_program_may_only_what_it_was_allowed_where_it_was_allowed() -> None:
    register_permission("test.read", "Đọc thử", {Role.CLIENT})
    register_permission("test.copy", "Chép thử", {Role.CLIENT})
    program = actor(Granted(Role.CLIENT, SCHOOL, only=frozenset({"test.read"})))
    assert outcome(program, "test.read", CLASS) is None
    assert outcome(program, "test.read", ELSEWHERE) is OutsidePlace
    assert outcome(program, "test.copy", CLASS) is Refused
    assert reach(program, "test.copy").is_empty


# --- who hands out what -----------------------------------------------------------------------

staff_grants = st.builds(Granted, role=roles, place=tree)


@given(st.lists(staff_grants, max_size=3), staff_grants, st.sampled_from(sorted(HANDED_OUT_AT)))
def test_nobody_hands_out_more_than_the_own(
    own: list[Granted], wanted: Granted, role: Role
) -> None:
    wanted = Granted(role, wanted.place)
    if refuse_grant(own, wanted, HANDED_OUT_AT[role]) is None:
        assert any(covers(one.place, wanted.place) and is_as_strong(one.role, role) for one in own)
        assert role in roles_to_hand_out(own)


@given(st.lists(staff_grants, max_size=3), st.lists(staff_grants, max_size=3))
def test_whoever_looks_after_an_account_stands_over_all_of_it(
    own: list[Granted], held: list[Granted]
) -> None:
    everything = [one for one in held if one.role not in {Role.GUARDIAN, Role.STUDENT}]
    stands_over_all = all(
        any(covers(mine.place, one.place) and is_as_strong(mine.role, one.role) for mine in own)
        for one in everything
    )
    assert (refuse_managing(own, held) is None) == stands_over_all


def test_roles_that_follow_from_work_or_family_are_not_handed_out() -> None:
    assert not {
        Role.HOMEROOM_TEACHER,
        Role.SUBJECT_TEACHER,
        Role.GUARDIAN,
        Role.STUDENT,
    } & set(roles_to_hand_out([Granted(Role.MINISTRY_OFFICER, "/1/")]))
    assert set(HANDED_OUT_AT) >= SECOND_FACTOR_REQUIRED


@pytest.mark.parametrize(
    ("first", "last", "own_end", "key"),
    [
        (0, 7, None, None),
        (0, 0, 0, None),
        (5, 4, None, "DAYS"),
        (-9, -1, None, "PAST"),
        (0, 367, None, "TOO_LONG"),
        (0, 7, 6, "BEYOND_OWN"),
    ],
)
def test_a_role_is_lent_for_sensible_days(
    first: int, last: int, own_end: int | None, key: str | None
) -> None:
    today = date(2026, 11, 20)
    end = None if own_end is None else today + timedelta(days=own_end)
    days = (today + timedelta(days=first), today + timedelta(days=last))
    refusal = refuse_delegation(*days, today, end)
    assert (refusal.key if refusal else None) == key
    if key in {"DAYS", "PAST"}:
        assert refuse_days(*days, today) == refusal
