"""Năm học cũ: what an imported year says, and whether its labels agree with its own regulation.

An old year keeps what the old book printed. Where the numbers say something else it is told,
never changed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from khue.gradebook.rules.marks import FAILED, HIGHEST, Mark
from khue.gradebook.rules.regimes import Regime, regime_of
from khue.gradebook.rules.tt58 import (
    KEY_SUBJECTS_TT26,
    KEY_SUBJECTS_TT58,
    Conduct,
    Grade,
    OldResults,
    old_level,
)
from kit.numbers import print_mark
from kit.vietnamese import search_key

_KEYS = {"toan": "Toan", "ngu van": "NguVan", "ngoai ngu": "NgoaiNgu", "ngoai ngu 1": "NgoaiNgu"}
OLD_REGIMES = (Regime.TT58, Regime.TT58_TT26)
# The labels that the books of each regulation print, by the key a sheet may use.
GRADES: Mapping[str, str] = {
    **{search_key(one.name_vi): one.name_vi for one in Grade},
    **{search_key(one): one for one in ("Tốt", "Khá", "Đạt", "Chưa đạt")},
    **{
        search_key(one): one
        for one in (
            "Hoàn thành xuất sắc",
            "Hoàn thành tốt",
            "Hoàn thành",
            "Chưa hoàn thành",
            "Hoàn thành chương trình lớp học",
        )
    },
    "g": "Giỏi",
    "k": "Khá",
    "tb": "Trung bình",
    "y": "Yếu",
    "t": "Tốt",
    "d": "Đạt",
    "cd": "Chưa đạt",
}
CONDUCTS: Mapping[str, str] = {
    **{search_key(one.name_vi): one.name_vi for one in Conduct},
    **{search_key(one): one for one in ("Đạt", "Chưa đạt", "Cần cố gắng")},
    "t": "Tốt",
    "k": "Khá",
    "tb": "Trung bình",
    "y": "Yếu",
    "d": "Đạt",
    "cd": "Chưa đạt",
}


@dataclass(frozen=True, slots=True)
class PastSubject:
    """A subject of an old year: results of the terms, the year, and after re-assessment."""

    name: str
    hk1: Mark = None
    hk2: Mark = None
    year: Mark = None
    again: Mark = None


@dataclass(frozen=True, slots=True)
class PastFacts:
    """Một năm học cũ as the old book prints it; `mean` in tenths where that book had one."""

    year: int
    grade: int
    school_name: str = ""
    class_name: str = ""
    conduct: str = ""
    learning: str = ""
    mean: int | None = None
    title: str = ""
    outcome: str = ""
    absent: int | None = None
    subjects: Sequence[PastSubject] = field(default_factory=tuple)


def level_of_grade(grade: int, *, continuing: bool = False) -> str:
    """The name of a level as the regimes call it."""
    if continuing:
        return "gdtx"
    return "primary" if grade <= 5 else "secondary"


def regime_of_past(facts: PastFacts, *, continuing: bool = False) -> Regime | None:
    """Quy chế áp dụng cho năm học cũ."""
    return regime_of(level_of_grade(facts.grade, continuing=continuing), facts.grade, facts.year)


def findings_of(facts: PastFacts, regime: Regime | None) -> list[str]:
    """Điểm cần xem lại: where mean or level differ from what the regulation makes of the marks.

    Law: TT 58/2011/TT-BGDĐT, Điều 11, Điều 13
    """
    if regime not in OLD_REGIMES:
        return []
    return list(_findings(facts, regime))


def _findings(facts: PastFacts, regime: Regime) -> Iterator[str]:
    scores = {
        _KEYS.get(search_key(one.name), one.name): one.year
        for one in facts.subjects
        if one.year is not None and 0 <= one.year <= HIGHEST
    }
    failed = sum(one.year == FAILED for one in facts.subjects)
    keys = KEY_SUBJECTS_TT26 if regime is Regime.TT58_TT26 else KEY_SUBJECTS_TT58
    computed = old_level(OldResults(scores, failed), keys=keys)
    if computed is None:
        return
    if facts.mean is not None and facts.mean != computed.mean:
        yield (
            f"Điểm trung bình các môn ghi {print_mark(facts.mean)}, "
            f"tính từ các môn là {print_mark(computed.mean)}."
        )
    if facts.learning and facts.learning != computed.final.name_vi:
        yield f"Học lực ghi {facts.learning}, tính từ các môn là {computed.final.name_vi}."
