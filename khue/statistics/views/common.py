"""What the pages of figures share: what an address asks for, and what every page is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from khue.access.api import Actor
from khue.organisations.api import current_year, school_year_label, school_year_of
from khue.statistics.queries.places import (
    BelowLine,
    Place,
    lines_below,
    names_for,
    pair_of,
)
from khue.statistics.rules.blocks import TAB_THEMES, TABS, Names, blocks_of, told_of_class
from khue.statistics.rules.columns import Column, columns_of, columns_of_classes
from khue.statistics.rules.told import Block, Pair

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
OFFICES = frozenset({"ministry", "department", "commune"})
WITHOUT_LAST_YEAR = frozenset({"chuyen-can"})
OF_TERMS = frozenset({"", "nhap-diem", "hoc-tap", "ren-luyen", "so"})
OF_YEARS = frozenset({"hoc-tap", "ren-luyen"})
# The lists of codes whose names a tab shows; "subjects" are the subjects taught.
NAMED: dict[str, tuple[str, ...]] = {
    "": ("levels",),
    "quy-mo": ("levels", "grades", "ethnic-groups", "level-groups"),
    "nhap-diem": ("subjects",),
    "hoc-tap": ("levels",),
    "ren-luyen": ("levels",),
    "len-lop": ("levels",),
}
EVERY_NAME = tuple(dict.fromkeys(name for names in NAMED.values() for name in names))
TERMS = (("1", "Học kì I"), ("2", "Học kì II"), ("y", "Cả năm"))
LEVELS = (
    ("01", "Mầm non"),
    ("02", "Tiểu học"),
    ("03", "THCS"),
    ("04", "THPT"),
    ("05", "GDTX"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, as far as it makes sense."""

    tab: str
    year: int
    term: str
    level: str
    by_school: bool
    text: str
    sort: str
    today: date

    @property
    def year_label(self) -> str:
        return school_year_label(self.year)

    @property
    def year_labels(self) -> tuple[str, str]:
        """The year that is shown and the one before, as charts call them."""
        return self.year_label, school_year_label(self.year - 1)

    @property
    def terms(self) -> Sequence[tuple[str, str]]:
        """The terms that this tab knows."""
        if self.tab not in OF_TERMS:
            return ()
        return TERMS if self.tab in OF_YEARS else TERMS[:2]


def asked_of(request: HttpRequest, place: Place) -> Asked:
    """Read the address; anything without sense is as if it was not there."""
    given, today = request.GET, timezone.localdate()
    tab = _one_of(given.get("muc", ""), TABS, "")
    newest = school_year_of(today)
    years = {str(one): one for one in (newest, newest - 1)}
    return Asked(
        tab=tab,
        year=years.get(given.get("nam", ""), newest),
        term=_term(given.get("ky", ""), tab, place, today),
        level=_one_of(given.get("cap", ""), dict(LEVELS), ""),
        by_school=given.get("theo", "") == "truong" and place.kind in OFFICES,
        text=given.get("q", "")[:100],
        sort=given.get("sort", "name"),
        today=today,
    )


def _one_of(wanted: str, known: Any, default: str) -> str:
    return wanted if wanted in known else default


def _term(wanted: str, tab: str, place: Place, today: date) -> str:
    if wanted in {"1", "2"} or (wanted == "y" and tab in OF_YEARS):
        return wanted
    ids = [int(one) for one in place.path.strip("/").split("/") if one.isdecimal()]
    year = current_year(ids[1], today) if len(ids) > 1 else None
    if year is not None:
        return str(year.term_on(today).number)
    return "1" if today.month >= 8 else "2"


@dataclass(frozen=True, slots=True)
class Shown:
    """Một trang số liệu: everything that the page, the sheet and the paper are made of."""

    place: Place
    asked: Asked
    pair: Pair
    newest: datetime | None
    names: Names
    columns: Sequence[Column]
    below: list[BelowLine]

    def blocks(self, tab: str) -> list[Block]:
        """The tables of a tab; of a class none that would only name which groups it has."""
        found = blocks_of(tab, self.pair, self.asked.term, self.names)
        return told_of_class(found) if self.place.kind == "class" else found


def shown_of(actor: Actor, place: Place, asked: Asked, *, whole: bool = False) -> Shown:
    """Read what a page shows; `whole`: the themes of every tab, for a file."""
    themes = TAB_THEMES["" if whole else asked.tab]
    pair, newest = pair_of(actor, place.path, asked.year, themes)
    of_classes = place.kind in {"school", "class"}
    columns = (
        columns_of_classes(asked.tab, asked.term)
        if of_classes
        else columns_of(asked.tab, asked.term, asked.level)
    )
    told = [one for one in columns if not one.theme.of_today or pair.now.has(one.theme)]
    below = _below(actor, place, asked, told)
    names = names_for(asked.today, EVERY_NAME if whole else NAMED.get(asked.tab, ()))
    return Shown(place, asked, pair, newest, names, told, below)


def _below(actor: Actor, place: Place, asked: Asked, columns: Sequence[Column]) -> list[BelowLine]:
    """The places below with their cells, in the order that is asked for."""
    if not columns or place.kind == "class" or (place.kind == "school" and not place.sees_classes):
        return []
    lines = lines_below(
        actor,
        place,
        asked.year,
        columns,
        by_school=asked.by_school,
        text=asked.text,
        level=asked.level if asked.by_school else "",
    )
    return ordered(lines, asked.sort)


def ordered(lines: list[BelowLine], sort: str) -> list[BelowLine]:
    """By name, by the place above, or by a column ("c2"); a minus turns it round."""
    wanted, turned = sort.removeprefix("-"), sort.startswith("-")
    if wanted == "above":
        return sorted(lines, key=lambda one: (one.above, one.name_key), reverse=turned)
    number = wanted.removeprefix("c")
    if wanted.startswith("c") and number in {str(one) for one in range(9)}:
        return _by_column(lines, int(number), turned=turned)
    return sorted(lines, key=lambda one: one.name_key, reverse=turned)


def _by_column(lines: list[BelowLine], number: int, *, turned: bool) -> list[BelowLine]:
    if any(len(one.cells) <= number for one in lines):
        return lines
    by_name = sorted(lines, key=lambda one: one.name_key)
    return sorted(by_name, key=lambda one: one.cells[number].order, reverse=turned)


def file_answer(content: bytes, kind: str, filename: str) -> HttpResponse:
    """A file to take home."""
    disposition = f'attachment; filename="{filename}"'
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": disposition})
