"""Đẳng thức giữa các dòng của biểu: what must add up, what must not exceed what; told, not fixed.

Typed numbers are checked with the counted ones. Real filled forms break some of these, so a broken
one is said in a sentence and nothing is made to fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from khue.statistics.rules.reports import Filled
from khue.statistics.rules.themes import COLUMNS
from kit.numbers import print_integer

EQUAL, AT_MOST = "=", "≤"


@dataclass(frozen=True, slots=True)
class Identity:
    """One row is the sum of others, or none of `parts` is above it (`relation`)."""

    total: str
    parts: tuple[str, ...]
    note: str = ""
    relation: str = EQUAL

    @property
    def text(self) -> str:
        if self.relation == EQUAL:
            return f"{self.total} = {' + '.join(self.parts)}"
        return f"{', '.join(self.parts)} ≤ {self.total}"


@dataclass(frozen=True, slots=True)
class Breach:
    """Where it breaks: the column, both sides, and the row that is too large (of "≤")."""

    column: str
    total: int
    parts: int
    row: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Kết quả kiểm tra một đẳng thức: both sides in all, the breach, or the rows without data.

    `hidden`: rows that this reader may not see in full. `labels`: what the rows are called.
    """

    identity: Identity
    total: int
    parts: int
    missing: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    breach: Breach | None = None
    labels: Mapping[str, str] | None = None

    @property
    def holds(self) -> bool:
        return self.is_checked and self.breach is None

    @property
    def is_checked(self) -> bool:
        return not self.missing and not self.hidden

    @property
    def sentence(self) -> str:
        """What it says, in words."""
        if self.missing:
            return f"Chưa kiểm tra được: dòng {', '.join(self.missing)} chưa có số liệu."
        if self.hidden:
            return f"Không kiểm tra được: dòng {', '.join(self.hidden)} có số nhỏ được che."
        if self.breach is None:
            return (
                f"Khớp: {print_integer(self.total)}."
                if self.identity.relation == EQUAL
                else "Khớp."
            )
        told = self._unequal if self.identity.relation == EQUAL else self._above
        return " ".join(filter(None, (told(self.breach), self.identity.note)))

    def _unequal(self, breach: Breach) -> str:
        difference = breach.total - breach.parts
        word = f"{'thiếu' if difference > 0 else 'thừa'} {print_integer(abs(difference))}"
        rows = ", ".join(self.identity.parts)
        return (
            f"{self._named(self.identity.total)}{_in_column(breach.column)} là"
            f" {print_integer(breach.total)}, nhưng các dòng {rows} cộng lại là"
            f" {print_integer(breach.parts)}: {word}."
        )

    def _above(self, breach: Breach) -> str:
        total = self._named(self.identity.total).lower()
        return (
            f"{self._named(breach.row)}{_in_column(breach.column)} là"
            f" {print_integer(breach.parts)}, nhiều hơn {total} là {print_integer(breach.total)}."
        )

    def _named(self, code: str) -> str:
        return f"Dòng {code} “{(self.labels or {}).get(code, '')}”"


def _in_column(column: str) -> str:
    return f", cột {COLUMNS[column].lower()}," if column else ""


def _codes(first: int, last: int) -> tuple[str, ...]:
    return tuple(str(one) for one in range(first, last + 1))


def _at_most(total: str, *parts: str, note: str = "Trường xem lại số đã khai.") -> Identity:
    return Identity(total, parts, note, AT_MOST)


# The first four of 02-TH and 37 = 38 + 39 are told by records.md §3.9; real forms break some.
IDENTITIES: Mapping[str, tuple[Identity, ...]] = {
    "02-th": (
        Identity("27", _codes(28, 32), "Lớp ghép tính vào khối thấp nhất."),
        Identity("37", _codes(40, 44)),
        Identity("37", _codes(45, 51), "Thường do có em thiếu ngày sinh trong hồ sơ."),
        Identity("37", ("38", "39"), "Thường do có trường chưa khai vùng."),
        Identity("61", _codes(62, 66), "Thường do có dạng khuyết tật khác hoặc chưa khai dạng."),
        Identity("96", _codes(97, 102), "Thường do có giáo viên chưa khai trình độ."),
        Identity("67", _codes(68, 72), "Thường do có dạng khuyết tật khác hoặc chưa khai dạng."),
        Identity("1", ("2", "5"), "Thường do có trường chưa khai vùng."),
        Identity("2", ("3", "4")),
        Identity("5", ("6", "7")),
        Identity("78", ("79", "96", "109", "110")),
        Identity("79", ("80", "87")),
        Identity("80", _codes(81, 86), "Thường do có hiệu trưởng chưa khai trình độ."),
        Identity("87", ("88", "89"), "Thường do có trường chưa khai vùng."),
        Identity("87", _codes(90, 95), "Thường do có phó hiệu trưởng chưa khai trình độ."),
        Identity("96", _codes(103, 108), "Thường do có giáo viên thiếu ngày sinh hoặc dưới 20."),
        Identity("110", _codes(111, 119), "Thường do có nhân viên ở vị trí ngoài biểu."),
        Identity("122", _codes(123, 130)),
        _at_most("27", "33", "34", "35", "36", note="Xem lại lớp đã ghi và số lớp đã khai."),
        _at_most("37", "57", "58", "59", "60", "73", "74", "75", "76", "77"),
        _at_most("120", "121"),
    ),
    "01-mn": (
        Identity("1", ("2", "15", "33")),
        Identity("55", ("56", "69"), "Thường do có nhóm, lớp chưa khai khối."),
        Identity("56", (*_codes(61, 66), "67-68"), "Thường do có nhóm chưa khai nhóm tuổi."),
        Identity("69", (*_codes(75, 80), "81-82"), "Thường do có lớp chưa khai nhóm tuổi."),
        _at_most("56", "57", "58", "59", "60", note=""),
        _at_most("69", "70", "71", "72", "73", "74", note=""),
        _at_most(
            "107", *_codes(108, 111), note="Trẻ cân, đo đếm từ sổ; tình trạng do trường khai."
        ),
        _at_most(
            "112", *_codes(113, 116), note="Trẻ cân, đo đếm từ sổ; tình trạng do trường khai."
        ),
        _at_most("83", "107", "112", *_codes(117, 122)),
    ),
}


def check_identities(form: str, lines: Iterable[Filled]) -> list[Finding]:
    """Kiểm tra các đẳng thức in every column: what does not hold is told."""
    by_code = {one.row.code: one for one in lines if one.row.code}
    labels = {code: one.row.label for code, one in by_code.items()}
    return [_finding(one, by_code, labels) for one in IDENTITIES[form]]


def _finding(
    identity: Identity, by_code: Mapping[str, Filled], labels: Mapping[str, str]
) -> Finding:
    rows = [by_code[code] for code in (identity.total, *identity.parts)]
    missing = tuple(one.row.code for one in rows if one.values is None)
    if identity.relation == AT_MOST and rows[0].values is not None:
        rows = [one for one in rows if one.values is not None]
        missing = () if len(rows) > 1 else missing
    hidden = tuple(one.row.code for one in rows if one.hidden.intersection(one.row.columns))
    total, parts = rows[0].value() or 0, sum(one.value() or 0 for one in rows[1:])
    breach = None if missing or hidden else _breach(identity, rows)
    return Finding(identity, total, parts, missing, hidden, breach, labels)


def _breach(identity: Identity, rows: list[Filled]) -> Breach | None:
    """The first column in which it does not hold."""
    total, *parts = rows
    shared = set(total.row.columns).intersection(*(one.row.columns for one in parts))
    for column in (one for one in COLUMNS if one in shared):
        whole, told = total.value(column) or 0, [one.value(column) or 0 for one in parts]
        if identity.relation == EQUAL and sum(told) != whole:
            return Breach(column, whole, sum(told))
        above = [one for one in parts if (one.value(column) or 0) > whole]
        if identity.relation == AT_MOST and above:
            return Breach(column, whole, above[0].value(column) or 0, above[0].row.code)
    return None
