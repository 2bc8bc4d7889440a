"""Quy chế đánh giá áp dụng: chosen per student, grade and school year, never per system.

An imported old year keeps the labels of its own regulation; it is never computed anew under
another one.
"""

from collections.abc import Iterable
from enum import StrEnum
from functools import cache

from khue.gradebook.rules.dated import Row, rows_of
from kit.vietnamese import fold


class Regime(StrEnum):
    """Quy chế đánh giá, xếp loại học sinh; the value is the label that files of cases use."""

    TT27 = "TT27"
    TT30_TT22 = "TT30+TT22/2016"
    TT30 = "TT30/2014"
    TT32 = "TT32/2009"
    TT22 = "TT22"
    TT58_TT26 = "TT58+TT26"
    TT58 = "TT58"
    QD40 = "QD40/2006"
    TT43 = "TT43"
    QD02 = "QD02/2007"
    PRESCHOOL = "TT17/2009"

    @property
    def name_vi(self) -> str:
        """As a book cites it."""
        return _NAMES[self]

    @property
    def is_computed(self) -> bool:
        """Whether the results of such a year are computed here; others are kept as imported."""
        return self in _COMPUTED


_NAMES = {
    Regime.TT27: "Thông tư 27/2020/TT-BGDĐT",
    Regime.TT30_TT22: "Thông tư 30/2014/TT-BGDĐT, sửa đổi bởi Thông tư 22/2016/TT-BGDĐT",
    Regime.TT30: "Thông tư 30/2014/TT-BGDĐT",
    Regime.TT32: "Thông tư 32/2009/TT-BGDĐT",
    Regime.TT22: "Thông tư 22/2021/TT-BGDĐT",
    Regime.TT58_TT26: "Thông tư 58/2011/TT-BGDĐT, sửa đổi bởi Thông tư 26/2020/TT-BGDĐT",
    Regime.TT58: "Thông tư 58/2011/TT-BGDĐT",
    Regime.QD40: "Quyết định 40/2006/QĐ-BGDĐT",
    Regime.TT43: "Thông tư 43/2021/TT-BGDĐT",
    Regime.QD02: "Quyết định 02/2007/QĐ-BGDĐT, sửa đổi bởi các Thông tư 26/2014 và 21/2021",
    Regime.PRESCHOOL: "Thông tư 17/2009/TT-BGDĐT, sửa đổi năm 2016 và 2020",
}
_COMPUTED = {Regime.TT22, Regime.TT27, Regime.TT43, Regime.TT58, Regime.TT58_TT26}
# A shorter name that a file may use for the same regulation.
_SHORT_NAMES = {
    Regime.TT30_TT22: {"TT30", "TT30/2014", "TT30+TT22", "TT30/2014+TT22/2016", "TT22/2016"},
    Regime.TT30: {"TT30"},
    Regime.TT32: {"TT32"},
    Regime.QD40: {"QD40"},
    Regime.QD02: {"QD02", "QD02+TT26", "QD02+TT26+TT21", "QD02/2007+TT26/2014+TT21/2021"},
    Regime.PRESCHOOL: {"TT17"},
}


def _covers(row: Row, level: str, grade: int) -> bool:
    first, _, last = row["grade"].partition("-")
    return row["level"] == level and int(first) <= grade <= int(last or first)


@cache
def regime_of(level: str, grade: int, start_year: int) -> Regime | None:
    """Quy chế đánh giá của một lớp trong một năm học; none before the oldest one known.

    `level` is primary, secondary (grades 6 to 12), gdtx or preschool; `grade` is 1 to 12
    (0 for preschool); `start_year` is the year in which the school year begins.
    Law: TT 22/2021/TT-BGDĐT, Điều 21; TT 27/2020/TT-BGDĐT, Điều 2
    """
    for row in rows_of("regimes"):
        if _covers(row, level, grade) and int(row["from_year"]) <= start_year:
            return Regime(row["regime"])
    return None


def _plain(label: str) -> str:
    return fold(label).upper().replace(" ", "")


def names_of_regime(regime: Regime) -> Iterable[str]:
    """The label and the shorter ones that mean the same regulation, without diacritics."""
    return {_plain(regime.value), *_SHORT_NAMES.get(regime, ())}


def is_named(regime: Regime, label: str) -> bool:
    """Whether a label, full or short, with or without diacritics, names this regulation."""
    return _plain(label) in names_of_regime(regime)
