"""OneRoster gradebook: categories, score scales, line items and results."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from khue.gradebook.api import (
    Cell,
    Column,
    Narrowed,
    cells_window,
    columns_window,
    count_cells,
    count_columns,
    print_mark_cell,
)
from khue.interchange.queries.frames import year_cards
from khue.interchange.queries.oneroster import chosen, session_ref
from khue.interchange.queries.oneroster_parts import Asked, Part, Told, fixed
from khue.interchange.queries.oneroster_people import as_uuid
from khue.interchange.rules.ids import Kind, make_id, read_id
from khue.interchange.rules.oneroster import (
    GRADEBOOK,
    ROSTERING,
    SLOT_NAMES,
    record,
    reference,
)
from khue.interchange.rules.scopes import MARKS
from khue.organisations.api import TermCard
from khue.records.api import pupils_window
from kit.windows import Window

CATEGORIES = ("Đánh giá thường xuyên", "Đánh giá giữa kì", "Đánh giá cuối kì")
LAST_REGULAR, MIDTERM = 5, 6
TERMS = 16
"""A term and a column stand together in the small number of an id: term × 16 + column."""
SCALES = {
    0: ("Thang điểm 10", [("0", "0"), ("10", "10")]),
    1: ("Đạt, Chưa đạt", [("Đ", "Đạt"), ("CĐ", "Chưa đạt")]),
}


def categories(asked: Asked) -> list[Part]:
    """Categories: regular, mid-term and final assessment."""
    found = [
        record(make_id(Kind.CATEGORY, number), None, {"title": title})
        for number, title in enumerate(CATEGORIES)
    ]
    return [fixed(chosen(asked, found), dict)]


def score_scales(asked: Asked) -> list[Part]:
    """Score scales: tenths out of ten, and Đạt or Chưa đạt."""
    found = [_scale(number) for number in SCALES]
    return [fixed(chosen(asked, found), dict)]


def _scale(number: int) -> Told:
    title, values = SCALES[number]
    pairs = [{"itemValueLHS": left, "itemValueRHS": right} for left, right in values]
    told = {"title": title, "type": "10" if number == 0 else "Đ/CĐ", "scoreScaleValue": pairs}
    return record(make_id(Kind.SCORE_SCALE, number), None, told)


def category_of(slot: int) -> int:
    return 0 if slot <= LAST_REGULAR else 1 if slot == MIDTERM else 2


def _small(term: int, slot: int) -> int:
    return term * TERMS + slot


def line_items(asked: Asked) -> list[Part]:
    """Line items: the columns of the mark books of the running year."""
    within, narrowed, terms = asked.schools(MARKS), _narrowed(asked), _terms(asked)
    return [
        Part(
            count=lambda window: count_columns(within, asked.year, window, narrowed),
            read=lambda window: columns_window(within, asked.year, window, narrowed),
            tell=lambda row, changed: _line_item(row, changed, terms),
            subject=lambda row: f"class_subject:{row.class_subject_id}",
            school=lambda row: row.school_id,
        )
    ]


def _narrowed(asked: Asked) -> Narrowed:
    """What the conditions leave: of a class, of one line item, of one pupil."""
    books = _books(asked)
    return Narrowed(books=books, student=_pupil(asked), **_cell(asked))


def _books(asked: Asked) -> tuple[int, ...] | None:
    keys = [
        read_id(asked.equals[name])
        for name in ("class.sourcedId", "lineItem.sourcedId", "sourcedId")
        if name in asked.equals
    ]
    if not keys:
        return None if asked.equals.get("status", "active") == "active" else ()
    known = (Kind.CLASS_SUBJECT, Kind.LINE_ITEM, Kind.RESULT)
    found = {key.first for key in keys if key is not None and key.kind in known}
    fits = all(key is not None and key.kind in known for key in keys) and len(found) == 1
    return tuple(found) if fits else ()


def _cell(asked: Asked) -> dict[str, Any]:
    own = read_id(asked.equals.get("lineItem.sourcedId") or asked.equals.get("sourcedId") or "")
    if own is None or own.kind not in (Kind.LINE_ITEM, Kind.RESULT):
        return {}
    return {"term": own.small // TERMS, "slot": own.small % TERMS}


def _pupil(asked: Asked) -> int | None:
    own = read_id(asked.equals.get("sourcedId", ""))
    if own is not None and own.kind is Kind.RESULT:
        return own.second
    if "student.sourcedId" not in asked.equals:
        return None
    where = Q(public_id=as_uuid(asked.equals["student.sourcedId"]))
    rows = pupils_window(asked.schools(MARKS), Window(limit=1, where=where))
    return rows[0].id if rows else -1


def _terms(asked: Asked) -> dict[int, TermCard]:
    cards = [one for one in year_cards(asked.actor, MARKS) if one.start_year == asked.year]
    return {term.number: term for card in cards[:1] for term in card.terms}


def _line_item(row: Column, changed: datetime | None, terms: dict[int, TermCard]) -> Told:
    term = terms.get(row.term)
    scale = make_id(Kind.SCORE_SCALE, 0 if row.form == "score" else 1)
    lesson = make_id(Kind.CLASS_SUBJECT, row.class_subject_id)
    category = make_id(Kind.CATEGORY, category_of(row.slot))
    dates = _dates(term)
    return record(
        make_id(Kind.LINE_ITEM, row.class_subject_id, 0, _small(row.term, row.slot)),
        changed,
        {
            "title": SLOT_NAMES[row.slot],
            "description": f"{SLOT_NAMES[row.slot]}, {row.subject_name} {row.class_name}, "
            f"học kì {'I' * row.term}",
            **dates,
            "class": {"href": f"{ROSTERING}/classes/{lesson}", **_named("class", lesson)},
            "school": reference("org", make_id(Kind.ORGANISATION, row.school_id), base=ROSTERING),
            "category": {
                "href": f"{GRADEBOOK}/categories/{category}",
                **_named("category", category),
            },
            "scoreScale": reference("scoreScale", scale, base=GRADEBOOK),
            "academicSession": session_ref(Kind.TERM, term.id) if term else None,
            **({"resultValueMin": 0, "resultValueMax": 10} if row.form == "score" else {}),
        },
    )


def _named(kind: str, own: Any) -> dict[str, str]:
    return {"sourcedId": str(own), "type": kind}


def _dates(term: TermCard | None) -> dict[str, str]:
    if term is None:
        return {}
    first, last = term.starts_on.isoformat(), term.ends_on.isoformat()
    return {"assignDate": f"{first}T00:00:00.000Z", "dueDate": f"{last}T00:00:00.000Z"}


def results(asked: Asked) -> list[Part]:
    """Results: the cells of the mark books that hold a value."""
    within, narrowed = asked.schools(MARKS), _narrowed(asked)
    return [
        Part(
            count=lambda window: count_cells(within, asked.year, window, narrowed),
            read=lambda window: cells_window(within, asked.year, window, narrowed),
            tell=lambda row, changed: _result(row, changed, asked),
            subject=lambda row: f"mark:{row.class_subject_id}.{row.term}.{row.student_id}",
            school=lambda row: row.school_id,
        )
    ]


def _result(row: Cell, changed: datetime | None, asked: Asked) -> Told:
    small = _small(row.term, row.slot)
    item = make_id(Kind.LINE_ITEM, row.class_subject_id, 0, small)
    return record(
        make_id(Kind.RESULT, row.class_subject_id, row.student_id, small),
        changed,
        {
            "lineItem": reference("lineItem", item, base=GRADEBOOK),
            "student": {**reference("user", row.student_public_id, base=ROSTERING)},
            "scoreDate": (changed or asked.now).date().isoformat(),
            **_score(row.value),
        },
    )


def _score(value: int) -> dict[str, Any]:
    """A mark as a number, Đạt and Chưa đạt as text; a test to be made up is not submitted yet."""
    if value == -1:
        return {"scoreStatus": "not submitted", "comment": "Chờ kiểm tra bù"}
    if value > 100:
        return {"scoreStatus": "fully graded", "textScore": print_mark_cell(value)}
    return {"scoreStatus": "fully graded", "score": max(value, 0) / 10}
