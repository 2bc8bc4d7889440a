"""Kết quả rèn luyện: given by the homeroom teacher for a term, by a table for the year.

Counted offences are evidence for the teacher; no level is ever derived from them.
"""

from collections.abc import Mapping
from types import MappingProxyType

from khue.gradebook.rules.levels import Level

TOT, KHA, DAT, CHUADAT = Level

# First term -> the year, by the level of the second term in the order Tốt, Khá, Đạt, Chưa đạt.
YEAR_BY_TERMS: Mapping[Level, tuple[Level, Level, Level, Level]] = MappingProxyType(
    {
        TOT: (TOT, KHA, KHA, CHUADAT),
        KHA: (TOT, KHA, DAT, CHUADAT),
        DAT: (KHA, KHA, DAT, CHUADAT),
        CHUADAT: (KHA, DAT, DAT, CHUADAT),
    }
)


def conduct_year(first_term: Level | None, second_term: Level | None) -> Level | None:
    """Kết quả rèn luyện cả năm, from the two terms; none while a term has no level.

    Law: TT 22/2021/TT-BGDĐT, Điều 8
    """
    if first_term is None or second_term is None:
        return None
    return YEAR_BY_TERMS[first_term][second_term]


def conduct_for_promotion(year: Level, after_summer: Level | None) -> Level:
    """Kết quả rèn luyện để xét lên lớp: after summer training where it was Chưa đạt.

    The level of the year itself stays in the book as it was.
    Law: TT 22/2021/TT-BGDĐT, Điều 12; TT 22/2021/TT-BGDĐT, Điều 13
    """
    if year.is_met or after_summer is None:
        return year
    return after_summer
