"""Thẻ của trường: who carries one, who does not; for those who issue and print them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from khue.access.api import Actor, OutsidePlace, permit
from khue.attendance.models import Card
from khue.attendance.permissions import CARDS
from khue.organisations.api import (
    ClassCard,
    SchoolCard,
    classes_of,
    school_summary,
    school_year_of,
)
from khue.records.api import staff_of_school, students_of_class
from kit.vietnamese import search_key

STAFF = "can-bo"
STATE_NAMES = dict(Card.State.choices)
MOST_FOUND = 100


@dataclass(frozen=True, slots=True)
class CardLine:
    """Một thẻ as a list shows it."""

    id: int
    number: str
    state: str
    issued_at: datetime
    issued_by: str

    @property
    def state_name(self) -> str:
        return str(STATE_NAMES[self.state])


@dataclass(frozen=True, slots=True)
class Carrier:
    """Một người with the newest card, or none. `key`: "hs:5" for a pupil, "cb:5" for staff."""

    key: str
    name: str
    group: str
    card: CardLine | None = None

    @property
    def has_card(self) -> bool:
        return self.card is not None and self.card.state == Card.State.ACTIVE

    @property
    def is_lost(self) -> bool:
        return self.card is not None and self.card.state == Card.State.LOST


@dataclass(frozen=True, slots=True)
class GroupLine:
    """Một lớp (or the staff): how many carry a card. `key` is the number of the class."""

    key: str
    name: str
    people: int
    carrying: int
    lost: int

    @property
    def without(self) -> int:
        return self.people - self.carrying


def open_school(actor: Actor, school_id: int, permission: str = CARDS) -> SchoolCard:
    """A school for whoever holds the permission at it."""
    school = school_summary(school_id)
    permit(actor, permission, school.path)
    return school


def classes_on(school_id: int, day: date) -> list[ClassCard]:
    return classes_of(school_id, school_year_of(day), open_on=day)


def carriers_of_group(school: SchoolCard, key: str, day: date) -> list[Carrier]:
    """The people of a class, or the staff, by given name. An unknown class is nobody's."""
    if key == STAFF:
        return _with_cards(
            [("cb", one.id, one.name, "Cán bộ") for one in staff_of_school(school.id, day)]
        )
    card = class_of(school, key, day)
    pupils = students_of_class(card.id, day)
    return _with_cards([("hs", one.id, one.name, card.name) for one in pupils])


def class_of(school: SchoolCard, key: str, day: date) -> ClassCard:
    for one in classes_on(school.id, day):
        if str(one.id) == key:
            return one
    raise OutsidePlace(key)


def _with_cards(people: Sequence[tuple[str, int, str, str]]) -> list[Carrier]:
    pupils = [number for kind, number, _, _ in people if kind == "hs"]
    staff = [number for kind, number, _, _ in people if kind == "cb"]
    cards = newest_cards(pupils, staff)
    return [
        Carrier(f"{kind}:{number}", name, group, cards.get(f"{kind}:{number}"))
        for kind, number, name, group in dict.fromkeys(people)
    ]


def newest_cards(pupils: Iterable[int], staff: Iterable[int]) -> dict[str, CardLine]:
    """The card in use of each, else the newest one."""
    rows = Card.objects.filter(Q(student_id__in=list(pupils)) | Q(staff_id__in=list(staff)))
    found: dict[str, CardLine] = {}
    for row in rows.order_by("issued_at", "id"):
        key = f"hs:{row.student_id}" if row.student_id else f"cb:{row.staff_id}"
        before = found.get(key)
        if before is None or before.state != Card.State.ACTIVE:
            found[key] = _line(row)
    return found


def _line(row: Card) -> CardLine:
    return CardLine(row.pk, row.number, row.state, row.issued_at, row.issued_by)


def groups_of_school(school: SchoolCard, day: date) -> list[GroupLine]:
    """Các lớp và cán bộ of a school: how many carry a card."""
    groups = [(str(one.id), one.name) for one in classes_on(school.id, day)]
    carriers = everyone(school, day)
    named = [*groups, (STAFF, "Cán bộ, giáo viên")]
    return [_group(key, name, carriers[key]) for key, name in named]


def everyone(school: SchoolCard, day: date) -> dict[str, list[Carrier]]:
    """Everybody of a school by class; their cards are read at once."""
    people: list[tuple[str, int, str, str]] = []
    places: list[str] = []
    for card in classes_on(school.id, day):
        pupils = students_of_class(card.id, day)
        people += [("hs", one.id, one.name, card.name) for one in pupils]
        places += [str(card.id)] * len(pupils)
    staff = staff_of_school(school.id, day)
    people += [("cb", one.id, one.name, "Cán bộ") for one in staff]
    places += [STAFF] * len(staff)
    where = dict(zip([f"{kind}:{number}" for kind, number, _, _ in people], places, strict=True))
    found: dict[str, list[Carrier]] = defaultdict(list)
    for one in _with_cards(people):
        found[where[one.key]].append(one)
    return found


def _group(key: str, name: str, carriers: Sequence[Carrier]) -> GroupLine:
    states = Counter((one.has_card, one.is_lost) for one in carriers)
    carrying = sum(many for (has, _), many in states.items() if has)
    lost = sum(many for (_, is_lost), many in states.items() if is_lost)
    return GroupLine(key, name, len(carriers), carrying, lost)


def find_cards(school: SchoolCard, text: str) -> list[Carrier]:
    """Tìm thẻ by the number printed on it, or by the name of who carries it."""
    key = search_key(text)
    named = Q(student__name_search__contains=key) | Q(staff__name_search__contains=key)
    numbered = Q(number__endswith=text.strip()) if text.strip().isdecimal() else Q(pk=None)
    rows = (
        Card.objects.filter(named | numbered, school_id=school.id)
        .select_related("student", "staff")
        .order_by("number")[:MOST_FOUND]
    )
    return [_found(row) for row in rows]


def _found(row: Card) -> Carrier:
    if row.student is not None:
        return Carrier(f"hs:{row.student_id}", row.student.name, "Học sinh", _line(row))
    name = row.staff.name if row.staff else ""
    return Carrier(f"cb:{row.staff_id}", name, "Cán bộ", _line(row))
