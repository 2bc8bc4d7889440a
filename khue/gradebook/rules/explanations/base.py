"""What every explanation consists of, and how its numbers are printed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from khue.gradebook.rules.marks import Mark, print_mark_cell

TT22 = "Thông tư 22/2021/TT-BGDĐT"
TT27 = "Thông tư 27/2020/TT-BGDĐT"
TT43 = "Thông tư 43/2021/TT-BGDĐT"
TT58 = "Thông tư 58/2011/TT-BGDĐT"
TT26 = "Thông tư 26/2020/TT-BGDĐT"


@dataclass(frozen=True, slots=True)
class Part:
    """One row of the computation: what was assessed, what the cell holds, its weight."""

    label: str
    shown: str
    counted: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Condition:
    """Một điều kiện: what is asked, whether it is met, and by what."""

    text: str
    met: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer to “Kết quả này được tính như thế nào?”.

    `conditions` are shown below the parts, in order; `parts_title` heads the first column;
    weights are shown only where `weighted`.
    """

    symbol: str
    name: str
    formula: str
    parts: tuple[Part, ...]
    substitution: str
    exact: str
    result: int | str | None
    printed: str
    article: str
    notes: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()
    parts_title: str = "Lần đánh giá"
    weighted: bool = True


def lower_first(label: str) -> str:
    """As the middle of a sentence writes it."""
    return label[:1].lower() + label[1:]


def parts_of(results: Mapping[str, Mark]) -> tuple[Part, ...]:
    """One part for each subject with its result as the book shows it."""
    return tuple(
        Part(name, print_mark_cell(mark), print_mark_cell(mark)) for name, mark in results.items()
    )


def with_marks(results: Mapping[str, Mark]) -> str:
    """ "Toán 4,5; Tin học 4,9"."""
    return "; ".join(f"{name} {print_mark_cell(mark)}" for name, mark in results.items())


def waiting(missing: Sequence[str]) -> tuple[str, ...]:
    """The note that says what is still missing."""
    return (f"Chưa xếp được vì còn thiếu: {', '.join(missing)}.",) if missing else ()
