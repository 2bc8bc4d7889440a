"""Nhận ra học sinh: by code, by name, by name without diacritics, by date of birth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from kit.dates import PartialDate, parse_partial_date
from kit.sheets.cells import Cell, cell_text
from kit.vietnamese import same_name, search_key, tidy

OWN_MARK = "#"


class OnRoll(Protocol):
    """What is needed of a pupil of a book, of marks or of levels, to know her in a sheet."""

    @property
    def student_id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def code(self) -> str: ...


Pupil = TypeVar("Pupil", bound=OnRoll)


@dataclass(frozen=True, slots=True)
class Named:
    """How a sheet names a pupil."""

    code: str = ""
    name: str = ""
    born: Cell = None

    @property
    def is_empty(self) -> bool:
        return not (self.code or self.name)


@dataclass(frozen=True, slots=True)
class Match(Generic[Pupil]):
    """The pupil who is meant, or why it is not clear; notes tell what to look at."""

    pupil: Pupil | None
    reason: str = ""
    notes: tuple[str, ...] = ()


def own_code(pupil: OnRoll) -> str:
    """The code in our own sheets: the sector's, or a mark of the house where there is none."""
    return pupil.code or f"{OWN_MARK}{pupil.student_id}"


class Roll(Generic[Pupil]):
    """Danh sách lớp to match against."""

    def __init__(self, pupils: Sequence[Pupil], born: Mapping[int, str], class_name: str) -> None:
        self.pupils = pupils
        self.born = born
        self.class_name = class_name
        self.by_code = {_code_key(own_code(one)): one for one in pupils}
        self.by_key: dict[str, list[Pupil]] = defaultdict(list)
        for one in pupils:
            self.by_code.setdefault(f"{OWN_MARK}{one.student_id}", one)
            self.by_key[search_key(one.name)].append(one)

    def looks_like_codes(self, cells: Sequence[Cell]) -> bool:
        return any(_code_key(cell_text(cell)) in self.by_code for cell in cells)

    def looks_like_names(self, cells: Sequence[Cell]) -> bool:
        return any(search_key(cell_text(cell)) in self.by_key for cell in cells)

    def find(self, named: Named) -> Match[Pupil]:
        """The pupil of this class whom a row names."""
        by_code = self.by_code.get(_code_key(named.code)) if named.code else None
        if by_code is None:
            return self._by_name(named)
        if named.name and search_key(named.name) != search_key(by_code.name):
            return Match(None, f"Mã {named.code} là của {by_code.name}, khác tên trong tệp.")
        return Match(by_code)

    def _by_name(self, named: Named) -> Match[Pupil]:
        if not named.name:
            return Match(None, f"Không có em nào mang mã {named.code} trong lớp {self.class_name}.")
        alike = self.by_key.get(search_key(named.name), [])
        exact = [one for one in alike if same_name(one.name, named.name)]
        found = exact or alike
        if not found:
            return Match(None, f"Không có em nào tên này trong lớp {self.class_name}.")
        if len(found) > 1:
            return self._among_namesakes(found, named)
        return Match(found[0], notes=tuple(self._doubts(found[0], named)))

    def _among_namesakes(self, found: Sequence[Pupil], named: Named) -> Match[Pupil]:
        day = _day(named.born)
        if day is None:
            return Match(
                None,
                f"Lớp có {len(found)} em tên này. "
                "Tệp cần có mã học sinh hoặc ngày sinh để phân biệt.",
            )
        of_day = [one for one in found if _fits(self.born.get(one.student_id, ""), day)]
        if len(of_day) == 1:
            return Match(of_day[0])
        return Match(
            None,
            f"Lớp có {len(found)} em tên này và ngày sinh {day.printed} không đủ để phân biệt. "
            "Tệp cần có mã học sinh.",
        )

    def _doubts(self, pupil: OnRoll, named: Named) -> list[str]:
        """What a careful clerk would look at once more."""
        doubts, day = [], _day(named.born)
        if tidy(named.name).casefold() != tidy(pupil.name).casefold():
            doubts.append(f"Trong tệp viết “{named.name}”.")
        if named.code and pupil.code:
            doubts.append(f"Mã trong tệp ({named.code}) khác mã trong hồ sơ.")
        if day is not None and not _fits(self.born.get(pupil.student_id, ""), day):
            doubts.append(f"Ngày sinh trong tệp ({day.printed}) khác hồ sơ.")
        return doubts


def _code_key(code: str) -> str:
    """Codes as Excel spoils them: capitals, an apostrophe, zeros in front that got lost."""
    text = code.strip().strip("'").casefold()
    return text.lstrip("0") if text.isdecimal() else text


def _day(cell: Cell) -> PartialDate | None:
    if cell is None or isinstance(cell, bool) or not cell_text(cell):
        return None
    day = parse_partial_date(cell if isinstance(cell, str | int | float) else cell_text(cell))
    return day if isinstance(day, PartialDate) else None


def _fits(stored: str, day: PartialDate) -> bool:
    """A year alone fits every day in it."""
    return bool(stored) and (stored.startswith(day.iso) or day.iso.startswith(stored))
