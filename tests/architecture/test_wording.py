"""The product spells a word one way, wherever it speaks."""

from __future__ import annotations

import re
from pathlib import Path

from machinery.surroundings import ROOT
from tests.architecture.house import place, product_files, python_files

# "hủy, xóa, hòa", as laws and circulars print them; "quý" and "quỹ" have their tone on the y.
TONE_ON_THE_SECOND = re.compile(r"o[àáảãạèéẻẽẹ](?!\w)|(?<!q)u[ỳýỷỹỵ](?!\w)", re.IGNORECASE)
OTHER_SPELLING = re.compile(
    r"quản lí|xử lí|lí do|học kỳ|kỳ nghỉ|kỳ thi|bất kỳ|định kỳ|tỷ lệ|kỹ thuật|kỹ năng",
    re.IGNORECASE,
)
WORDS_OF_OTHERS = {
    "khue/attendance/sheets/absences.py",
    "khue/gradebook/sheets/past_years.py",
    "docs/reference/sector-fields.md",
}


def _speaking() -> list[Path]:
    pages = [*(ROOT / "khue").rglob("*.html"), *(ROOT / "frontend" / "templates").rglob("*.html")]
    scripts = list((ROOT / "frontend" / "src").rglob("*.ts"))
    guides = list((ROOT / "docs").rglob("*.md"))
    return sorted([*pages, *scripts, *guides, *product_files(), *python_files("config", "demo")])


def _found(spelling: re.Pattern[str]) -> list[str]:
    return [
        f"{place(path, number)} {line.strip()}"
        for path in _speaking()
        if place(path) not in WORDS_OF_OTHERS
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if spelling.search(line)
    ]


def test_the_tone_of_an_open_syllable_stands_on_its_first_vowel() -> None:
    assert _found(TONE_ON_THE_SECOND) == []


def test_a_word_is_spelled_as_everywhere_else() -> None:
    assert _found(OTHER_SPELLING) == []
