"""Tables, charts and tiles say only what was counted, and of which year."""

from __future__ import annotations

import pytest

from khue.statistics.rules.blocks import blocks_of
from khue.statistics.rules.columns import cell_of, columns_of, picked_of, wanted_of
from khue.statistics.rules.pictures import of_class as class_pictures
from khue.statistics.rules.pictures import pictures_of, side_by_side
from khue.statistics.rules.themes import Theme
from khue.statistics.rules.tiles import of_class, tiles_of
from khue.statistics.rules.told import Block, Pair, Told
from khue.statistics.sheets.figures import figures_book
from kit.sheets.reading import open_workbook

ENROLMENT = {
    "02.pupils": 50,
    "03.pupils": 40,
    "02.ethnic.02": 31,
    "02.ethnic.02.f": 15,
    "02.ethnic.unknown": 9,
    "02.ethnic.01": 10,
}
RESULTS = {"03.learning.1.0": 7, "03.learning.1.0.f": 4, "03.learning.y.0": 6}
NAMES = {"ethnic-groups": {"01": "Kinh", "02": "Tày"}, "levels": {"03": "Trung học cơ sở"}}
YEARS = ("2025-2026", "2024-2025")
PAIR = Pair(Told({Theme.ENROLMENT: ENROLMENT, Theme.RESULTS: RESULTS}), Told())


def block(tab: str, title: str, term: str = "1") -> Block:
    return next(one for one in blocks_of(tab, PAIR, term, NAMES) if one.title == title)


def test_groups_have_no_columns_that_were_never_counted() -> None:
    groups = block("quy-mo", "Học sinh theo dân tộc")
    assert [(one.label, one.now) for one in groups.lines] == [
        ("Tày", 31),
        ("Kinh", 10),
        ("Chưa khai dân tộc", 9),
    ]
    assert [groups.people_of(one) for one in groups.lines] == [(15,), (0,), (0,)]


@pytest.mark.parametrize(("term", "columns"), [("1", 1), ("2", 1), ("y", 3)])
def test_results_of_a_term_have_no_columns_of_minorities(term: str, columns: int) -> None:
    told = {f"03.learning.{term}.0": 7}
    pair = Pair(Told({Theme.RESULTS: told}), Told())
    found = blocks_of("hoc-tap", pair, term, NAMES)
    assert [len(one.people_of(one.lines[0])) for one in found] == [columns]


def test_a_workbook_leaves_empty_what_was_never_counted() -> None:
    content = figures_book(
        ("Số liệu",), [("Quy mô", [block("quy-mo", "Học sinh theo dân tộc")])], ("", [], [])
    )
    rows = open_workbook(content).sheets[0].rows
    head = next(row for row in rows if "Nữ" in row)
    line = next(row for row in rows if len(row) > 1 and row[1] == "Tày")
    of = dict(zip(head, line, strict=False))
    assert (of["Nữ"], of["Dân tộc thiểu số"], of["Nữ dân tộc thiểu số"]) == (15, None, None)


def test_charts_name_the_years_that_they_show() -> None:
    chart, *_ = pictures_of("hoc-tap", PAIR, "1", NAMES, YEARS)
    assert [row.label for row in chart.rows] == ["Trung học cơ sở"]
    assert chart.note == "Số bên phải: tỉ lệ mức Tốt."
    sizes, *_ = pictures_of("", PAIR, "1", NAMES, YEARS)
    assert [one.name for one in sizes.series] == list(YEARS)


def test_a_past_year_names_the_year_before_and_says_nothing_of_today() -> None:
    pair = Pair(Told(), PAIR.now)
    chart, *_ = pictures_of("hoc-tap", pair, "1", NAMES, YEARS)
    assert [row.label for row in chart.rows] == ["Trung học cơ sở, năm trước"]
    assert "Vắng hôm nay" not in {one.label for one in tiles_of(PAIR, "1")}


def test_a_tile_reads_as_a_sentence() -> None:
    counts = {"due.1": 6_571_303, "entered.1": 2_992_904}
    told = tiles_of(Pair(Told({Theme.ENTRY: counts}), Told()), "1")
    entered = next(one for one in told if one.label == "Điểm đã nhập")
    assert entered.note == "2.992.904 trong 6.571.303 điểm học kì\N{NO-BREAK SPACE}I"


def test_a_class_is_not_told_how_many_classes_it_is() -> None:
    whole = tiles_of(PAIR, "1")
    told = of_class(whole)
    assert [one.label for one in whole if one not in told] == ["Học sinh", "Lớp, nhóm trẻ"]
    assert next(one for one in told if one.label == "Học sinh").note == ""


def test_what_is_still_to_come_has_not_fallen() -> None:
    last = Told({Theme.RESULTS: {"03.pupils": 90, "03.outcome.PROMOTED": 88}})
    begun = Told({Theme.RESULTS: {"03.pupils": 40}})
    (promoted,) = blocks_of("len-lop", Pair(begun, last), "1", NAMES)[0].lines
    assert (promoted.printed_change, promoted.share, promoted.last_share) == ("—", "—", "97,8%")
    decided = Told({Theme.RESULTS: {"03.pupils": 40, "03.outcome.PROMOTED": 22}})
    (promoted,) = blocks_of("len-lop", Pair(decided, last), "1", NAMES)[0].lines
    assert (promoted.printed_change, promoted.share) == ("−66 (−75,0%)", "55,0%")


def test_pupils_who_left_have_fallen() -> None:
    pair = Pair(Told(), Told({Theme.ENROLMENT: {"02.pupils": 50, "02.classes": 2}}))
    sizes = next(one for one in blocks_of("quy-mo", pair, "1", NAMES) if one.what == "Cấp học")
    assert sizes.lines[-1].printed_change == "−50 (−100,0%)"


def test_a_single_bar_is_not_drawn_and_charts_of_unlike_height_stand_apart() -> None:
    one_level = Told({Theme.ENROLMENT: {"03.pupils": 40, "03.grade.06": 22, "03.grade.07": 18}})
    (grades,) = pictures_of("quy-mo", Pair(one_level, Told()), "1", NAMES, YEARS)
    assert grades.title == "Học sinh theo khối lớp"
    one_grade = Told({Theme.ENROLMENT: {"03.pupils": 40, "03.grade.06": 40}})
    single = pictures_of("quy-mo", Pair(one_grade, Told()), "1", NAMES, YEARS)
    assert (len(single), class_pictures(single)) == (1, [])
    many = {f"03.grade.{code:02}": 9 for code in range(1, 13)}
    levels = {"02.pupils": 50, "03.pupils": 40}
    tall = Pair(Told({Theme.ENROLMENT: {**many, **levels}}), Told())
    assert side_by_side([grades])
    assert not side_by_side(pictures_of("quy-mo", tall, "1", NAMES, YEARS))


def test_nobody_is_promoted_before_the_year_is_decided() -> None:
    """No share instead of none: over one place as over many."""
    [column] = [one for one in columns_of("len-lop", "y", "03") if one.title == "Lên lớp"]
    before = {"03.pupils": 40, "03.outcome.PROMOTED": 0}
    after = {"03.pupils": 40, "03.outcome.RETAINED": 1}
    wanted = wanted_of([column])
    [picked] = picked_of([column], wanted)
    for counts, shown in ((before, "—"), (after, "0,0%")):
        row = [counts.get(key, 0) for _, key in wanted]
        assert picked.cell(row).shown == shown
        assert cell_of(Told({Theme.RESULTS: counts}, {}), column).shown == shown
