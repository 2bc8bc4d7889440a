"""Mã tỉnh theo thời gian: seven codes name another province since 1 July 2025."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ProvinceRow:
    """One meaning of a province code; both days included, none is open."""

    code: str
    name: str
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str = ""

    def holds_on(self, day: date) -> bool:
        """Whether the code had this meaning on a day."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)


def province_on(code: str, day: date, rows: Iterable[ProvinceRow]) -> ProvinceRow | None:
    """Ý nghĩa của mã tỉnh vào một ngày: the row that held then.

    Law: QĐ 19/2025/QĐ-TTg
    """
    return next((row for row in rows if row.code == code and row.holds_on(day)), None)


def province_of_school_year(
    code: str, start_year: int, rows: Iterable[ProvinceRow]
) -> ProvinceRow | None:
    """The meaning of a code in a school year: that of its opening day."""
    return province_on(code, date(start_year, 9, 5), rows)


def province_now(
    code: str, day: date, rows: Iterable[ProvinceRow], today: date
) -> ProvinceRow | None:
    """Tỉnh hiện nay của một mã cũ: for reports that group old years under new provinces."""
    known = list(rows)
    then = province_on(code, day, known)
    if then is None or then.holds_on(today):
        return then
    return province_on(then.successor, today, known)


def rows_by_code(rows: Iterable[ProvinceRow]) -> Mapping[str, tuple[ProvinceRow, ...]]:
    """Every meaning that each code has had, the oldest first."""
    meanings: dict[str, tuple[ProvinceRow, ...]] = {}
    for row in sorted(rows, key=lambda row: row.valid_from or date.min):
        meanings[row.code] = (*meanings.get(row.code, ()), row)
    return meanings
