"""Who was how good last year: enough of every result that a school year can have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

TOT, KHA, DAT, CHUADAT = "T", "K", "Đ", "CĐ"
# How far marks of a subject lie from its usual mark, and subjects from the pupil's usual mark.
STEADY, LIKING = 0.35, 0.28


@dataclass(frozen=True)
class Profile:
    """One pupil's year: usual marks, subjects far from them, conduct, absences, the summer.

    `weak`: usual marks of single subjects; `fails`: comment subjects at Chưa đạt; `again`:
    results of re-assessment as typed; `conduct_after` that of summer training.
    """

    usual: float
    weak: Mapping[str, float] = field(default_factory=dict)
    fails: tuple[str, ...] = ()
    conduct: tuple[str, str] = (TOT, TOT)
    absent: tuple[int, int] = (1, 0)
    again: Mapping[str, str] = field(default_factory=dict)
    conduct_after: str = ""


CHILD = Profile(8.7)
EXCELLENT = Profile(9.5)
GOOD = Profile(8.6)
FAIR = Profile(7.3)
ENOUGH = Profile(6.0, conduct=(KHA, KHA), absent=(3, 1))
# Every subject but one is good: Điều 9 khoản 3 raises the level by one step.
ONE_WEAK_SUBJECT = Profile(8.8, weak={"Ngoại ngữ 1": 4.2})
ONE_FAILED_COMMENT = Profile(8.7, fails=("Giáo dục thể chất",))
AGAIN_PASSED = Profile(
    5.6, weak={"Toán": 2.9}, conduct=(KHA, DAT), absent=(4, 2), again={"Toán": "5,5"}
)
AGAIN_FAILED = Profile(
    5.3,
    weak={"Toán": 2.8, "Khoa học tự nhiên": 3.0},
    conduct=(DAT, DAT),
    absent=(9, 5),
    again={"Toán": "3,0", "Khoa học tự nhiên": "4,5"},
)
SUMMER = Profile(5.9, conduct=(DAT, CHUADAT), absent=(6, 6), conduct_after=DAT)
OFTEN_AWAY = Profile(5.5, conduct=(DAT, DAT), absent=(31, 18))
FAR_BEHIND = Profile(3.0, conduct=(DAT, CHUADAT), absent=(12, 9))

USUAL = (GOOD, FAIR, FAIR, ENOUGH, FAIR, GOOD, ENOUGH, FAIR)
SPECIAL: Mapping[str, tuple[Profile, ...]] = {
    "7A": (CHILD, EXCELLENT, ONE_WEAK_SUBJECT, AGAIN_PASSED, SUMMER, EXCELLENT, OFTEN_AWAY),
    "7B": (EXCELLENT, ONE_FAILED_COMMENT, AGAIN_FAILED, AGAIN_PASSED, FAR_BEHIND, SUMMER),
    "9A": (EXCELLENT, EXCELLENT, ONE_WEAK_SUBJECT),
}


def profile_of(class_name: str, place: int) -> Profile:
    """The profile of a pupil by the place in which the class was built."""
    special = SPECIAL.get(class_name, ())
    return special[place] if place < len(special) else USUAL[place % len(USUAL)]
