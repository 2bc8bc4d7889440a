"""Định mức tiết dạy: how many periods a week a teacher owes, and what lowers it."""

from collections.abc import Iterable
from fractions import Fraction

HOMEROOM_REDUCTION = 4
_NORM_OF_LEVEL = {"02": 23, "03": 19, "04": 17, "05": 17}
# DM_LOAI_TRUONG: 01 is a semi-boarding, 02 and 03 are boarding schools for ethnic minorities.
_NORM_OF_SEMI_BOARDING = {"02": 21, "03": 17, "04": 17}
_NORM_OF_BOARDING = {"03": 17, "04": 15}


def weekly_norm(levels: Iterable[str], school_type: str = "") -> int | None:
    """Định mức tiết dạy trung bình một tuần, by the highest level taught; none for preschool.

    Law: TT 05/2025/TT-BGDĐT, Điều 7; TT 04/2026/TT-BGDĐT
    """
    taught = sorted(level for level in levels if level in _NORM_OF_LEVEL)
    if not taught:
        return None
    special = {"01": _NORM_OF_SEMI_BOARDING, "02": _NORM_OF_BOARDING, "03": _NORM_OF_BOARDING}
    return special.get(school_type, {}).get(taught[-1], _NORM_OF_LEVEL[taught[-1]])


def reduced_norm(norm: int, homerooms: int) -> int:
    """Định mức sau khi giảm: four periods for a homeroom class, once.

    Law: TT 05/2025/TT-BGDĐT, Điều 9
    """
    return max(0, norm - (HOMEROOM_REDUCTION if homerooms else 0))


def extra_periods(periods: Fraction, norm: int) -> Fraction:
    """Số tiết vượt định mức trong tuần; 0 when the norm is not reached."""
    return max(Fraction(0), periods - norm)


def is_beyond_cap(periods: Fraction, full_norm: int, norm: int) -> bool:
    """Dạy thêm giờ quá 50% định mức tiết dạy một tuần.

    Law: TT 05/2025/TT-BGDĐT, Điều 3
    """
    return 2 * extra_periods(periods, norm) > full_norm
