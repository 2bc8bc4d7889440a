"""Dates as Vietnamese schools write them: d/m/yyyy, partial birth dates, Vietnam time."""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from kit.refusal import Refusal

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
DateCell = str | int | float | date | datetime | None

_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_EXCEL_EPOCH = date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 61, 73_415  # 1/3/1900, after Excel's false leap day, to 31/12/2100

_DAY_MONTH_YEAR = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{1,4})", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?", re.ASCII)
_LONG = re.compile(r"ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})", re.IGNORECASE)
_MONTH_YEAR = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{4})", re.ASCII)
_ISO_MONTH = re.compile(r"(\d{4})-(\d{1,2})", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_CLOCK = re.compile(r"\s+\d{1,2}:\d{2}(:\d{2})?$", re.ASCII)

_EMPTY = "Ngày đang để trống."
_NOT_A_DATE = "“{text}” không phải là ngày. Hãy viết ngày/tháng/năm, ví dụ 05/09/2026."
_SHORT_YEAR = (
    "“{text}” ghi năm chưa đủ bốn chữ số nên không rõ thế kỷ. Hãy viết đủ, ví dụ {example}."
)
_NO_SUCH_MONTH = "Không có tháng {month} (trong “{text}”). Hãy viết theo thứ tự ngày/tháng/năm."
_NO_SUCH_DAY = "Tháng {month}/{year} không có ngày {day} (trong “{text}”). Hãy kiểm tra lại ngày."
_YEAR_OUT_OF_RANGE = "Năm {year} (trong “{text}”) không hợp lý. Hãy kiểm tra lại năm."


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """Ngày sinh: a year, or a month, or a full day, as far as the papers tell."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def exact(self) -> date | None:
        """The day itself, where it is known."""
        if self.month is None or self.day is None:
            return None
        return date(self.year, self.month, self.day)

    @property
    def printed(self) -> str:
        """As it stands in a school book: "09/03/2015", "03/2015" or "2015"."""
        parts = [f"{part:02d}" for part in (self.day, self.month) if part is not None]
        return "/".join([*parts, str(self.year)])

    @property
    def iso(self) -> str:
        """As it is exchanged: "2015-03-09", "2015-03" or "2015"."""
        parts = [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join([f"{self.year:04d}", *parts])

    @classmethod
    def of(cls, day: date) -> "PartialDate":
        """The partial date of a day that is wholly known."""
        return cls(day.year, day.month, day.day)


def _refuse(key: str, sentence: str, text: str, **data: object) -> Refusal:
    return Refusal(key, sentence.format(text=text, **data), {"text": text, **data})


def _check_year_and_month(year: int, month: int, text: str) -> Refusal | None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return _refuse("YEAR_OUT_OF_RANGE", _YEAR_OUT_OF_RANGE, text, year=year)
    if not 1 <= month <= 12:
        return _refuse("NO_SUCH_MONTH", _NO_SUCH_MONTH, text, month=month)
    return None


def _make_date(year: int, month: int, day: int, text: str) -> date | Refusal:
    refusal = _check_year_and_month(year, month, text)
    if refusal is not None:
        return refusal
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        return _refuse("NO_SUCH_DAY", _NO_SUCH_DAY, text, day=day, month=month, year=year)
    return date(year, month, day)


def _parse_day_month_year(day: str, month: str, year: str, text: str) -> date | Refusal:
    if len(year) < 4:
        century = "20" if int(year) < 50 else "19"
        example = f"{int(day):02d}/{int(month):02d}/{century}{int(year):02d}"
        return _refuse("SHORT_YEAR", _SHORT_YEAR, text, example=example)
    return _make_date(int(year), int(month), int(day), text)


def _parse_date_text(raw: str) -> date | Refusal:
    text = " ".join(raw.split())
    if not text:
        return Refusal("EMPTY", _EMPTY)
    if found := _ISO.fullmatch(text):
        year, month, day = found.groups()
        return _make_date(int(year), int(month), int(day), text)
    if found := _DAY_MONTH_YEAR.fullmatch(_CLOCK.sub("", text)) or _LONG.fullmatch(text):
        return _parse_day_month_year(found[1], found[2], found[3], text)
    return _refuse("NOT_A_DATE", _NOT_A_DATE, text)


def _parse_serial(number: float) -> date | Refusal:
    """A date that a spreadsheet left as the count of days since 30/12/1899."""
    if _FIRST_SERIAL <= number < _LAST_SERIAL + 1:
        return _EXCEL_EPOCH + timedelta(days=int(number))
    return _refuse("NOT_A_DATE", _NOT_A_DATE, f"{number:g}")


def parse_date(cell: DateCell) -> date | Refusal:
    """Read a day from a cell or a form: text, date, datetime or a spreadsheet serial."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if cell is None:
        return Refusal("EMPTY", _EMPTY)
    if isinstance(cell, str):
        return _parse_date_text(cell)
    return _parse_serial(cell)


def _partial_from_text(text: str) -> PartialDate | Refusal | None:
    if _YEAR.fullmatch(text):
        return _check_year_and_month(int(text), 1, text) or PartialDate(int(text))
    month_year, iso_month = _MONTH_YEAR.fullmatch(text), _ISO_MONTH.fullmatch(text)
    if found := month_year or iso_month:
        month, year = sorted((int(found[1]), int(found[2])))
        return _check_year_and_month(year, month, text) or PartialDate(year, month)
    return None


def parse_partial_date(cell: DateCell) -> PartialDate | Refusal:
    """Read a birth date of which perhaps only the year, or month and year, is known."""
    whole = isinstance(cell, int | float) and cell == int(cell) and 1900 <= cell <= _LAST_YEAR
    text = str(int(cell)) if whole and isinstance(cell, int | float) else cell
    if isinstance(text, str):
        partial = _partial_from_text(" ".join(text.split()))
        if partial is not None:
            return partial
    parsed = parse_date(text)
    return parsed if isinstance(parsed, Refusal) else PartialDate.of(parsed)


def vietnam_time(moment: datetime) -> datetime:
    """The same moment on Vietnamese clocks; a moment without a zone is taken as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(VIETNAM)


def vietnam_day(moment: datetime) -> date:
    """The day it is in Vietnam at that moment."""
    return vietnam_time(moment).date()


def print_date(day: date) -> str:
    """Print a day as "05/09/2026"."""
    return f"{day.day:02d}/{day.month:02d}/{day.year}"


def print_moment(moment: datetime) -> str:
    """Print a moment in Vietnam time as "05/09/2026 07:30"."""
    local = vietnam_time(moment)
    return f"{print_date(local)} {local.hour:02d}:{local.minute:02d}"


def print_clock(moment: datetime) -> str:
    """Print the time of the day in Vietnam as "07:30"."""
    local = vietnam_time(moment)
    return f"{local.hour:02d}:{local.minute:02d}"


def print_long_date(day: date) -> str:
    """Print a day as letters close: "ngày 05 tháng 9 năm 2026" (NĐ 30/2020, Phụ lục I).

    A zero stands before days under 10 and before months 1 and 2 only.
    """
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def weekday_name(day: date) -> str:
    """Thứ Hai to Chủ Nhật."""
    return _WEEKDAYS[day.weekday()]


def print_born(born: str) -> str:
    """A stored birth date as people write it: "2013-03-09" is 09/03/2013, "2013" stays 2013."""
    return "/".join(reversed(born.split("-")))
