"""Thí sinh trong tệp: which column is what, who is told what, what cannot be published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from khue.answers.rules.keys import SECRET_NAMES, SecretKind, tidy_number, tidy_secret
from kit.sheets.cells import Sheet
from kit.sheets.headers import Column, Row, Table, find_table, find_table_in
from kit.sheets.reading import Workbook
from kit.vietnamese import search_key

LONGEST_VALUE = 300
LISTED_FAULTS = 1_000
NUMBER = Column("number", "Số báo danh", ("SBD", "Số BD", "Mã thí sinh", "Mã học sinh", "Số phách"))
BORN = Column("born", "Ngày sinh", ("Ngày tháng năm sinh", "Ngày, tháng, năm sinh", "NTNS"))
CODE = Column("code", "Mã tra cứu", ("Mã bí mật", "Mã xác nhận", "Mật khẩu", "Mã"))
# Titles by which the line of titles is known; whatever else stands there is taken too.
USUAL = (
    NUMBER,
    BORN,
    CODE,
    Column("name", "Họ và tên", ("Họ tên", "Họ và tên thí sinh", "Họ tên thí sinh")),
    Column("school", "Trường", ("Trường THCS", "Đơn vị", "Trường dự thi")),
    Column("class", "Lớp"),
    Column("maths", "Toán", ("Điểm Toán",)),
    Column("literature", "Ngữ văn", ("Văn", "Điểm Ngữ văn", "Điểm Văn")),
    Column("foreign", "Ngoại ngữ", ("Tiếng Anh", "Điểm Ngoại ngữ", "Điểm Tiếng Anh")),
    Column("sum", "Tổng điểm", ("Điểm xét tuyển", "Tổng")),
    Column("result", "Kết quả", ("Ghi chú", "Xếp loại")),
)
NOT_SHOWN = {"stt", "tt", "so tt", "so thu tu"}


@dataclass(frozen=True, slots=True)
class Choice:
    """Which columns of a file are what, by their place; `shown` in the order of the page."""

    number: int
    secret: int
    kind: SecretKind
    shown: tuple[int, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "secret": self.secret,
            "kind": self.kind.value,
            "shown": list(self.shown),
        }


@dataclass(frozen=True, slots=True)
class Listing:
    """The table of a file with all its columns; keys of the rows are their places as text."""

    sheet: str
    titles: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """What one candidate is told, before it becomes a page."""

    row: int
    number: str
    typed_number: str
    secret: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that cannot be published, and why."""

    row: int
    number: str
    sentence: str


def choice_from(told: Mapping[str, Any]) -> Choice:
    """What was kept of a choice."""
    return Choice(
        int(told["number"]),
        int(told["secret"]),
        SecretKind(told["kind"]),
        tuple(int(one) for one in told["shown"]),
    )


def read_listing(workbook: Workbook) -> Listing:
    """Every titled column of the sheet that looks most like a list of results.

    Raises SheetRefused where no line of titles is found.
    """
    sheet, usual = find_table_in(workbook.sheets, USUAL)
    titles = _titles(sheet, usual)
    columns = [Column(str(at), title) for at, title in enumerate(titles)]
    return Listing(sheet.name, titles, find_table(sheet, columns).rows)


def _titles(sheet: Sheet, usual: Table) -> tuple[str, ...]:
    """The titles as they stand in the file, from left to right, each once."""
    held = {places[0]: key for key, places in usual.positions.items()}
    known = {column.key: column.title for column in USUAL}
    line = sheet.rows[usual.header_row - 1]
    written = [str(cell).strip() if cell is not None else "" for cell in line]
    named = [text or known.get(held.get(at, ""), "") for at, text in enumerate(written)]
    return tuple(dict.fromkeys(" ".join(text.split()) for text in named if text))


def guess(listing: Listing) -> Choice:
    """The choice that is offered first."""
    number = _place_of(listing, NUMBER)
    born, code = _place_of(listing, BORN), _place_of(listing, CODE)
    kind = SecretKind.CODE if code >= 0 else SecretKind.BORN
    secret = code if code >= 0 else born
    hidden = {number, secret if kind == SecretKind.CODE else -1}
    shown = [
        at
        for at, title in enumerate(listing.titles)
        if at not in hidden and search_key(title).strip(" .") not in NOT_SHOWN
    ]
    return Choice(max(number, 0), max(secret, 0), kind, tuple(shown))


def _place_of(listing: Listing, column: Column) -> int:
    spellings = {search_key(one) for one in (column.title, *column.spellings)}
    places = (at for at, one in enumerate(listing.titles) if search_key(one) in spellings)
    return next(places, -1)


def fault_of_choice(choice: Choice, listing: Listing) -> str:
    """Why these columns cannot be used; "" when they can."""
    places = {choice.number, choice.secret, *choice.shown}
    if not all(0 <= one < len(listing.titles) for one in places):
        return "Tệp không có cột đã chọn. Hãy chọn lại."
    if choice.number == choice.secret:
        return "Số báo danh và điều bí mật thứ hai phải là hai cột khác nhau."
    if choice.kind == SecretKind.CODE and choice.secret in choice.shown:
        return "Mã tra cứu là điều bí mật nên không được hiện trong kết quả. Hãy bỏ cột ấy ra."
    if not set(choice.shown) - {choice.number, choice.secret}:
        return "Chưa chọn cột nào để hiện cho thí sinh. Hãy chọn ít nhất một cột."
    return ""


def read_lines(listing: Listing, choice: Choice) -> tuple[list[Line], list[Fault]]:
    """Who can be told, and the rows that cannot; nobody's number stands twice."""
    lines = [_line(listing, choice, row) for row in listing.rows]
    twice = _twice(one.number for one in lines)
    faults = [_fault(one, choice.kind, twice) for one in lines]
    good = [line for line, fault in zip(lines, faults, strict=True) if fault is None]
    return good, [fault for fault in faults if fault is not None]


def _line(listing: Listing, choice: Choice, row: Row) -> Line:
    typed = row.text(str(choice.number))
    return Line(
        row.number,
        tidy_number(typed),
        typed,
        tidy_secret(row.text(str(choice.secret)), choice.kind),
        tuple((listing.titles[at], row.text(str(at))[:LONGEST_VALUE]) for at in choice.shown),
    )


def _twice(numbers: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    twice: set[str] = set()
    for one in numbers:
        (twice if one in seen else seen).add(one)
    return twice


def _fault(line: Line, kind: SecretKind, twice: set[str]) -> Fault | None:
    sentence = _sentence(line, kind, twice)
    return Fault(line.row, line.typed_number, sentence) if sentence else None


def _sentence(line: Line, kind: SecretKind, twice: set[str]) -> str:
    if not line.number:
        return "Thiếu số báo danh."
    if line.number in twice:
        return "Số báo danh này có ở nhiều dòng nên không biết dòng nào đúng."
    if not line.secret:
        return f"{SECRET_NAMES[kind]} để trống hoặc không đọc được."
    return ""


def first_values(listing: Listing, at: int, most: int = 3) -> Sequence[str]:
    """A few values of a column, so that a person knows it again."""
    told = (row.text(str(at)) for row in listing.rows[:most])
    return [text[:40] for text in told if text]
