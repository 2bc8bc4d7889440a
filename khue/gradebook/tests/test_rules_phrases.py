"""Suggested comments: fitting the level, never the same beside each other, never reshuffled."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from khue.gradebook.queries.comments import product_phrases
from khue.gradebook.rules.phrases import (
    LEVELS,
    PARTS,
    Phrase,
    Wanting,
    level_of_mark,
    phrases_for,
    suggest,
)

BANK = {"T": ["Giỏi.", "Nhanh.", "Chắc."], "K": ["Khá.", "Đều.", "Chăm."], "D": ["Một."]}
CLASS = st.lists(
    st.tuples(
        st.sampled_from(["T", "K", "D", ""]), st.sampled_from(["", "", "", "Giỏi.", "Riêng"])
    ),
    max_size=45,
).map(lambda rows: [Wanting(place, *row) for place, row in enumerate(rows, 1)])


@given(CLASS)
def test_neighbours_never_get_the_same_phrase(pupils: list[Wanting]) -> None:
    given_now = suggest(pupils, BANK, key="1.1.strengths")
    texts = [given_now.get(one.student_id, one.text) for one in pupils]
    suggested = {place for place, one in enumerate(pupils) if one.student_id in given_now}
    for place in range(1, len(texts)):
        if texts[place] and {place, place - 1} & suggested:
            assert texts[place] != texts[place - 1]


@given(CLASS)
def test_what_is_written_stays_and_asking_again_changes_nothing(pupils: list[Wanting]) -> None:
    first = suggest(pupils, BANK, key="1.1.strengths")
    assert not {one.student_id for one in pupils if one.text} & set(first)
    assert suggest(pupils, BANK, key="1.1.strengths") == first
    kept = [
        Wanting(one.student_id, one.level, first.get(one.student_id, one.text)) for one in pupils
    ]
    assert not set(suggest(kept, BANK, key="1.1.strengths")) & set(first)


@given(CLASS)
def test_a_phrase_fits_the_level_of_the_pupil(pupils: list[Wanting]) -> None:
    levels = {one.student_id: one.level for one in pupils}
    for student, text in suggest(pupils, BANK, key="k").items():
        assert text in BANK[levels[student]]


def test_a_big_class_meets_three_phrases_without_a_gap() -> None:
    pupils = [Wanting(one, "T") for one in range(45)]
    assert len(suggest(pupils, BANK, key="k")) == 45


def test_the_level_follows_the_thresholds_of_the_circular() -> None:
    cases = {100: "T", 80: "T", 79: "K", 65: "K", 64: "D", 50: "D", 49: "CD", 0: "CD"}
    assert {mark: level_of_mark(mark) for mark in cases} == cases
    assert [level_of_mark(mark) for mark in (101, 102, None, -1)] == ["P", "CD", "", ""]


def test_phrases_of_the_subject_stand_before_those_of_every_subject() -> None:
    bank = [Phrase("limits", "T", "Chung."), Phrase("limits", "T", "Riêng.", "Toán")]
    school = [*bank, Phrase("limits", "T", "Của trường.", own=True)]
    assert phrases_for(school, "limits", "T", "Toán") == ["Của trường.", "Riêng.", "Chung."]
    assert phrases_for(bank, "limits", "T", "Toán") == ["Riêng.", "Chung."]
    assert phrases_for(bank, "limits", "T", "Tin học") == ["Chung."]


def test_the_bank_of_the_product_has_enough_for_every_level_and_part() -> None:
    bank = product_phrases()
    assert all(one.text.endswith(".") and len(one.text) <= 300 for one in bank)
    for level in LEVELS:
        for part in PARTS:
            assert len(phrases_for(bank, part, level, "")) >= 4
