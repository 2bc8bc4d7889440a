"""Finding the table inside a sheet: the header below the titles, and the rows below it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from kit.sheets.cells import Cell, Sheet, cell_text
from kit.sheets.refusals import SheetRefused
from kit.vietnamese import search_key

_LINES_SEARCHED = 40
_BRACKETS = re.compile(r"[(\[].*?[)\]]")
_SIGNATURE = re.compile(
    r"^(nguoi lap|(pho )?hieu truong|thu truong|ban giam hieu|giao vien chu nhiem ky|"
    r"\(?(ky|ki),? (va )?(ghi ro|ho ten)|danh sach (nay )?(co|gom)|"
    r"(.{0,40}, ?)?ngay [\d.… ]+thang [\d.… ]+nam)"
)
_TOTAL = re.compile(r"^(tong (so|cong)\b|tong:|cong:|cong$|ghi chu:)")


@dataclass(frozen=True, slots=True)
class Column:
    """One column that a sheet may have, with the spellings people use for its title."""

    key: str
    title: str
    spellings: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row of data with its number as the spreadsheet shows it."""

    number: int
    values: dict[str, Cell]

    def text(self, key: str) -> str:
        """The value as a person reads it; "" where the sheet has no such column."""
        return cell_text(self.values.get(key))


@dataclass(frozen=True, slots=True)
class Table:
    """What was found. `skipped` are rows of totals and signatures, by number."""

    header_row: int
    positions: dict[str, tuple[int, ...]]
    missing: tuple[Column, ...]
    absent: tuple[Column, ...]
    unknown: tuple[str, ...]
    duplicated: tuple[str, ...]
    rows: tuple[Row, ...]
    skipped: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Header:
    """A possible header: the titles of each column, from the most exact to the loosest."""

    first: int
    last: int
    titles: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=2048)
def _squash(title: str) -> str:
    """A title without diacritics, spaces and punctuation: "Họ và tên (*)" is "hovaten"."""
    return "".join(sign for sign in search_key(title) if sign.isalnum())


def _spellings(title: str) -> tuple[str, ...]:
    """The title as written, then without what stands in brackets."""
    whole = _squash(title)
    bare = _squash(_BRACKETS.sub(" ", title)) if "(" in title or "[" in title else whole
    return (whole,) if whole == bare else (whole, bare)


def _texts(sheet: Sheet, row: int) -> list[str]:
    """The titles of a row, a merged group title repeated over its columns."""
    texts = [cell_text(cell) for cell in sheet.rows[row]]
    for merge in sheet.merges:
        if merge.first_row == row and merge.first_column < len(texts):
            for column in range(merge.first_column + 1, min(merge.last_column + 1, len(texts))):
                texts[column] = texts[merge.first_column]
    return texts


def _two_line_titles(group: str, title: str) -> tuple[str, ...]:
    if not title or group == title:
        return _spellings(group)
    joined = _joined(group, title) if group else ()
    return (*joined, *_spellings(title))


def _joined(group: str, title: str) -> tuple[str, ...]:
    """The spellings of both lines read as one; brackets may open in one and close in the other."""
    if "(" in group or "[" in group:
        return _spellings(f"{group} {title}")
    return tuple(f"{_squash(group)}{one}" for one in _spellings(title))


def _candidates(sheet: Sheet) -> Iterator[_Header]:
    lines = min(len(sheet.rows), _LINES_SEARCHED)
    texts = [_texts(sheet, row) for row in range(lines)]
    for row, titles in enumerate(texts):
        yield _Header(row, row, tuple(_spellings(title) for title in titles))
    for row, (groups, titles) in enumerate(pairwise(texts)):
        both = tuple(_two_line_titles(*pair) for pair in zip(groups, titles, strict=True))
        yield _Header(row, row + 1, both)


def _wanted(columns: Sequence[Column]) -> dict[str, str]:
    """Every accepted spelling, with the key of its column."""
    accepted: dict[str, str] = {}
    for column in columns:
        for spelling in (column.title, column.key, *column.spellings):
            accepted.setdefault(_squash(spelling), column.key)
    return accepted


def _match(header: _Header, accepted: dict[str, str]) -> dict[int, str]:
    """Which column of the sheet is which wanted column; the exact spelling goes first."""
    found: dict[int, str] = {}
    for place, titles in enumerate(header.titles):
        key = next((accepted[title] for title in titles if title in accepted), None)
        if key is not None:
            found[place] = key
    return found


def _best_header(sheet: Sheet, columns: Sequence[Column]) -> tuple[_Header, dict[int, str]]:
    accepted = _wanted(columns)
    required = {column.key for column in columns if column.required}
    best: tuple[_Header, dict[int, str]] | None = None
    best_score = (0, 0)
    for header in _candidates(sheet):
        found = _match(header, accepted)
        keys = set(found.values())
        score = (len(keys), len(keys & required))
        if score > best_score:
            best, best_score = (header, found), score
    if best is None or best_score[0] < min(2, len(columns)):
        raise _header_not_found(sheet, columns)
    return best


def _header_not_found(sheet: Sheet, columns: Sequence[Column]) -> SheetRefused:
    expected = [column.title for column in columns if column.required] or [
        column.title for column in columns
    ]
    return SheetRefused("HEADER_NOT_FOUND", sheet=sheet.name, columns=", ".join(expected))


def _shares_a_title(sheet: Sheet, header: _Header, left: int, right: int) -> bool:
    """Whether one merged title stands over both columns: "Họ và tên" over two parts."""
    return any(
        merge.first_column <= left < right <= merge.last_column
        for merge in sheet.merges
        if header.first <= merge.first_row <= header.last <= merge.last_row
    )


def _positions(
    sheet: Sheet, header: _Header, found: dict[int, str]
) -> tuple[dict[str, tuple[int, ...]], tuple[str, ...]]:
    """The columns of each key, and the titles that came a second time."""
    positions: dict[str, tuple[int, ...]] = {}
    duplicated: list[str] = []
    for place, key in found.items():
        if key not in positions:
            positions[key] = (place,)
        elif _shares_a_title(sheet, header, positions[key][0], place):
            positions[key] = (*positions[key], place)
        else:
            duplicated.append(_title(sheet, header, place))
    return positions, tuple(duplicated)


def _title(sheet: Sheet, header: _Header, place: int) -> str:
    texts = [_texts(sheet, row)[place] for row in range(header.first, header.last + 1)]
    return " ".join(dict.fromkeys(text for text in texts if text))


def _value(row: list[Cell], places: tuple[int, ...]) -> Cell:
    if len(places) == 1:
        return row[places[0]]
    return " ".join(filter(None, (cell_text(row[place]) for place in places))) or None


def _is_numbering(row: list[Cell]) -> bool:
    """The line "(1) (2) (3)" that official forms put below the header."""
    signs = [cell_text(cell).strip("()") for cell in row if cell is not None]
    numbers = [int(sign) for sign in signs if sign.isdecimal()]
    steps = [later - earlier for earlier, later in pairwise(numbers)]
    letters_too = all(sign.isdecimal() or len(sign) == 1 for sign in signs)
    return len(numbers) >= 3 and letters_too and set(steps) == {1} and numbers[0] <= 3


def _first_text(row: list[Cell]) -> str:
    return next((search_key(cell_text(cell)) for cell in row if cell is not None), "")


def _is_total(row: list[Cell]) -> bool:
    return bool(_TOTAL.match(_first_text(row)))


def _is_signature(row: list[Cell]) -> bool:
    """A line of place and date, or of who signs; below it the list has ended."""
    texts = [cell for cell in row if isinstance(cell, str)]
    return len(texts) <= 3 and any(_SIGNATURE.match(search_key(text)) for text in texts)


def _is_header_again(row: list[Cell], header: tuple[str, ...]) -> bool:
    return all(_squash(cell_text(cell)) == title for cell, title in zip(row, header, strict=True))


def _data_rows(sheet: Sheet, header: _Header) -> Iterator[tuple[int, list[Cell], bool]]:
    """Every row below the header with its place, and whether it holds data."""
    again = tuple(_squash(cell_text(cell)) for cell in sheet.rows[header.last])
    ended = False
    for place in range(header.last + 1, len(sheet.rows)):
        row = sheet.rows[place]
        if all(cell is None for cell in row):
            continue
        below_header = place == header.last + 1 and _is_numbering(row)
        ended = ended or _is_signature(row)
        aside = below_header or ended or _is_total(row) or _is_header_again(row, again)
        yield place, row, not aside


def _unknown_titles(sheet: Sheet, header: _Header, found: dict[int, str]) -> tuple[str, ...]:
    titles = (
        _title(sheet, header, place)
        for place in range(len(sheet.rows[header.first]))
        if place not in found
    )
    return tuple(dict.fromkeys(title for title in titles if title))


def find_table(sheet: Sheet, columns: Sequence[Column]) -> Table:
    """The table that these columns describe; raise SheetRefused where no header fits."""
    header, found = _best_header(sheet, columns)
    positions, duplicated = _positions(sheet, header, found)
    rows, skipped = [], []
    for place, row, is_data in _data_rows(sheet, header):
        values = {key: _value(row, places) for key, places in positions.items()}
        if is_data and any(value is not None for value in values.values()):
            rows.append(Row(place + 1, values))
        else:
            skipped.append(place + 1)
    lost = [column for column in columns if column.key not in positions]
    return Table(
        header_row=header.last + 1,
        positions=positions,
        missing=tuple(column for column in lost if column.required),
        absent=tuple(column for column in lost if not column.required),
        unknown=_unknown_titles(sheet, header, found),
        duplicated=duplicated,
        rows=tuple(rows),
        skipped=tuple(skipped),
    )


def find_table_in(sheets: Sequence[Sheet], columns: Sequence[Column]) -> tuple[Sheet, Table]:
    """The sheet whose table has the most of these columns; the first of equals."""
    found: list[tuple[Sheet, Table]] = []
    for sheet in sheets:
        try:
            found.append((sheet, find_table(sheet, columns)))
        except SheetRefused:
            continue
    if not found:
        raise _header_not_found(sheets[0], columns)
    return max(found, key=lambda pair: len(pair[1].positions))
