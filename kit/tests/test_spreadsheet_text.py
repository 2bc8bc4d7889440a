"""A cell that begins like a formula is written as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.spreadsheet_text import neutralise_formula


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://x")',
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        "＝1",
    ],
)
def test_formulas_are_disarmed(text: str) -> None:
    assert neutralise_formula(text) == "'" + text


@pytest.mark.parametrize(
    "text", ["", "Nguyễn Thị Lan", "10A1", "-5", "+84912345678", "7,5", "-7.5"]
)
def test_ordinary_text_stays(text: str) -> None:
    assert neutralise_formula(text) == text


@given(st.text())
def test_disarming_is_done_once(text: str) -> None:
    assert neutralise_formula(neutralise_formula(text)) == neutralise_formula(text)
