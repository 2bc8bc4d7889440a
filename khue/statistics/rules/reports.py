"""Biểu 01-MN, 02-TH: their rows in printed order, and where each number comes from.

A row without a source, or whose source nobody declared yet, has no data: told, never guessed. Rows
and codes: "Biểu 01-MN", "Biểu 02-TH" as of 30 September (regime of TT 24/2018/TT-BGDĐT). A code
such as "3-14" stands for rows whose single codes are not at hand.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from khue.statistics.rules.declared import DATA
from khue.statistics.rules.guards import is_sensitive
from khue.statistics.rules.sources import (
    Declaring,
    SchoolCounts,
    Source,
    alike,
    amount,
    asked_for,
    holds,
    key_of_condition,
    keys_for,
    read_source,
    who_declared,
)
from khue.statistics.rules.themes import COLUMNS, DIMENSIONS, Theme
from khue.statistics.rules.told import Line, shown_number, signed

FILES = {"01-mn": "form-01-mn.csv", "02-th": "form-02-th.csv"}
FORM_NAMES = {
    "01-mn": "Biểu 01-MN – Giáo dục mầm non, đầu năm học",
    "02-th": "Biểu 02-TH – Giáo dục tiểu học, đầu năm học",
}
PEOPLE = frozenset({"people", "staff"})
STAFF = "staff"
BY_OWNER = ("public", "private")
UNKNOWN = "—"
Groups = tuple[Sequence[SchoolCounts], Sequence[SchoolCounts]]
# Where a word with a level is looked for; words without one are of the schools themselves.
EVERY_THEME = frozenset(Theme)
OF_LEVELS = (Theme.ENROLMENT, Theme.STAFF, Theme.RESULTS)


@dataclass(frozen=True, slots=True)
class FormRow:
    """Một dòng của biểu; a row without a unit is the title of a part."""

    code: str
    indent: int
    unit: str
    label: str
    source: Source | None
    said: str

    @property
    def is_title(self) -> bool:
        return not self.unit

    @property
    def of_people(self) -> bool:
        return self.unit in PEOPLE

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the row, without the split by owner."""
        return tuple(COLUMNS) if self.of_people else ("",)

    @property
    def is_declared(self) -> bool:
        """Whether its number comes from what schools wrote."""
        return self.source is not None and bool(self.source.declared)

    @property
    def themes(self) -> frozenset[Theme]:
        """The figures that its number is made from."""
        return themes_behind(self.source) if self.source else frozenset()


@dataclass(frozen=True, slots=True)
class Withheld:
    """Số phải che of a place for readers outside the school; see `small_counts`.

    `keys`: what is withheld; `names`: every count that the place has.
    """

    keys: frozenset[str]
    names: frozenset[str]
    of_one_school: bool = False


@dataclass(frozen=True, slots=True)
class Filled:
    """Một dòng có số liệu: by column; None where the product has no data.

    `told` of `asked` schools declared it, where it is declared. `kept`: whether the school year
    has the figures that it is made from.
    """

    row: FormRow
    values: Mapping[str, int] | None
    hidden: frozenset[str] = field(default_factory=frozenset)
    told: int = 0
    asked: int = 0
    kept: bool = True

    def value(self, column: str = "") -> int | None:
        """The number of a column; None without data, and where it is withheld."""
        if self.values is None or column in self.hidden or not self._has(column):
            return None
        return self.values.get(column, 0)

    def shown(self, column: str = "") -> str:
        """As the page prints it; a withheld one is "ẩn", one that the year does not have "—"."""
        return shown_number(self.value(column)) if self._has(column) else UNKNOWN

    def _has(self, column: str) -> bool:
        """A year whose schools were not counted cannot be split by owner."""
        return self.values is not None and (column not in BY_OWNER or column in self.values)


@dataclass(frozen=True, slots=True)
class Compared:
    """Một dòng beside the same row a year ago; `last`: none where the form has no last year."""

    line: Filled
    last: Filled | None

    @property
    def last_shown(self) -> str:
        """Năm trước, in all."""
        return self.last.shown() if self.last else UNKNOWN

    @property
    def change(self) -> int | None:
        """Thay đổi in all; None where one of the two is not told."""
        now, last = self.line.value(), self.last.value() if self.last else None
        return None if now is None or last is None else now - last

    @property
    def printed_change(self) -> str:
        """+12: as the page prints it."""
        return UNKNOWN if self.change is None else signed(self.change)

    @property
    def said_change(self) -> str:
        """+12 (+3,4%): with its share of the year before."""
        if self.change is None or self.last is None:
            return ""
        return Line("", self.line.value(), self.last.value()).printed_change


@cache
def themes_behind(source: Source) -> frozenset[Theme]:
    """The figures that a source reads, those of its conditions too."""
    keys = [key for _, key in source.terms]
    keys += [key_of_condition(one) for condition in source.conditions for one in condition]
    found = {theme_of(key) for key in keys if key not in source.declared}
    declared = {Theme.DECLARED, Theme.SCHOOLS} if source.declared else set()
    return frozenset(found | declared) or frozenset({Theme.SCHOOLS})


def theme_of(key: str) -> Theme:
    """The figure that holds a count which the product makes; see `FormRow.is_declared`."""
    level, _, rest = key.partition(".")
    if not level.isdigit():
        return Theme.SCHOOLS
    word = rest.partition(".")[0]
    return next(one for one in OF_LEVELS if word in _words_of(one))


@cache
def _words_of(theme: Theme) -> frozenset[str]:
    return frozenset(one.word for one in DIMENSIONS if one.theme is theme)


@cache
def form_rows(form: str) -> tuple[FormRow, ...]:
    """Các dòng của một biểu in the order of the print."""
    with (DATA / FILES[form]).open(encoding="utf-8", newline="") as file:
        return tuple(_row(one) for one in csv.DictReader(file))


def _row(line: Mapping[str, str]) -> FormRow:
    said = line["source"]
    place = (line["code"], int(line["indent"]), line["unit"], line["label"])
    return FormRow(*place, read_source(said), said)


def fill(
    row: FormRow,
    declaring: Declaring,
    groups: Groups,
    year: int,
    withheld: Withheld | None,
    kept: frozenset[Theme] = EVERY_THEME,
) -> Filled:
    """Điền một dòng: all columns, public and private apart; `groups`: see `_grouped`.

    `declaring`: who declared what. `kept`: the figures that the year has of these schools.
    """
    source = row.source
    if source is None:
        return Filled(row, None)
    if not row.themes <= kept:
        return Filled(row, None, kept=False)
    told, asked = asked_for(declaring, source.declared) if source.declared else (0, 0)
    if source.declared and not told:
        return Filled(row, None, told=0, asked=asked)
    chosen = [one for one in groups[source.counts_schools] if holds(one, source.conditions)]
    values = {column: amount(source, chosen, column, year) for column in row.columns}
    if Theme.SCHOOLS in kept:
        values["public"] = amount(source, [one for one in chosen if one.is_public], "", year)
        values["private"] = values[""] - values["public"]
    hidden = _hidden(row, source, year, withheld) if withheld else frozenset()
    return Filled(row, values, hidden, told, asked)


def _hidden(row: FormRow, source: Source, year: int, withheld: Withheld) -> frozenset[str]:
    """The columns of a row that would tell what the place withholds.

    Numbers of some schools only (a condition, an owner) are parts that the place's own table does
    not know: sensitive ones are withheld outright.
    """
    if row.unit == STAFF:
        return frozenset()
    looked = [key_of_condition(one) for condition in source.conditions for one in condition]
    if any(is_sensitive(key) for key in looked):
        return frozenset({"", *BY_OWNER})
    found = {column for column in row.columns if _tells(source, column, year, withheld)}
    plain = any(is_sensitive(key) for key in _keys(source, "", year, withheld))
    by_owner = "" in found if withheld.of_one_school else plain
    return frozenset(found | (set(BY_OWNER) if by_owner else set()))


def _tells(source: Source, column: str, year: int, withheld: Withheld) -> bool:
    keys = _keys(source, column, year, withheld)
    some_only = bool(source.conditions) and not withheld.of_one_school
    partial = some_only and any(is_sensitive(key) for key in keys)
    return partial or not withheld.keys.isdisjoint(keys)


def _keys(source: Source, column: str, year: int, withheld: Withheld) -> list[str]:
    return [key for _, term in source.terms for key in keys_for(withheld.names, term, column, year)]


def fill_form(
    form: str,
    schools: Sequence[SchoolCounts],
    year: int,
    withheld: Withheld | None = None,
    kept: frozenset[Theme] = EVERY_THEME,
) -> list[Filled]:
    """Điền cả biểu; `withheld`: what a reader outside the school may not see."""
    rows = form_rows(form)
    groups = _grouped(schools, [row.source for row in rows if row.source])
    declaring = who_declared(schools)
    return [fill(row, declaring, groups, year, withheld, kept) for row in rows]


def _grouped(schools: Sequence[SchoolCounts], sources: Sequence[Source]) -> Groups:
    """Schools that are alike for rows that add up, and for rows that count schools."""
    adding = [one for one in sources if not one.counts_schools]
    counting = [one for one in sources if one.counts_schools]
    return alike(schools, adding), alike(schools, counting, summed=False)
