"""Words of places: names of schools, sites and villages that exist on no map we know of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random

from synthetic.lots import mixed
from synthetic.names import DAO, HMONG, HOA, KINH, NUNG, SAN_CHAY, TAY

_FIRST = ("Nà", "Khuổi", "Pác", "Bản", "Lũng", "Đồi", "Suối", "Thung", "Nương", "Đèo", "Vườn", "Gò")
_SECOND = ("Sao", "Sương", "Mây", "Nắng", "Sim", "Trăng", "Lau", "Hồi", "Mận", "Đào", "Gió",
           "Ngọc", "Én", "Quế", "Sáo", "Vầu", "Trám", "Chuồn", "Lúa", "Cọ", "Ban", "Khuê",
           "Phách", "Tre")  # fmt: skip
BASES = tuple(f"{first} {second}" for first in _FIRST for second in _SECOND)
JOBS = ("Làm ruộng", "Làm ruộng", "Làm ruộng", "Trồng rừng", "Công nhân", "Buôn bán", "Viên chức",
        "Lái xe", "Thợ may", "Thợ xây", "Bộ đội biên phòng", "Nội trợ")  # fmt: skip
# Weights of ethnic groups in a commune: the draw says which of these a commune is.
COMMUNE_GROUPS: Mapping[str, Sequence[Mapping[str, int]]] = {
    "ward": (
        {KINH: 38, TAY: 30, NUNG: 28, HOA: 3, DAO: 1},
        {KINH: 30, TAY: 33, NUNG: 34, HOA: 2, DAO: 1},
    ),
    "rural": (
        {NUNG: 62, TAY: 28, KINH: 8, DAO: 2},
        {NUNG: 45, TAY: 43, KINH: 10, DAO: 2},
        {TAY: 66, NUNG: 22, KINH: 11, DAO: 1},
        {TAY: 47, NUNG: 30, KINH: 22, HOA: 1},
        {NUNG: 50, TAY: 24, KINH: 10, DAO: 16},
        {DAO: 34, NUNG: 34, TAY: 26, KINH: 6},
        {NUNG: 40, KINH: 36, TAY: 20, SAN_CHAY: 4},
        {TAY: 40, NUNG: 34, HMONG: 8, KINH: 10, DAO: 8},
        {NUNG: 52, TAY: 34, KINH: 12, SAN_CHAY: 2},
        {NUNG: 58, TAY: 20, KINH: 20, HOA: 2},
    ),
}


def school_names(seed: int, titles: Sequence[str]) -> list[str]:
    """A name for each title in turn; no two schools of one title share one."""
    offered = {
        title: Random(mixed(seed, 5, at)).sample(BASES, len(BASES))
        for at, title in enumerate(dict.fromkeys(titles))
    }
    used: Counter[str] = Counter()
    names = []
    for title in titles:
        names.append(f"{title} {offered[title][used[title]]}")
        used[title] += 1
    return names
