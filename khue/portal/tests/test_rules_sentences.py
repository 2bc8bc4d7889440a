"""Histories read as sentences."""

from hypothesis import given
from hypothesis import strategies as st

from khue.portal.rules.sentences import ShownChange, sentence, shown_changes, verb_of

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


def test_a_mark_that_was_corrected() -> None:
    assert sentence("correct", "Điểm giữa kì, Toán 8A") == "Đã sửa điểm giữa kì, Toán 8A"
    assert shown_changes("7,0", "7,5") == [ShownChange("", "7,0", "7,5")]


def test_only_the_fields_that_differ_are_shown() -> None:
    changes = shown_changes({"name": "An", "born": "2013-03-09"}, {"name": "An", "born": "2013"})
    assert changes == [ShownChange("ngày sinh", "09/03/2013", "2013")]


def test_a_name_keeps_its_capitals_and_a_full_phrase_needs_no_verb() -> None:
    assert sentence("create", "Triệu Quang Minh") == "Đã lập Triệu Quang Minh"
    assert sentence("move_class", "Chuyển từ lớp 8A sang lớp 8B") == "Chuyển từ lớp 8A sang lớp 8B"


def test_an_action_of_several_words_takes_the_verb_of_its_beginning() -> None:
    assert verb_of("change_second_factor") == "đã sửa"
    assert verb_of("something_new") == "đã cập nhật"


@given(VALUES, VALUES)
def test_any_two_values_can_be_shown(old: object, new: object) -> None:
    for change in shown_changes(old, new):
        assert isinstance(change.field, str)
