"""Lịch sử: the changes of any record, for those who may see them there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from khue.access.api import Actor, OutsidePlace, account_places, accounts_by_ids, permit
from khue.ledger.api import HistoryLine, NoSuchEntry, history_of, proof_of, subject_of_entry
from khue.organisations.api import class_subject, class_summary, organisation
from khue.portal.rules.sentences import ShownChange, sentence, shown_changes
from khue.records.api import staff_line, student_places, student_summaries, student_summary
from kit.numbers import whole_number

LIMIT = 200


@dataclass(frozen=True)
class RecordCard:
    """A record by its title, with the places at which its history may be read."""

    title: str
    places: tuple[str, ...]
    route: str = ""
    route_id: int = 0


@dataclass(frozen=True)
class ShownLine:
    """One line of a history: the sentence and its differences."""

    line: HistoryLine
    text: str
    changes: list[ShownChange]


def _student(student_id: int, today: date) -> RecordCard:
    del today
    found = student_summary(student_id)
    if found is None:
        raise OutsidePlace
    return RecordCard(found.name, student_places(student_id), "records.student", student_id)


def _staff(staff_id: int, today: date) -> RecordCard:
    found = staff_line(staff_id, today)
    if found is None:
        raise OutsidePlace
    return RecordCard(found.name, (organisation(found.school_id).path,), "records.staff", staff_id)


def _organisation(organisation_id: int, today: date) -> RecordCard:
    del today
    found = organisation(organisation_id)
    route = "organisations.school" if found.kind == "school" else ""
    return RecordCard(found.name, (found.path,), route, organisation_id)


def _class(class_id: int, today: date) -> RecordCard:
    del today
    found = class_summary(class_id)
    return RecordCard(f"Lớp {found.name}", (found.place,), "organisations.class", class_id)


def _class_subject(class_subject_id: int, today: date) -> RecordCard:
    del today
    found = class_subject(class_subject_id)
    return RecordCard(f"{found.subject_name} {found.class_name}", (found.place,))


def _account(account_id: int, today: date) -> RecordCard:
    del today
    found = accounts_by_ids([account_id]).get(account_id)
    if found is None:
        raise OutsidePlace
    places = account_places(account_id)
    return RecordCard(f"Tài khoản {found.name}", places, "access.account", account_id)


KINDS: dict[str, Callable[[int, date], RecordCard]] = {
    "student": _student,
    "staff": _staff,
    "organisation": _organisation,
    "school": _organisation,
    "class": _class,
    "class_subject": _class_subject,
    "mark": _class_subject,
    "book": _class_subject,
    "primary": _class_subject,
    "quality": _class,
    "child_stage": _class,
    "classbook": _class,
    "window": _organisation,
    "account": _account,
}


def record_card(subject: str, lines: list[HistoryLine], today: date) -> RecordCard:
    """The record of a subject `kind:id`; OutsidePlace for what does not exist here."""
    kind, _, key = subject.partition(":")
    number = whole_number(key.partition(".")[0])
    if kind in KINDS and number is not None:
        return KINDS[kind](number, today)
    if not lines:
        raise OutsidePlace
    return RecordCard(lines[0].label, ())


def history_page(actor: Actor, subject: str, today: date) -> tuple[RecordCard, list[ShownLine]]:
    """A record and its changes, newest first; passes the gate at the record's places."""
    lines = history_of(subject, limit=LIMIT)
    card = record_card(subject, lines, today)
    permit(actor, "portal.view_history", *(card.places or _places_of(lines)))
    return card, [shown_line(line) for line in lines]


def proof_page(actor: Actor, subject: str, entry_id: int, now: datetime) -> bytes:
    """The proof of an entry of a record, for those who may read the record's history."""
    history_page(actor, subject, now.date())
    if subject_of_entry(entry_id) != subject:
        raise OutsidePlace
    try:
        return proof_of(entry_id, now=now)
    except NoSuchEntry:
        raise OutsidePlace from None


def shown_line(line: HistoryLine, whose: str = "") -> ShownLine:
    """A change as it is shown; `whose` tells whose mark it is."""
    text = sentence(line.action, line.label, line.subject)
    return ShownLine(
        line, f"{text} của {whose}" if whose else text, shown_changes(line.old, line.new)
    )


def shown_lines(lines: list[HistoryLine]) -> list[ShownLine]:
    """Changes of many records; marks are told with the name of the student."""
    owners = {line.subject: _student_of_mark(line.subject) for line in lines}
    found = student_summaries([one for one in owners.values() if one])
    names = {key: found[one].name for key, one in owners.items() if one in found}
    return [shown_line(line, names.get(line.subject, "")) for line in lines]


def _student_of_mark(subject: str) -> int | None:
    kind, _, key = subject.partition(":")
    last = key.rpartition(".")[2]
    return whole_number(last) if kind == "mark" else None


def _places_of(lines: list[HistoryLine]) -> tuple[str, ...]:
    """The places of a record that has none of its own: those of the changes that may be read."""
    ids = {one for line in lines for one in [line.school_id or line.province_id] if one}
    return tuple(organisation(one).path for one in sorted(ids)) or ("/nowhere/",)
