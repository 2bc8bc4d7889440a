"""Nghi trùng hồ sơ: how alike two files are, with reasons a clerk can check."""

from collections.abc import Iterator
from dataclasses import dataclass

from kit.dates import PartialDate
from kit.vietnamese import (
    family_and_middle_name,
    fold,
    given_name,
    same_name,
    search_key,
)

POSSIBLE_FROM = 65
_CERTAIN = 100


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What identifies a person. `personal_number` may be a digest: it is only compared."""

    full_name: str
    birth_date: PartialDate | None = None
    sex: str = ""
    personal_number: str = ""
    mother_name: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """A score of 0 to 100 with its reasons, the strongest first."""

    score: int
    reasons: tuple[str, ...]
    certain: bool

    @property
    def possible(self) -> bool:
        """Whether a person should look at both files."""
        return self.score >= POSSIBLE_FROM


_Reason = tuple[int, str]


def _compare_names(one: str, other: str) -> Iterator[_Reason]:
    if same_name(one, other):
        yield 40, "Cùng họ tên"
    elif search_key(one) == search_key(other):
        yield 30, "Họ tên giống nhau khi bỏ dấu"
    elif _family(one) == _family(other) and same_name(given_name(one), given_name(other)):
        yield 10, "Cùng họ và cùng tên, khác tên đệm"
    else:
        yield -30, ""


def _family(name: str) -> str:
    return fold(family_and_middle_name(name)).lower().partition(" ")[0]


def _compare_births(one: PartialDate | None, other: PartialDate | None) -> Iterator[_Reason]:
    if one is None or other is None:
        return
    if one == other and one.exact:
        yield 35, f"Cùng ngày sinh {one.printed}"
    elif one.year != other.year:
        yield -20, ""
    elif _is_swapped(one, other):
        yield 20, f"Ngày sinh đảo ngày và tháng ({one.printed} và {other.printed})"
    else:
        yield (15, f"Cùng năm sinh {one.year}") if _agree(one, other) else (-10, "")


def _is_swapped(one: PartialDate, other: PartialDate) -> bool:
    return one.exact is not None and (one.day, one.month) == (other.month, other.day)


def _agree(one: PartialDate, other: PartialDate) -> bool:
    """Whether one date may be the other, known less well."""
    pairs = ((one.month, other.month), (one.day, other.day))
    return all(mine is None or yours is None or mine == yours for mine, yours in pairs)


def _compare_sexes(one: str, other: str) -> Iterator[_Reason]:
    if one and other:
        yield (5, "Cùng giới tính") if one == other else (-15, "")


def _compare_mothers(one: str, other: str) -> Iterator[_Reason]:
    if one and other and search_key(one) == search_key(other):
        yield 20, "Cùng họ tên mẹ"


def _compare_numbers(one: str, other: str) -> Iterator[_Reason]:
    if one and other and one != other:
        yield -50, ""


def compare_people(one: PersonFacts, other: PersonFacts) -> Likeness:
    """Mức độ giống nhau của hai hồ sơ; the same personal number is the same person."""
    weighed: list[_Reason] = [
        *_compare_births(one.birth_date, other.birth_date),
        *_compare_names(one.full_name, other.full_name),
        *_compare_mothers(one.mother_name, other.mother_name),
        *_compare_sexes(one.sex, other.sex),
        *_compare_numbers(one.personal_number, other.personal_number),
    ]
    ordered = sorted(weighed, key=lambda reason: -reason[0])
    reasons = tuple(words for weight, words in ordered if weight > 0)
    if one.personal_number and one.personal_number == other.personal_number:
        return Likeness(_CERTAIN, ("Cùng số định danh cá nhân", *reasons), certain=True)
    score = sum(weight for weight, _ in weighed)
    return Likeness(max(0, min(score, _CERTAIN - 1)), reasons, certain=False)
