"""The kinds of schools and the bands of children, with how many of each the whole province has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from khue.organisations.rules.levels import Level, managing_body


@dataclass(frozen=True)
class Band:
    """Children of one grade, or of one age group of the preschool.

    `age`: in the calendar year in which the school year starts. `total`: in the whole province.
    `new`, `repeats`: shares in ten thousand who come from nowhere, who sit here a second year.
    """

    key: str
    level: str
    grade: str
    age_group: str
    age: int
    before: str
    total: int
    new: int
    repeats: int


def _band(key: str, level: str, age: int, before: str, total: int, new: int, again: int) -> Band:
    grade, group = {
        "N2": ("16", "02"),
        "N3": ("16", "03"),
        "M3": ("17", "04"),
        "M4": ("17", "05"),
        "M5": ("17", "06"),
    }.get(key, (key, ""))
    return Band(key, level, grade, group, age, before, total, new, again)


BANDS: Mapping[str, Band] = {
    one.key: one
    for one in (
        _band("N2", "01", 1, "", 2_118, 10_000, 0),
        _band("N3", "01", 2, "N2", 7_494, 7_300, 0),
        _band("M3", "01", 3, "N3", 11_874, 3_800, 0),
        _band("M4", "01", 4, "M3", 13_208, 1_100, 0),
        _band("M5", "01", 5, "M4", 13_902, 500, 0),
        _band("01", "02", 6, "M5", 14_703, 150, 150),
        _band("02", "02", 7, "01", 14_981, 60, 80),
        _band("03", "02", 8, "02", 15_264, 60, 40),
        _band("04", "02", 9, "03", 15_117, 60, 40),
        _band("05", "02", 10, "04", 14_406, 60, 10),
        _band("06", "03", 11, "05", 13_352, 60, 90),
        _band("07", "03", 12, "06", 13_205, 60, 60),
        _band("08", "03", 13, "07", 12_870, 60, 50),
        _band("09", "03", 14, "08", 12_131, 60, 10),
        _band("10", "04", 15, "09", 8_012, 60, 80),
        _band("11", "04", 16, "10", 7_722, 60, 40),
        _band("12", "04", 17, "11", 7_391, 60, 10),
        _band("13", "05", 15, "09", 2_388, 400, 100),
        _band("14", "05", 16, "13", 2_274, 100, 100),
        _band("15", "05", 17, "14", 2_139, 100, 50),
    )
}
PUPILS = sum(one.total for one in BANDS.values())
# After these bands a child may leave school for good: shares in ten thousand of this year's size.
LEAVERS: Mapping[str, int] = {"09": 700, "12": 9_700, "15": 9_600}

PRESCHOOL = ("N2", "N3", "M3", "M4", "M5")
PRIMARY = ("01", "02", "03", "04", "05")
LOWER = ("06", "07", "08", "09")
UPPER = ("10", "11", "12")
CONTINUING = ("13", "14", "15")
_BANDS_OF = {"01": PRESCHOOL, "02": PRIMARY, "03": LOWER, "04": UPPER, "05": CONTINUING}


@dataclass(frozen=True)
class Kind:
    """Loại trường; codes of DM_NHOM_CAP_HOC and DM_LOAI_TRUONG. `weight`: its usual size.

    `rural`: stands in a commune of the mountains, never in a ward.
    """

    key: str
    title: str
    count: int
    level_group: str
    levels: tuple[str, ...]
    school_type: str
    weight: float = 1.0
    boarding: bool = False
    rural: bool = False

    @property
    def managed_by(self) -> str:
        """Cấp quản lý, by the highest level taught (TT 15/2025, TT 45/2026)."""
        return str(managing_body(Level(one) for one in self.levels))

    @property
    def bands(self) -> tuple[str, ...]:
        return tuple(band for level in self.levels for band in _BANDS_OF[level])


KINDS: tuple[Kind, ...] = (
    Kind("preschool", "Trường Mầm non", 229, "01", ("01",), "13"),
    Kind("primary", "Trường Tiểu học", 160, "06", ("02",), "07", 1.25),
    Kind("primary-boarding", "Trường PTDTBT Tiểu học", 18, "06", ("02",), "01", 0.8,
         boarding=True, rural=True),
    Kind("joint", "Trường TH&THCS", 62, "09", ("02", "03"), "07", 0.7, rural=True),
    Kind("joint-boarding", "Trường PTDTBT TH&THCS", 30, "09", ("02", "03"), "01", 0.75,
         boarding=True, rural=True),
    Kind("lower", "Trường THCS", 86, "07", ("03",), "07", 1.3),
    Kind("lower-boarding", "Trường PTDTBT THCS", 40, "07", ("03",), "01", 0.9,
         boarding=True, rural=True),
    Kind("ethnic-lower", "Trường PTDTNT THCS", 8, "07", ("03",), "03", 1.1,
         boarding=True, rural=True),
    Kind("upper", "Trường THPT", 23, "08", ("04",), "07", 1.2),
    Kind("gifted", "Trường THPT chuyên", 1, "08", ("04",), "09", 1.1),
    Kind("lower-upper", "Trường THCS&THPT", 4, "10", ("03", "04"), "07", 0.6, rural=True),
    Kind("ethnic-lower-upper", "Trường PTDTNT THCS&THPT", 2, "10", ("03", "04"), "03", 0.5,
         boarding=True, rural=True),
    Kind("ethnic-upper", "Trường PTDTNT THPT", 1, "08", ("04",), "02", 0.8, boarding=True),
    Kind("continuing", "Trung tâm GDNN-GDTX", 11, "12", ("05",), "16"),
)  # fmt: skip
SCHOOLS = sum(one.count for one in KINDS)
# How many children a class of a level holds at its fullest, in the main site.
CLASS_SIZES: Mapping[str, int] = {"01": 25, "02": 26, "03": 34, "04": 42, "05": 40}
NURSERY_SIZE = 20
