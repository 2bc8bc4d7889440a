"""Preschool: fields by age, heights and weights that can be, stages that the school names."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.access.api import OutsidePlace, Refused
from khue.gradebook.models import ChildStage
from khue.gradebook.queries.preschool import five_year_olds, own_stages
from khue.gradebook.rules.child_stages import (
    Stage,
    child_columns,
    implausible,
    name_stages,
    parse_height,
    print_measure,
)
from khue.gradebook.services.cells import CellChange
from khue.gradebook.services.preschool import StagesNotKept, enter_children, set_stages
from khue.gradebook.services.primary import SavedCells
from khue.gradebook.tests.primary_cast import cell, make_preschool
from khue.ledger.api import history_of
from kit.fences import EVERYTHING, Scope, scoped
from tests.cast import NOW, TODAY, YEAR, Cast

TERM, YEAR_END, SEPTEMBER, OCTOBER = 1, 2, 109, 110


@pytest.fixture
def room(cast: Cast) -> tuple[Any, list[Any]]:
    with scoped(EVERYTHING):
        return make_preschool(cast)


def enter(
    cast: Cast, room: Any, stage: int, changes: list[CellChange], who: str = "binh"
) -> SavedCells:
    with scoped(Scope(schools=(cast.school.pk,))):
        return enter_children(
            actor=cast.people[who].actor,
            now=NOW,
            class_id=room.pk,
            stage=stage,
            changes=changes,
        )


def test_fields_follow_the_age() -> None:
    term = Stage(TERM, "Cuối học kì I")
    nursery = [one.slot for one in child_columns("03", "16", term)]
    kindergarten = [one.slot for one in child_columns("06", "17", term)]
    assert nursery == ["physical", "cognitive", "language", "social", "height", "weight", "remark"]
    assert [*kindergarten[:5]] == ["physical", "cognitive", "language", "social", "aesthetic"]
    assert [one.slot for one in child_columns("06", "17", Stage(SEPTEMBER, ""))] == [
        "height",
        "weight",
        "remark",
    ]


def test_results_height_and_weight_are_kept_and_told_to_the_ledger(
    cast: Cast, room: tuple[Any, list[Any]]
) -> None:
    school_class, children = room
    child = children[0]
    saved = enter(
        cast,
        school_class,
        TERM,
        [
            cell(child, "physical", "d"),
            cell(child, "language", "cđ"),
            cell(child, "height", "110,5"),
            cell(child, "weight", "18,2"),
            cell(child, "remark", "Thích vẽ."),
        ],
    )
    assert [one.status for one in saved.outcomes] == ["saved"] * 5
    assert [one.text for one in saved.outcomes] == ["Đ", "CĐ", "110,5", "18,2", "Thích vẽ."]
    with scoped(EVERYTHING):
        row = ChildStage.objects.get(student=child)
        lines = history_of(f"child_stage:{school_class.pk}.1.{child.pk}")
    assert (row.physical, row.language, row.height_mm, row.weight_g) == (1, 2, 1105, 18200)
    assert len(lines) == 5


def test_a_measure_that_cannot_be_is_asked_again(cast: Cast, room: tuple[Any, list[Any]]) -> None:
    school_class, (child, *_) = room
    wanted = [cell(child, "height", "11"), cell(child, "weight", "180")]
    saved = enter(cast, school_class, SEPTEMBER, wanted)
    assert [one.status for one in saved.outcomes] == ["refused", "refused"]
    assert "khó xảy ra với trẻ 68 tháng" in saved.outcomes[0].sentence
    enter(cast, school_class, SEPTEMBER, [cell(child, "height", "112")])
    shrunk = enter(cast, school_class, OCTOBER, [cell(child, "height", "102")])
    assert "thấp hơn lần đo trước (112 cm)" in shrunk.outcomes[0].sentence


def test_two_teachers_on_one_child_choose(cast: Cast, room: tuple[Any, list[Any]]) -> None:
    school_class, (child, *_) = room
    enter(cast, school_class, TERM, [cell(child, "physical", "Đ")])
    later = enter(cast, school_class, TERM, [cell(child, "physical", "CĐ")])
    assert [(one.status, one.text) for one in later.outcomes] == [("conflict", "Đ")]


@pytest.mark.parametrize(
    ("who", "error"), [("hoa", OutsidePlace), ("mai", Refused), ("nam", OutsidePlace)]
)
def test_only_the_teacher_of_the_class_writes(
    cast: Cast, room: tuple[Any, list[Any]], who: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        enter(cast, room[0], TERM, [cell(room[1][0], "physical", "Đ")], who)


def test_the_school_names_its_stages_and_keeps_their_numbers(
    cast: Cast, room: tuple[Any, list[Any]]
) -> None:
    given = {"actor": cast.mai.actor, "now": NOW, "school_id": cast.school.pk, "year": YEAR}
    with scoped(EVERYTHING):
        set_stages(names=["Bản thân", "Gia đình"], **given)
        set_stages(names=["Trường mầm non", "Gia đình"], **given)
        kept = {one["name"]: one["number"] for one in own_stages(cast.school.pk, YEAR)}
        with pytest.raises(StagesNotKept, match="dài nhất"):
            set_stages(names=["x" * 61], **given)
        with pytest.raises(Refused):
            set_stages(names=["A"], **{**given, "actor": cast.binh.actor})
    assert kept["Gia đình"] == 4
    saved = enter(cast, room[0], 4, [cell(room[1][0], "physical", "Đ")])
    assert saved.outcomes[0].status == "saved"


def test_five_year_olds_are_listed_with_their_year(cast: Cast, room: tuple[Any, list[Any]]) -> None:
    school_class, (child, *_) = room
    fields = ("physical", "cognitive", "language", "social", "aesthetic")
    enter(cast, school_class, YEAR_END, [cell(child, one, "Đ") for one in fields])
    with scoped(EVERYTHING):
        _, lines = five_year_olds(cast.mai.actor, school_class.pk, TODAY)
        younger, _ = make_preschool(cast, "05")
        _, nobody = five_year_olds(cast.mai.actor, younger.pk, TODAY)
    assert [one.is_assessed for one in lines] == [True, False, False]
    assert lines[0].born == "09/03/2021"
    assert nobody == []


@given(st.integers(400, 1450))
def test_a_height_is_printed_as_it_is_read(millimetres: int) -> None:
    assert parse_height(print_measure(millimetres, 10)) == millimetres


@given(st.sampled_from(["height", "weight"]), st.integers(0, 200_000), st.integers(-5, 200))
def test_bounds_hold_for_every_age(slot: str, value: int, months: int) -> None:
    sentence = implausible(slot, value, months, None)
    assert sentence == "" or "Hãy kiểm tra lại" in sentence


@given(st.lists(st.text(max_size=20), max_size=20))
def test_named_stages_never_share_a_number(names: list[str]) -> None:
    first = name_stages(names, [])
    assert isinstance(first, list)
    again = name_stages([*reversed(names), "Thêm"], first)
    assert isinstance(again, list)
    numbers = [one["number"] for one in again]
    assert len(set(numbers)) == len(numbers)
    before = {one["name"]: one["number"] for one in first}
    assert all(before.get(one["name"], one["number"]) == one["number"] for one in again)
