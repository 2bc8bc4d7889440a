"""Số liệu để mang về: as Excel and as PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from khue.access.api import actor_of, page
from khue.papers.api import render_pdf
from khue.statistics.permissions import VIEW
from khue.statistics.queries.figures import NoSuchPlace
from khue.statistics.queries.places import BelowLine, open_place
from khue.statistics.rules.blocks import TABS
from khue.statistics.rules.pictures import pictures_of
from khue.statistics.rules.tiles import tiles_of
from khue.statistics.rules.told import SMALL, Block, Line, shown_number
from khue.statistics.sheets.figures import figures_book
from khue.statistics.views.common import EXCEL, PDF, Shown, asked_of, file_answer, shown_of
from kit.dates import print_moment

PAPER = Path(__file__).resolve().parents[1] / "papers" / "figures.typ"
MOST_ON_PAPER = 700


def _read(request: HttpRequest, node_id: int) -> Shown:
    actor = actor_of(request)
    found = open_place(actor, node_id)
    try:
        return shown_of(actor, found, asked_of(request, found), whole=True)
    except NoSuchPlace as gone:
        raise Http404 from gone


def _themes(shown: Shown) -> list[tuple[str, list[Block]]]:
    return [(name, shown.blocks(tab)) for tab, name in TABS.items() if tab]


def _told_at(shown: Shown) -> str:
    return f"Số liệu lúc {print_moment(shown.newest or timezone.now())}"


@require_GET
@page(VIEW)
def place_excel(request: HttpRequest, node_id: int) -> HttpResponse:
    """Every theme of a place, and the places below with the columns of the tab."""
    shown = _read(request, node_id)
    asked = shown.asked
    titles = (shown.place.name, f"Năm học {asked.year_label}", _told_at(shown))
    below = (f"Bên dưới - {TABS[asked.tab]}", shown.columns, shown.below)
    content = figures_book(titles, _themes(shown), below)
    return file_answer(content, EXCEL, f"so-lieu-{node_id}-{asked.year}.xlsx")


@require_GET
@page(VIEW)
def place_pdf(request: HttpRequest, node_id: int) -> HttpResponse:
    """The same on paper."""
    shown = _read(request, node_id)
    title = f"Số liệu {shown.place.name}"
    content = render_pdf(PAPER, _paper(shown), title=title, at=shown.newest or timezone.now())
    return file_answer(content, PDF, f"so-lieu-{node_id}-{shown.asked.year}.pdf")


def _paper(shown: Shown) -> dict[str, Any]:
    tiles = tiles_of(shown.pair, shown.asked.term)
    return {
        "place": shown.place.name,
        "above": shown.place.line[-2][0] if len(shown.place.line) > 1 else "",
        "year": shown.asked.year_label,
        "at": _told_at(shown),
        "tiles": [[one.label, one.value, one.note] for one in tiles],
        "charts": [
            _chart(one)
            for one in pictures_of(
                "", shown.pair, shown.asked.term, shown.names, shown.asked.year_labels
            )
        ],
        "themes": [
            {"name": name, "blocks": [_block(one) for one in blocks]}
            for name, blocks in _themes(shown)
            if blocks
        ],
        "below": _below(shown),
        "note": f"“{SMALL}”: số nhỏ hoặc số suy ra được số nhỏ, chỉ nhà trường xem được.",
    }


def _chart(chart: Any) -> dict[str, Any]:
    return {
        "title": chart.title,
        "series": [[one.name, one.look] for one in chart.series],
        "rows": [
            {
                "label": row.label,
                "shown": row.shown,
                "tracks": [
                    [[float(bar.start), float(bar.width), bar.look] for bar in track]
                    for track in row.tracks
                ],
            }
            for row in chart.rows
        ],
    }


def _block(block: Block) -> dict[str, Any]:
    heads = ["Số lượng"]
    heads += ["Tỉ lệ"] * block.shares
    heads += ["Nữ"] * block.people
    heads += ["DTTS", "Nữ DTTS"] * (block.people and block.minorities)
    heads += ["Năm trước", "Thay đổi"] * block.compared
    return {
        "title": block.title,
        "what": block.what,
        "heads": heads,
        "lines": [[line.label, line.indent, _cells(block, line)] for line in block.lines],
    }


def _cells(block: Block, line: Line) -> list[str]:
    cells = [shown_number(line.now)]
    cells += [line.share] * block.shares
    cells += [shown_number(one) for one in block.people_of(line)]
    cells += [shown_number(line.last), line.printed_change] * block.compared
    return cells


def _below(shown: Shown) -> dict[str, Any]:
    lines: list[BelowLine] = shown.below[:MOST_ON_PAPER]
    return {
        "title": TABS[shown.asked.tab],
        "heads": [one.title for one in shown.columns],
        "lines": [
            [
                one.name + (f" ({one.above})" if one.above else ""),
                [cell.shown for cell in one.cells],
            ]
            for one in lines
        ],
    }
