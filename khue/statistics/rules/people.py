"""Bốn cột của biểu thống kê: tổng số, nữ, dân tộc thiểu số, nữ dân tộc thiểu số."""

from __future__ import annotations

from collections import Counter
from functools import cache

FEMALE = "F"
# DM_DAN_TOC: 01 Kinh, 55 foreigner; nobody knows of an empty one.
NOT_MINORITIES = frozenset({"", "01", "55"})


def is_minority(ethnic_group: str) -> bool:
    """Dân tộc thiểu số: every group but the Kinh; foreigners are none."""
    return ethnic_group not in NOT_MINORITIES


@cache
def columns_of(sex: str, ethnic_group: str) -> tuple[str, ...]:
    """The columns that a person stands in, as the ends of keys."""
    female, minority = sex == FEMALE, is_minority(ethnic_group)
    told = (("", True), (".f", female), (".m", minority), (".mf", female and minority))
    return tuple(column for column, holds in told if holds)


def add(counts: Counter[str], key: str, columns: tuple[str, ...]) -> None:
    """Count a person under a key, in her columns."""
    for column in columns:
        counts[key + column] += 1


def birth_year(born: str) -> int | None:
    """The year of "2015-03-09", "2015-03" or "2015"; none when nobody wrote it."""
    return int(born[:4]) if born else None
