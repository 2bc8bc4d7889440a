"""Rules of the primary sheets: what a cell takes, its columns, the year against an oracle."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.gradebook.rules.cell_kinds import READERS, print_cell
from khue.gradebook.rules.primary import (
    NO_CELLS,
    Cells,
    PupilYear,
    columns_of,
    quality_columns,
    required_qualities,
    strands_of,
    year_after,
)
from khue.gradebook.rules.sheet_cells import base_of
from khue.gradebook.rules.tt27 import YearLevel
from kit.refusal import Refusal

SLOTS = [column.slot for column in quality_columns()[:-1]]
TESTED_IN_4 = {"Tiếng Việt", "Toán", "Tin học và Công nghệ"}
IN_4 = ["Tiếng Việt", "Toán", "Đạo đức", "Tin học và Công nghệ", "Nghệ thuật (Âm nhạc, Mĩ thuật)"]

cells = st.builds(
    Cells,
    level=st.sampled_from([1, 1, 1, 2, 3, None]),
    level2=st.sampled_from([1, 1, 1, 2, 3, None]),
    test=st.sampled_from([10, 9, 9, 8, 7, 5, 4, 0, -1, None]),
    test2=st.sampled_from([10, 9, 9, 8, 7, 5, 4, None]),
    again=st.sampled_from([None, None, None, 10, 6, -1]),
    again2=st.sampled_from([None, None, None, 9]),
)
years = st.builds(
    PupilYear,
    grade=st.just(4),
    subjects=st.fixed_dictionaries(dict.fromkeys(IN_4, cells)),
    qualities=st.fixed_dictionaries(
        {slot: st.sampled_from([1, 1, 1, 1, 1, 2, 3, None]) for slot in SLOTS}
    ),
)
full = st.builds(
    PupilYear,
    grade=st.just(4),
    subjects=st.fixed_dictionaries(
        dict.fromkeys(
            IN_4,
            st.builds(
                Cells,
                level=st.sampled_from([1, 1, 1, 1, 1, 2, 3]),
                level2=st.sampled_from([1, 1, 1, 1, 1, 2]),
                test=st.sampled_from([10, 10, 9, 9, 8, 7, 5, 4]),
                test2=st.sampled_from([10, 10, 9, 9, 7, 5]),
            ),
        )
    ),
    qualities=st.fixed_dictionaries({slot: st.sampled_from([1] * 30 + [2, 3]) for slot in SLOTS}),
)


def plainly(year: PupilYear) -> str | None:
    """The table of Điều 9 written down once more, without anything of the product."""
    levels: list[int | None] = []
    marks: list[int | None] = []
    for name, one in year.subjects.items():
        two = name in ("Tin học và Công nghệ", "Nghệ thuật (Âm nhạc, Mĩ thuật)")
        levels += [one.level, one.level2] if two else [one.level]
        if name in TESTED_IN_4:
            first = one.test if one.again is None else one.again
            second = one.test2 if one.again2 is None else one.again2
            marks += [first, second] if two else [first]
    qualities = list(year.qualities.values())
    given = [one for one in (*levels, *qualities) if one is not None]
    lowest = min(-1 if one is None else one for one in marks)
    if len(given) < len(levels) + len(qualities) or lowest < 0:
        return None
    if max(given) == 1 and lowest >= 7:
        return "HTXS" if lowest >= 9 else "HTT"
    return "HT" if max(given) <= 2 and lowest >= 5 else "CHT"


@given(st.one_of(years, full))
def test_the_year_level_is_that_of_the_plain_table(year: PupilYear) -> None:
    found = year.level()
    assert (found.name if found is not None else None) == plainly(year)


@given(full, cells, st.sampled_from(IN_4))
def test_assessing_again_keeps_the_year_and_counts_the_new(
    year: PupilYear, new: Cells, subject: str
) -> None:
    again = PupilYear(4, {subject: new}, {})
    after = year_after(year, again)
    if new == NO_CELLS:
        assert after is None
        return
    assert after is not None
    assert {name: one for name, one in after.subjects.items() if name != subject} == {
        name: Cells(one.level, one.level2, one.mark, one.mark2)
        for name, one in year.subjects.items()
        if name != subject
    }
    if new.level is not None:
        assert after.subjects[subject].level == new.level


def test_two_strands_merge_where_the_province_says_so() -> None:
    everything = dict.fromkeys(SLOTS, 1)
    year = PupilYear(4, {"Tin học và Công nghệ": Cells(1, 1, 10, 8)}, everything)
    assert year.level() is YearLevel.HTT
    assert year.level(merged=True) is YearLevel.HTXS


@pytest.mark.parametrize(
    ("subject", "grade", "point", "slots"),
    [
        ("Toán", 4, 1, "level test comment"),
        ("Toán", 3, 1, "level comment"),
        ("Toán", 1, 2, "level test again comment"),
        ("Toán", 4, 3, "level test comment"),
        ("Toán", 4, 5, "level test"),
        ("Đạo đức", 4, 4, "level comment"),
        ("Ngoại ngữ 1", 2, 4, "level comment"),
        ("Ngoại ngữ 1", 3, 4, "level test again comment"),
        ("Khoa học", 5, 2, "level test again comment"),
        ("Tin học và Công nghệ", 3, 1, "level level2 comment"),
        (
            "Tin học và Công nghệ",
            3,
            2,
            "level level2 test test2 again again2 comment",
        ),
        ("Nghệ thuật (Âm nhạc, Mĩ thuật)", 5, 4, "level level2 comment"),
    ],
)
def test_a_subject_has_the_columns_of_its_grade_and_point(
    subject: str, grade: int, point: int, slots: str
) -> None:
    assert [one.slot for one in columns_of(subject, [grade], point)] == slots.split()


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("level", "t", 1),
        ("level", "H", 2),
        ("level", "Chưa hoàn thành", 3),
        ("level", "", None),
        ("quality", "đ", 2),
        ("quality", "dat", 2),
        ("quality", "Cần cố gắng", 3),
        ("whole", "9", 9),
        ("whole", "10", 10),
        ("whole", "0", 0),
        ("whole", "7,0", 7),
        ("whole", "p", -1),
        ("attained", "cđ", 2),
        ("height", "98,5", 985),
        ("height", "101 cm", 1010),
        ("weight", "15.25", 15250),
        ("text", "  Chăm   ngoan ", "Chăm ngoan"),
    ],
)
def test_a_cell_is_read_as_typed(kind: str, text: str, value: object) -> None:
    assert READERS[kind](text) == value


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("whole", "7,5", "không phải là điểm nguyên"),
        ("whole", "75", "số nguyên từ 0 đến 10"),
        ("whole", "11", "nằm ngoài thang điểm"),
        ("whole", "-1", "Điểm phải từ 0 đến 10"),
        ("whole", "tám", "không phải là điểm"),
        ("whole", "T", "không phải là điểm"),
        ("level", "9", "T (Hoàn thành tốt)"),
        ("level", "Đ", "T (Hoàn thành tốt)"),
        ("quality", "H", "T (Tốt), Đ (Đạt)"),
        ("attained", "T", "Đ (Đạt) hoặc CĐ"),
        ("height", "cao", "chiều cao tính bằng cm"),
        ("text", "a" * 1001, "dài quá"),
    ],
)
def test_what_a_cell_cannot_take_is_refused_in_words(kind: str, text: str, words: str) -> None:
    refused = READERS[kind](text)
    assert isinstance(refused, Refusal)
    assert words in str(refused)


def test_what_was_typed_is_printed_the_same() -> None:
    for kind, text in [("level", "H"), ("quality", "Đ"), ("whole", "P"), ("height", "98,5")]:
        value = READERS[kind](text)
        assert not isinstance(value, Refusal)
        assert print_cell(kind, value) == text


def test_competences_without_a_subject_may_stay_empty() -> None:
    assert len(required_qualities(2)) == 13
    assert len(required_qualities(3)) == 15
    assert set(required_qualities(3)) - set(required_qualities(1)) == {"c7", "c8"}


def test_strands_and_what_a_page_sends_back() -> None:
    assert strands_of("Tin học và Công nghệ") == ("Tin học", "Công nghệ")
    assert strands_of("Toán") == ()
    assert base_of("") is None
    assert base_of("Chăm") != base_of("Ngoan")
    assert base_of(7) == 7
