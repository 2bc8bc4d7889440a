"""Bars of a chart: exact shares, one scale, a table of the same figures."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kit.charts import compared, hundredths, shared


def test_a_share_is_written_as_svg_takes_it() -> None:
    assert hundredths(3, 8) == "37.5"
    assert hundredths(1, 2) == "50"
    assert hundredths(5, 0) == "0"
    assert hundredths(9, 8) == "100"


def test_compared_bars_share_one_scale_and_stand_in_the_table_too() -> None:
    chart = compared(
        "Quy mô", ["Năm nay", "Năm trước"], [("Khối 6", [40, 20]), ("Khối 7", [10, None])]
    )
    widths = [[track[0].width for track in row.tracks] for row in chart.rows]
    assert widths == [["100", "50"], ["25", "0"]]
    assert chart.cells == (("Khối 6", "40", "20"), ("Khối 7", "10", "—"))
    assert "Khối 6: 40" in chart.said


def test_shares_follow_one_another_to_a_hundred() -> None:
    chart = shared("Học tập", ["Tốt", "Khá", "Đạt"], [("Khối 6", [1, 2, 1])])
    (bars,) = chart.rows[0].tracks
    assert [(bar.start, bar.width) for bar in bars] == [("0", "25"), ("25", "50"), ("75", "25")]
    assert chart.rows[0].shown == "25,0%"
    assert chart.cells[0][2] == "2 (50,0%)"


def test_nothing_to_share_is_said() -> None:
    assert shared("Học tập", ["Tốt"], [("Khối 6", [0])]).rows[0].shown == "—"


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=6))
def test_bars_never_leave_their_track(values: list[int]) -> None:
    (bars,) = shared("", ["x"] * len(values), [("", values)]).rows[0].tracks
    assert all(float(bar.start) + float(bar.width) <= 100.1 for bar in bars)
