"""Ô số ở đầu trang: the few numbers that everybody asks for first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from khue.statistics.rules.blocks import APPROVED, LAST_OF_TERM
from khue.statistics.rules.themes import Theme
from khue.statistics.rules.told import Line, Pair, shown_number
from kit.numbers import print_ratio

PUPILS, CLASSES = "Học sinh", "Lớp, nhóm trẻ"
TILE_THEMES = (Theme.ENROLMENT, Theme.STAFF, Theme.ATTENDANCE, Theme.ENTRY, Theme.BOOKS)


@dataclass(frozen=True, slots=True)
class Tile:
    """Một ô: a number, what to compare it with, and the tab behind it."""

    label: str
    value: str
    note: str
    tab: str
    part: int | None = None
    whole: int | None = None


def tiles_of(pair: Pair, term: str) -> list[Tile]:
    """Học sinh, lớp, giáo viên, vắng hôm nay, điểm đã nhập, sổ đã duyệt."""
    return [
        _compared(PUPILS, pair.line("", Theme.ENROLMENT, "pupils")),
        _compared(CLASSES, pair.line("", Theme.ENROLMENT, "classes")),
        *([_staff(pair)] if pair.now.has(Theme.STAFF) else []),
        *([_absent(pair)] if pair.now.has(Theme.ATTENDANCE) else []),
        _entered(pair, "2" if term == "2" else "1"),
        _approved(pair, term),
    ]


def of_class(tiles: Sequence[Tile]) -> list[Tile]:
    """The tiles of one class: it is one class, and was another one a year ago."""
    kept = (one for one in tiles if one.label != CLASSES)
    return [replace(one, note="") if one.label == PUPILS else one for one in kept]


def _compared(label: str, line: Line) -> Tile:
    note = f"{line.printed_change} so với năm trước" if line.last else "Chưa có số năm trước"
    return Tile(label, shown_number(line.now), note, "quy-mo")


def _staff(pair: Pair) -> Tile:
    teachers = pair.now.count(Theme.STAFF, "role.teacher")
    staff = pair.now.count(Theme.STAFF, "staff")
    note = f"trong {shown_number(staff)} cán bộ, giáo viên, nhân viên"
    return Tile("Giáo viên", shown_number(teachers), note, "quy-mo")


def _absent(pair: Pair) -> Tile:
    def count(key: str) -> int | None:
        return pair.now.count(Theme.ATTENDANCE, key)

    taken, classes = count("classes_taken"), count("classes")
    note = f"{shown_number(taken)}/{shown_number(classes)} lớp đã điểm danh"
    return Tile("Vắng hôm nay", shown_number(count("absent")), note, "chuyen-can")


def _entered(pair: Pair, term: str) -> Tile:
    entered = pair.now.count(Theme.ENTRY, f"entered.{term}")
    due = pair.now.count(Theme.ENTRY, f"due.{term}")
    return _share(
        "Điểm đã nhập",
        entered,
        due,
        f"điểm học kì\N{NO-BREAK SPACE}{'I' if term == '1' else 'II'}",
        "nhap-diem",
    )


def _approved(pair: Pair, term: str) -> Tile:
    periods = LAST_OF_TERM.get(term, LAST_OF_TERM["2"])
    keys = [f"state.{one}.{state}" for one in periods for state in APPROVED]
    done = pair.now.total(Theme.BOOKS, keys)
    books = pair.now.total(Theme.BOOKS, [f"books.{one}" for one in periods])
    return _share("Sổ đã duyệt", done, books, "sổ điểm", "so")


def _share(label: str, part: int | None, whole: int | None, what: str, tab: str) -> Tile:
    if not whole:
        return Tile(label, "—", f"Chưa có {what}", tab)
    note = f"{shown_number(part)} trong {shown_number(whole)} {what}"
    value = "—" if part is None else f"{print_ratio(part, whole)}%"
    return Tile(label, value, note, tab, part, whole)
