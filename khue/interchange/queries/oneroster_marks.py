"""OneRoster gradebook: categories, score scales, line items and results."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from khue.gradebook.api import (
    Cell,
    Column,
    cells_window,
    columns_window,
    count_cells,
    count_columns,
    print_mark_cell,
)
from khue.interchange.queries.conditions import (
    STATEMENT,
    Field,
    Fields,
    by_moment,
    changed,
    choice,
    constant,
    key,
    named_by,
    person,
    tenths,
)
from khue.interchange.queries.frames import year_cards
from khue.interchange.queries.oneroster import session_ref
from khue.interchange.queries.oneroster_parts import SCHOOL, Asked, Part, Told, fixed, part_of
from khue.interchange.rules.filters import FilterUnreadable
from khue.interchange.rules.ids import Kind, make_id, number_of, read_id
from khue.interchange.rules.oneroster import (
    ACTIVE,
    GRADEBOOK,
    LONG_AGO,
    ROSTERING,
    SLOT_NAMES,
    record,
    reference,
)
from khue.interchange.rules.scopes import MARKS
from khue.ledger.api import subjects_changed_since
from khue.organisations.api import TermCard, class_subject
from kit.statements import keys_array
from kit.windows import Clause

CATEGORIES = ("Đánh giá thường xuyên", "Đánh giá giữa kì", "Đánh giá cuối kì")
LAST_REGULAR, MIDTERM = 5, 6
TERMS = 16
"""A term and a column stand together in the small number of an id: term × 16 + column."""
SCALES = {
    0: ("Thang điểm 10", [("0", "0"), ("10", "10")]),
    1: ("Đạt, Chưa đạt", [("Đ", "Đạt"), ("CĐ", "Chưa đạt")]),
}
CLASS, STUDENT, LINE_ITEM = "class.sourcedId", "student.sourcedId", "lineItem.sourcedId"
WAITING, GRADED = "not submitted", "fully graded"


def categories(asked: Asked) -> list[Part]:
    """Categories: regular, mid-term and final assessment; the same in every class."""
    found = [
        record(make_id(Kind.CATEGORY, number), None, {"title": title})
        for number, title in enumerate(CATEGORIES)
    ]
    return [fixed(asked, found, settled=frozenset({CLASS}))]


def score_scales(asked: Asked) -> list[Part]:
    """Score scales: tenths out of ten, and Đạt or Chưa đạt; of one subject, the one it has."""
    book = number_of(asked.pinned.get(CLASS, ""), Kind.CLASS_SUBJECT)
    wanted = list(SCALES) if book is None else [_scale_of(class_subject(book).form)]
    found = [_scale(number) for number in wanted]
    return [fixed(asked, found, settled=frozenset({CLASS, SCHOOL}))]


def _scale_of(form: str) -> int:
    return 0 if form == "score" else 1


def _scale(number: int) -> Told:
    title, values = SCALES[number]
    pairs = [{"itemValueLHS": left, "itemValueRHS": right} for left, right in values]
    told = {"title": title, "type": "10" if number == 0 else "Đ/CĐ", "scoreScaleValue": pairs}
    return record(make_id(Kind.SCORE_SCALE, number), None, told)


def category_of(slot: int) -> int:
    return 0 if slot <= LAST_REGULAR else 1 if slot == MIDTERM else 2


def _small(term: int, slot: int) -> int:
    return term * TERMS + slot


FORMS = {0: "{form} = 'score'", 1: "{form} <> 'score'"}
SLOTS_OF = {0: "{slot} <= 5", 1: "{slot} = 6", 2: "{slot} = 7"}


def line_items(asked: Asked) -> list[Part]:
    """Line items: the columns of the mark books of the running year."""
    within, terms = asked.schools(MARKS), _terms(asked)
    return [
        part_of(
            *(asked, STATEMENT, _item_fields(terms)),
            count=lambda window: count_columns(within, asked.year, window),
            read=lambda window: columns_window(within, asked.year, window),
            tell=lambda row, changed: _line_item(row, changed, terms),
            subject=lambda row: f"class_subject:{row.class_subject_id}",
            school=lambda row: row.school_id,
        )
    ]


def _item_fields(terms: Mapping[int, TermCard]) -> Fields:
    halves = {
        str(make_id(Kind.TERM, term.id)): Clause("{term} = {}", (number,))
        for number, term in terms.items()
    }
    return {
        "sourcedId": named_by(_column_of),
        "status": constant(STATEMENT, ACTIVE),
        "dateLastModified": changed(STATEMENT, ["class_subject"], "book"),
        "title": _title(),
        CLASS: key(STATEMENT, "book", Kind.CLASS_SUBJECT),
        SCHOOL: key(STATEMENT, "school", Kind.ORGANISATION),
        "category.sourcedId": _one_of(Kind.CATEGORY, SLOTS_OF),
        "scoreScale.sourcedId": _one_of(Kind.SCORE_SCALE, FORMS),
        "academicSession.sourcedId": choice(STATEMENT, halves),
    }


def _title() -> Field:
    names = {name: Clause("{slot} = {}", (slot,)) for slot, name in enumerate(SLOT_NAMES)}
    return choice(STATEMENT, names)


def _one_of(kind: Kind, rows: Mapping[int, str]) -> Field:
    """One of a few records that have no table."""
    return choice(STATEMENT, {str(make_id(kind, one)): Clause(told) for one, told in rows.items()})


def _column_of(value: str) -> Clause:
    """A column of a book in a term."""
    own = read_id(value)
    if own is None or own.kind is not Kind.LINE_ITEM:
        return STATEMENT.none
    wanted = (own.first, own.small // TERMS, own.small % TERMS)
    return Clause("{book} = {} and {term} = {} and {slot} = {}", wanted)


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
    within = asked.schools(MARKS)
    return [
        part_of(
            *(asked, STATEMENT, _result_fields()),
            count=lambda window: count_cells(within, asked.year, window),
            read=lambda window: cells_window(within, asked.year, window),
            tell=lambda row, changed: _result(row, changed, asked),
            subject=lambda row: f"mark:{row.class_subject_id}.{row.term}.{row.student_id}",
            school=lambda row: row.school_id,
        )
    ]


def _result_fields() -> Fields:
    waiting = Clause("{value} = -1")
    return {
        "sourcedId": named_by(_cell_of),
        "status": constant(STATEMENT, ACTIVE),
        "dateLastModified": Field(lambda sign, value: by_moment(sign, value, _changed_cells)),
        "score": tenths(STATEMENT, "score"),
        "textScore": choice(
            STATEMENT, {print_mark_cell(one): Clause("{value} = {}", (one,)) for one in (101, 102)}
        ),
        "scoreStatus": choice(STATEMENT, {WAITING: waiting, GRADED: ~waiting}),
        LINE_ITEM: named_by(_column_of),
        CLASS: key(STATEMENT, "book", Kind.CLASS_SUBJECT),
        STUDENT: person(STATEMENT, "person"),
        SCHOOL: key(STATEMENT, "school", Kind.ORGANISATION),
    }


def _cell_of(value: str) -> Clause:
    own = read_id(value)
    if own is None or own.kind is not Kind.RESULT:
        return STATEMENT.none
    item = make_id(Kind.LINE_ITEM, own.first, 0, own.small)
    return _column_of(str(item)) & Clause("{student} = {}", (own.second,))


def _changed_cells(since: datetime, operator: str) -> Clause:
    """The cells of the rows of a book that changed at or after a moment."""
    if since <= LONG_AGO:
        return STATEMENT.every
    subjects = subjects_changed_since(since, kinds=["mark"])
    if subjects is None and operator in (">", ">="):
        return STATEMENT.every
    if subjects is None:
        raise FilterUnreadable(operator)
    keys = [one.partition(":")[2].split(".") for one in subjects]
    whole = [[int(part) for part in one] for one in keys if len(one) == 3]
    columns = zip(*whole, strict=True) if whole else ([], [], [])
    return Clause(
        "({book}, {term}, {student}) in"
        " (select * from unnest({}::bigint[], {}::bigint[], {}::bigint[]))",
        tuple(keys_array(one) for one in columns),
    )


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
        return {"scoreStatus": WAITING, "comment": "Chờ kiểm tra bù"}
    if value > 100:
        return {"scoreStatus": GRADED, "textScore": print_mark_cell(value)}
    return {"scoreStatus": GRADED, "score": max(value, 0) / 10}
