"""Máy của tôi và các mục chờ quyết định: what one person wrote apart, and what became of it.

Only her own rows are read, whoever she is; names of pupils only where she may still see them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from khue.access.api import Actor, explain
from khue.attendance.api import SESSION_NAMES
from khue.gradebook.api import POINTS_SPOKEN, column_label, slot_label
from khue.offline.models import Device
from khue.offline.models import DeviceOperation as Row
from khue.offline.queries.sealed import opened
from khue.offline.rules.operations import ATTENDANCE, KEEP, LESSON, MARK, OF_BOOK, SHEETS
from khue.offline.rules.words import CLOCK_LIMIT_SECONDS, clock_words, shown_value
from khue.organisations.api import class_subjects_by_ids, class_summaries
from khue.records.api import rolls_of_classes
from kit.dates import print_date, print_moment
from kit.fences import EVERYTHING, scoped

MOST_SHOWN = 200
OPEN = Q(answer=Row.Answer.CONFLICT, decided_at__isnull=True)
SPOKEN_TERMS = {1: "học kì I", 2: "học kì II"}
UNSEEN = "Học sinh ngoài các lớp của thầy cô"
GONE_PLACE = "Lớp hoặc môn không còn"


@dataclass(frozen=True, slots=True)
class Machine:
    """Một máy của tôi; `open` conflicts and `refused` operations came from it."""

    id: UUID
    name: str
    prepared_at: datetime
    seen_at: datetime
    ended_at: datetime | None
    clock: str
    written: int
    open: int


@dataclass(frozen=True, slots=True)
class Written:
    """Một mục đã ghi trên máy mà trường chưa có: where, whose, both values, both times."""

    id: UUID
    place: str
    pupil: str
    mine: str
    stands: str
    author: str
    at: str
    written_at: datetime
    machine: str
    sentence: str
    earlier: tuple[str, ...] = ()


def my_machines(actor: Actor) -> list[Machine]:
    """The machines of this account, the one seen last first."""
    rows = Device.objects.filter(account_id=actor.account_id).order_by("-seen_at", "id")
    with scoped(EVERYTHING):
        own = Row.objects.filter(account_id=actor.account_id).values("device_id")
        told = own.annotate(written=Count("pk"), waiting=Count("pk", filter=OPEN))
        counts = {one["device_id"]: (one["written"], one["waiting"]) for one in told}
    return [_machine(row, *counts.get(row.pk, (0, 0))) for row in rows[:MOST_SHOWN]]


def _machine(row: Device, written: int, waiting: int) -> Machine:
    off = row.clock_off_seconds
    clock = clock_words(off) if abs(off) > CLOCK_LIMIT_SECONDS else ""
    return Machine(
        row.pk, row.name, row.prepared_at, row.seen_at, row.ended_at, clock, written, waiting
    )


def open_count(account_id: int) -> int:
    """How many things wait for a decision of this account."""
    with scoped(EVERYTHING):
        rows = Row.objects.filter(OPEN, account_id=account_id)
        return rows.values("target").distinct().count()


def decided_among(actor: Actor, ids: Sequence[UUID]) -> list[UUID]:
    """Which of these conflicts were decided meanwhile, from whatever machine or page."""
    if not ids:
        return []
    with scoped(EVERYTHING):
        rows = Row.objects.filter(pk__in=ids, account_id=actor.account_id)
        return list(rows.filter(decided_at__isnull=False).values_list("pk", flat=True))


def my_conflicts(actor: Actor, today: date) -> list[Written]:
    """What waits for a decision: the newest of each thing, her earlier values beside it."""
    with scoped(EVERYTHING):
        rows = list(_own(actor).filter(OPEN)[:MOST_SHOWN])
    newest: dict[str, list[Row]] = {}
    for row in rows:
        newest.setdefault(row.target, []).append(row)
    names = _Names(actor, today, rows)
    return [names.written(found[0], found[1:]) for found in newest.values()]


def my_refused(actor: Actor, today: date) -> list[Written]:
    """What the school could not take, newest first: kept to be copied out."""
    with scoped(EVERYTHING):
        rows = list(_own(actor).filter(answer=Row.Answer.REFUSED)[:MOST_SHOWN])
    names = _Names(actor, today, rows)
    return [names.written(row) for row in rows]


def _own(actor: Actor) -> Any:
    rows = Row.objects.filter(account_id=actor.account_id).exclude(kind=KEEP)
    return rows.select_related("device").order_by("-received_at", "-sequence")


class _Names:
    """The names behind the numbers of some rows, read together."""

    def __init__(self, actor: Actor, today: date, rows: Sequence[Row]) -> None:
        self.told = {row.pk: opened(row) for row in rows}
        places = [(row.kind, self.told[row.pk]["wanted"]["place"]) for row in rows]
        self.books = class_subjects_by_ids([one["book"] for kind, one in places if kind in OF_BOOK])
        wanted = {one["class"] for kind, one in places if kind not in OF_BOOK}
        self.classes = class_summaries([*wanted, *(one.class_id for one in self.books.values())])
        self.pupils = self._pupils(actor, today)

    def _pupils(self, actor: Actor, today: date) -> Mapping[tuple[int, int], str]:
        seen = [key for key, one in self.classes.items() if self._may_see(actor, key, one.place)]
        rolls = rolls_of_classes(seen, date(2000, 1, 1), today)
        return {(key, one.student_id): one.name for key, roll in rolls.items() for one in roll}

    def _may_see(self, actor: Actor, class_id: int, place: str) -> bool:
        books = [one.place for one in self.books.values() if one.class_id == class_id]
        asked = [("attendance.view", place), *(("gradebook.view_marks", one) for one in books)]
        return any(explain(actor, name, where) is None for name, where in asked)

    def written(self, row: Row, earlier: Iterable[Row] = ()) -> Written:
        told = self.told[row.pk]
        wanted, found = told["wanted"], told["found"]
        return Written(
            id=row.pk,
            place=self._place(row.kind, wanted["place"]),
            pupil=self._pupil(row.kind, wanted["place"]),
            mine=shown_value(row.kind, wanted["value"]),
            stands=found["text"] or shown_value(row.kind, found["value"]),
            author=found["author"],
            at=found["at"],
            written_at=row.counted_at,
            machine=row.device.name,
            sentence=found["sentence"],
            earlier=tuple(self._earlier(one) for one in earlier),
        )

    def _earlier(self, row: Row) -> str:
        value = shown_value(row.kind, self.told[row.pk]["wanted"]["value"])
        return f"{value} ({print_moment(row.counted_at)})"

    def _place(self, kind: str, place: Mapping[str, Any]) -> str:
        if kind == MARK:
            return self._cell(place)
        if kind in SHEETS:
            return self._sheet(kind, place)
        room = self.classes.get(place["class"])
        if room is None:
            return GONE_PLACE
        session = SESSION_NAMES.get(place["session"], "").lower()
        period = f" tiết {place['period']}" if place["period"] else ""
        day = print_date(date.fromisoformat(place["day"]))
        what = "Sổ đầu bài" if kind == LESSON else "Điểm danh"
        return f"{what} {room.name}, {session}{period} {day}"

    def _cell(self, place: Mapping[str, Any]) -> str:
        book = self.books.get(place["book"])
        if book is None:
            return GONE_PLACE
        label = slot_label(place["slot"], by_comment=book.form == "comment")
        term = SPOKEN_TERMS.get(place["term"], "")
        return f"{book.subject_name} {book.class_name}, {label[:1].lower()}{label[1:]}, {term}"

    def _sheet(self, kind: str, place: Mapping[str, Any]) -> str:
        book = self.books.get(place["book"]) if kind in OF_BOOK else None
        room = self.classes.get(book.class_id if book else place.get("class", 0))
        if room is None:
            return GONE_PLACE
        subject = book.subject_name if book else ""
        label = column_label(subject, place["slot"])
        point = POINTS_SPOKEN.get(place["point"], "")
        return f"{subject or 'Phẩm chất, năng lực'} {room.name}, {label}, {point}"

    def _pupil(self, kind: str, place: Mapping[str, Any]) -> str:
        if kind == LESSON:
            return ""
        if kind == ATTENDANCE and place["student"] == 0:
            return "Cả lớp"
        book = self.books.get(place["book"]) if kind in OF_BOOK else None
        class_id = book.class_id if book else place.get("class", 0)
        return self.pupils.get((class_id, place["student"]), UNSEEN)
