"""Chương trình giáo dục phổ thông 2018: periods, electives and clusters of study topics."""

from collections.abc import Collection, Sequence
from fractions import Fraction

from khue.organisations.rules.calendar import STUDY_WEEKS
from kit.refusal import Refusal

ELECTIVES_CHOSEN = 4
CLUSTERS_CHOSEN = 3
CLUSTER_PERIODS = 35
_WEEKS_A_YEAR = sum(STUDY_WEEKS)
# 52 periods a year are one period a week in term I and two in term II.
_UNEVEN_PER_WEEK = {52: (1, 2)}


def periods_per_week(periods_per_year: int, term: int) -> Fraction:
    """Số tiết một tuần của môn học trong một học kì.

    Law: TT 32/2018/TT-BGDĐT; TT 13/2022/TT-BGDĐT
    """
    if periods_per_year in _UNEVEN_PER_WEEK:
        return Fraction(_UNEVEN_PER_WEEK[periods_per_year][term - 1])
    return Fraction(periods_per_year, _WEEKS_A_YEAR)


def split_periods(periods_per_year: int) -> tuple[int, int]:
    """Số tiết của học kì I và học kì II; together always the periods of the year."""
    first = int(periods_per_week(periods_per_year, 1) * STUDY_WEEKS[0])
    return first, periods_per_year - first


def _names(subjects: Collection[str]) -> str:
    return ", ".join(sorted(subjects))


def _repeated(chosen: Sequence[str]) -> set[str]:
    return {subject for subject in chosen if chosen.count(subject) > 1}


def _count_refusal(key: str, what: str, chosen: Sequence[str], wanted: int) -> list[Refusal]:
    if len(set(chosen)) == wanted:
        return []
    sentence = f"Cần chọn đúng {wanted} {what}, hiện có {len(set(chosen))}."
    return [Refusal(key, sentence, {"wanted": wanted, "chosen": len(set(chosen))})]


def _repeat_refusal(chosen: Sequence[str]) -> list[Refusal]:
    twice = _repeated(chosen)
    if not twice:
        return []
    return [Refusal("CHOSEN_TWICE", f"Môn được chọn hai lần: {_names(twice)}.")]


def check_electives(chosen: Sequence[str], offered: Collection[str]) -> tuple[Refusal, ...]:
    """Môn học lựa chọn: exactly four of the nine offered; no refusal means fine.

    Law: TT 13/2022/TT-BGDĐT
    """
    foreign = set(chosen) - set(offered)
    refusals = _repeat_refusal(chosen)
    refusals += _count_refusal("NUMBER_OF_ELECTIVES", "môn lựa chọn", chosen, ELECTIVES_CHOSEN)
    if foreign:
        sentence = f"Không phải là môn lựa chọn: {_names(foreign)}."
        refusals.append(Refusal("NOT_ELECTIVE", sentence))
    return tuple(refusals)


def check_clusters(
    chosen: Sequence[str], studied: Collection[str], allowed: Collection[str]
) -> tuple[Refusal, ...]:
    """Cụm chuyên đề học tập: three, of subjects that are studied and have study topics.

    Law: TT 32/2018/TT-BGDĐT; TT 13/2022/TT-BGDĐT
    """
    refusals = _repeat_refusal(chosen)
    refusals += _count_refusal("NUMBER_OF_CLUSTERS", "cụm chuyên đề", chosen, CLUSTERS_CHOSEN)
    without = set(chosen) - set(allowed)
    if without:
        sentence = f"Môn không có cụm chuyên đề: {_names(without)}."
        refusals.append(Refusal("NO_CLUSTER", sentence))
    unstudied = set(chosen) & set(allowed) - set(studied)
    if unstudied:
        sentence = f"Học sinh không học môn của cụm chuyên đề: {_names(unstudied)}."
        refusals.append(Refusal("NOT_STUDIED", sentence))
    return tuple(refusals)
