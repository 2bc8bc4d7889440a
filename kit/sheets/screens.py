"""The tables of a page of ours as sheets: whatever is listed on screen can be taken along."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import count
from operator import itemgetter

from kit.sheets.writing import Field, Page

# An export that a page offers by itself: it knows more than what stands on the screen.
_OWN_EXPORT = re.compile(r'href="[^"]*(?:format=xlsx|/excel/|/tep/|/tai-ve/)')
_GROUPED = re.compile(r"\d{1,3}(\.\d{3})*")
_UNSEEN = frozenset({"button", "dialog", "option", "script", "svg", "template"})
_EMPTY_ELEMENTS = frozenset({"br", "col", "hr", "img", "input", "link", "meta", "use", "path"})
_LINES = frozenset({"br", "div", "li", "p"})
_CELLS = frozenset({"td", "th"})
_TYPED = frozenset({"text", "number", "date", "email", "tel", "search"})
_NOTHING = "—"


@dataclass
class _Cell:
    """What one cell says, and how far it reaches."""

    across: int = 1
    down: int = 1
    number: bool = False
    stands_for_none: bool = False
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        lines = [" ".join(line.split()) for line in "".join(self.words).split("\n")]
        told = "; ".join(line for line in lines if line)
        return "" if told == _NOTHING else told

    @property
    def value(self) -> object:
        if self.number and _GROUPED.fullmatch(self.text):
            return int(self.text.replace(".", ""))
        return self.text


@dataclass
class _Table:
    """The rows of one table as they stand in the page."""

    caption: list[str] = field(default_factory=list)
    head: list[list[_Cell]] = field(default_factory=list)
    body: list[list[_Cell]] = field(default_factory=list)


class _Reader(HTMLParser):
    """Collect the tables of a page; what only serves the hand or the screen reader is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[_Table] = []
        self.title: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self._unseen = 0
        self._into: list[str] | None = None
        self._rows: list[list[_Cell]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag in _LINES:
            self._say("\n")
        if tag in _EMPTY_ELEMENTS:
            self._read_input(tag, told)
            return
        chosen = tag == "option" and "selected" in told
        words = told.get("class", "").split()
        unseen = not chosen and (tag in _UNSEEN or ("sr-only" in words and tag != "caption"))
        self._open.append((tag, unseen))
        self._unseen += unseen
        self._begin(tag, told, words)

    def _begin(self, tag: str, told: dict[str, str], words: list[str]) -> None:
        if tag == "h1":
            self._into = self.title
        elif tag == "table":
            self.tables.append(_Table())
            self._rows = self.tables[-1].body
        elif self._rows is not None:
            self._begin_inside(tag, told, words)

    def _begin_inside(self, tag: str, told: dict[str, str], words: list[str]) -> None:
        table = self.tables[-1]
        if tag == "caption":
            self._into = table.caption
        elif tag in {"thead", "tbody", "tfoot"}:
            self._rows = table.head if tag == "thead" else table.body
        elif tag == "tr" and self._rows is not None:
            self._rows.append([])
        elif tag in _CELLS and self._rows:
            self._rows[-1].append(_cell(told, words))
            self._into = self._rows[-1][-1].words

    def handle_endtag(self, tag: str) -> None:
        if tag not in {name for name, _ in self._open}:
            return
        while self._open:
            name, unseen = self._open.pop()
            self._unseen -= unseen
            if name == tag:
                break
        if tag in _CELLS or tag in {"caption", "h1"}:
            self._into = None
        if tag == "table":
            self._rows = None

    def handle_data(self, data: str) -> None:
        self._say(data.replace("\n", " "))

    def _say(self, words: str) -> None:
        if self._into is not None and not self._unseen:
            self._into.append(words)

    def _read_input(self, tag: str, told: dict[str, str]) -> None:
        kind = told.get("type", "text")
        if tag == "input" and kind in _TYPED:
            self._say(" " + told.get("value", "") + " ")
        elif tag == "input" and kind in {"checkbox", "radio"} and "checked" in told:
            self._say(" x ")


def _cell(told: dict[str, str], words: list[str]) -> _Cell:
    return _Cell(
        across=int(told.get("colspan", "1")),
        down=int(told.get("rowspan", "1")),
        number="num" in words,
        stands_for_none="table-empty" in words,
    )


def _laid_out(rows: list[list[_Cell]]) -> list[list[_Cell]]:
    """Every cell at every place that it covers."""
    places: list[dict[int, _Cell]] = [{} for _ in rows]
    for number, row in enumerate(rows):
        for cell in row:
            at = next(x for x in count() if x not in places[number])
            for covered in places[number : number + cell.down]:
                covered.update(dict.fromkeys(range(at, at + cell.across), cell))
    return [[cell for _, cell in sorted(place.items(), key=itemgetter(0))] for place in places]


def _titles(head: list[list[_Cell]]) -> list[str]:
    """The words above each column; empty above what only serves the hand."""
    columns = zip(*_laid_out(head), strict=False)
    return [
        " – ".join(dict.fromkeys(cell.text for cell in column if cell.text)) for column in columns
    ]


def _page(number: int, table: _Table, title: str) -> Page:
    titles, rows = _titles(table.head), _laid_out(table.body)
    kept = [(str(at), text) for at, text in enumerate(titles) if text]
    listed = [row for row in rows if row and not row[0].stands_for_none]
    told = [{str(at): cell.value for at, cell in enumerate(row)} for row in listed]
    numbers = {key for row in told for key, value in row.items() if isinstance(value, int)}
    fields = [Field(key, text, "integer" if key in numbers else "text") for key, text in kept]
    caption = " ".join("".join(table.caption).split())
    return Page(f"{number}. {caption}", fields, told, titles=(title, caption))


def tables_of(html: str) -> list[Page]:
    """A sheet for every table of a page, in their order; empty when it lists nothing."""
    reader = _Reader()
    reader.feed(html)
    title = " ".join("".join(reader.title).split())
    tables = [table for table in reader.tables if table.head]
    return [_page(number, table, title) for number, table in enumerate(tables, 1)]


def lists_without_export(html: str) -> bool:
    """Whether a page lists something and offers no file of its own for it."""
    return "<table" in html and not _OWN_EXPORT.search(html)
