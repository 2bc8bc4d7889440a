"""The index from law to rule says what the docstrings say, in the order of the articles."""

from pathlib import Path

import pytest

from kit.law_index import INDEX, citations_in, citations_of, main, official_term, print_index

RULES = '''
def second() -> None:
    """Mức học tập: the level.

    Law: TT 22/2021/TT-BGDĐT, Điều 10
    """


def first() -> None:
    """Điểm trung bình (ĐTBmhk); none yet.

    Law: TT 22/2021/TT-BGDĐT, Điều 9; QĐ 19/2025/QĐ-TTg.
    """


def plain() -> None:
    """Nothing of the law."""
'''


def house_of(tmp_path: Path) -> Path:
    """A house with one rules room."""
    rules = tmp_path / "khue" / "marks" / "rules"
    rules.mkdir(parents=True)
    (rules / "tt22.py").write_text(RULES, encoding="utf-8")
    return tmp_path


def test_a_docstring_gives_its_articles_and_its_term() -> None:
    cited = [(one.regulation, one.article, one.term) for one in citations_in(RULES, "a.py")]
    assert cited == [
        ("TT 22/2021/TT-BGDĐT", "Điều 10", "Mức học tập"),
        ("TT 22/2021/TT-BGDĐT", "Điều 9", "Điểm trung bình (ĐTBmhk)"),
        ("QĐ 19/2025/QĐ-TTg", "", "Điểm trung bình (ĐTBmhk)"),
    ]


def test_articles_stand_in_their_natural_order(tmp_path: Path) -> None:
    index = print_index(citations_of(house_of(tmp_path)))
    assert index.index("QĐ 19/2025") < index.index("TT 22/2021")
    assert index.index("Điều 9 |") < index.index("Điều 10 |")
    assert "[`first`](../../khue/marks/rules/tt22.py)" in index
    assert "plain" not in index


def test_checking_notices_an_index_that_is_missing_or_old(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house = house_of(tmp_path)
    assert main(["--check"], house) == 1
    assert "kit.law_index" in capsys.readouterr().err
    assert main([], house) == 0
    assert main(["--check"], house) == 0
    (house / INDEX).write_text("old", encoding="utf-8")
    assert main(["--check"], house) == 1


def test_the_term_is_what_stands_before_the_first_stop() -> None:
    assert official_term("Số đăng bộ tiếp theo: one above.\n\nMore.") == "Số đăng bộ tiếp theo"
