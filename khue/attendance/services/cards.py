"""Thẻ: issued to many at once, registered by a tap, lost, found, replaced; all in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from khue.access.api import Actor, OutsidePlace
from khue.attendance.models import Card, GateSettings
from khue.attendance.queries.cards import (
    STATE_NAMES,
    Carrier,
    carriers_of_group,
    everyone,
    open_school,
)
from khue.attendance.queries.gate import code_digest
from khue.attendance.rules.cards import (
    CARD_LABEL,
    check_code,
    new_code,
    plain_code,
    printed_number,
)
from khue.attendance.services.work import AttendanceRefused, operation_of
from khue.ledger.api import Change, Operation, append_changes
from khue.organisations.api import SchoolCard
from kit.cipher import seal
from kit.dates import vietnam_day

WHOLE_SCHOOL = ""
NOBODY_LEFT = "Mọi người ở đây đều đã có thẻ. Muốn cấp lại, hãy báo mất hoặc thay từng thẻ."
CODE_TAKEN = "Thẻ này đang dùng cho {name} (số {number}). Hãy dùng thẻ khác, hoặc thu thẻ ấy trước."
NOT_ACTIVE = "Thẻ số {number} không còn dùng nên không báo mất được. Hãy tải lại trang."
NOT_LOST = "Thẻ số {number} không phải là thẻ đã báo mất. Hãy tải lại trang."
HAS_OTHER = "{name} đã được cấp thẻ khác nên thẻ cũ không dùng lại được. Hãy cất thẻ cũ đi."
NOT_HERE = "Người này không có trong danh sách của trường hôm nay. Hãy tải lại trang."


@dataclass(frozen=True, slots=True)
class _Pen:
    """Who writes, at which school, and the next number to print."""

    operation: Operation
    actor: Actor
    school: SchoolCard
    settings: GateSettings

    def next_number(self) -> str:
        self.settings.last_number += 1
        return printed_number(self.settings.last_number)

    def change(self, card: Card, name: str, action: str, old: str | None, new: str) -> Change:
        label = f"Thẻ số {card.number} của {name}"
        return Change(
            f"card:{card.pk}",
            action,
            label,
            old,
            new,
            school_id=self.school.id,
            province_id=self.school.province_id,
        )


def hold_settings(school: SchoolCard) -> GateSettings:
    """The school's choices, locked: two who issue at once get different numbers."""
    fresh = GateSettings(school_id=school.id, province_id=school.province_id)
    GateSettings.objects.bulk_create([fresh], ignore_conflicts=True)
    return GateSettings.objects.select_for_update().get(school_id=school.id)


def _pen(actor: Actor, now: datetime, school_id: int) -> _Pen:
    school = open_school(actor, school_id)
    return _Pen(operation_of(actor, now), actor, school, hold_settings(school))


@transaction.atomic
def issue_cards(*, actor: Actor, now: datetime, school_id: int, group: str = WHOLE_SCHOOL) -> int:
    """Cấp thẻ for everybody of a group (a class, the staff; "" for all) who has none; how many.

    Who reported the card lost gets no new one here: that is done by name. Raises AttendanceRefused.
    """
    pen = _pen(actor, now, school_id)
    people = people_of(pen.school, group, now)
    wanted = [one for one in people if not one.has_card and not one.is_lost]
    if not wanted:
        raise AttendanceRefused(NOBODY_LEFT)
    made = Card.objects.bulk_create([_fresh(pen, one, new_code()) for one in wanted])
    pen.settings.save(update_fields=["last_number"])
    append_changes(
        pen.operation,
        [
            pen.change(card, one.name, "create", None, "Đã cấp")
            for card, one in zip(made, wanted, strict=True)
        ],
    )
    return len(made)


def people_of(school: SchoolCard, group: str, now: datetime) -> Sequence[Carrier]:
    day = vietnam_day(now)
    if group:
        return carriers_of_group(school, group, day)
    return list({one.key: one for many in everyone(school, day).values() for one in many}.values())


def _fresh(pen: _Pen, holder: Carrier, code: str) -> Card:
    kind, _, number = holder.key.partition(":")
    return Card(
        school_id=pen.school.id,
        province_id=pen.school.province_id,
        student_id=int(number) if kind == "hs" else None,
        staff_id=int(number) if kind == "cb" else None,
        number=pen.next_number(),
        code_digest=code_digest(pen.school.id, code),
        sealed_code=seal(code, label=CARD_LABEL, key_hex=settings.FIELD_KEY),
        issued_at=pen.operation.at,
        issued_by=pen.actor.name,
    )


@transaction.atomic
def register_card(
    *, actor: Actor, now: datetime, school_id: int, group: str, holder: str, read: str
) -> str:
    """Đăng ký thẻ có sẵn (NFC, RFID) by what its reader types; return the name of who carries it.

    A card that the holder had is retired. Raises AttendanceRefused: nothing was read, the card
    serves somebody else, or the person is not in the group.
    """
    pen = _pen(actor, now, school_id)
    code = plain_code(read)
    wrong = check_code(code)
    if wrong:
        raise AttendanceRefused(wrong.sentence)
    people = {one.key: one for one in carriers_of_group(pen.school, group, vietnam_day(now))}
    if holder not in people:
        raise AttendanceRefused(NOT_HERE)
    _free_code(pen, code)
    _give(pen, people[holder], code, "Đã đăng ký thẻ có sẵn")
    return people[holder].name


def _free_code(pen: _Pen, code: str) -> None:
    """A card that nobody uses any more may serve again; one in use, or lost, may not."""
    row = Card.objects.filter(code_digest=code_digest(pen.school.id, code)).first()
    if row is None:
        return
    if row.state != Card.State.RETIRED:
        raise AttendanceRefused(CODE_TAKEN.format(name=_name(row), number=row.number))
    row.code_digest = f"retired:{row.pk}"
    row.save(update_fields=["code_digest"])


def _give(pen: _Pen, holder: Carrier, code: str, told: str) -> Card:
    """A new card; the one that was in use is retired first."""
    kind, _, number = holder.key.partition(":")
    mine = {"student_id": int(number)} if kind == "hs" else {"staff_id": int(number)}
    changes = [_end(pen, row, holder.name) for row in Card.objects.filter(state="active", **mine)]
    made = _fresh(pen, holder, code)
    made.save()
    pen.settings.save(update_fields=["last_number"])
    append_changes(pen.operation, [*changes, pen.change(made, holder.name, "create", None, told)])
    return made


def _end(pen: _Pen, row: Card, name: str) -> Change:
    return _turn(pen, row, name, Card.State.RETIRED)


def _turn(pen: _Pen, row: Card, name: str, state: str) -> Change:
    old = str(STATE_NAMES[row.state])
    row.state = state
    row.ended_at = None if state == Card.State.ACTIVE else pen.operation.at
    row.save(update_fields=["state", "ended_at"])
    return pen.change(row, name, "change", old, str(STATE_NAMES[state]))


@transaction.atomic
def report_lost(*, actor: Actor, now: datetime, card_id: int) -> str:
    """Báo mất thẻ: the gate refuses it from now on; return the name. Raises AttendanceRefused."""
    pen, row = _open(actor, now, card_id)
    if row.state != Card.State.ACTIVE:
        raise AttendanceRefused(NOT_ACTIVE.format(number=row.number))
    append_changes(pen.operation, [_turn(pen, row, _name(row), Card.State.LOST)])
    return _name(row)


@transaction.atomic
def report_found(*, actor: Actor, now: datetime, card_id: int) -> str:
    """Đã tìm thấy thẻ: it works again, unless another was issued. Raises AttendanceRefused."""
    pen, row = _open(actor, now, card_id)
    if row.state != Card.State.LOST:
        raise AttendanceRefused(NOT_LOST.format(number=row.number))
    if _has_other(row):
        raise AttendanceRefused(HAS_OTHER.format(name=_name(row)))
    append_changes(pen.operation, [_turn(pen, row, _name(row), Card.State.ACTIVE)])
    return _name(row)


@transaction.atomic
def replace_card(*, actor: Actor, now: datetime, card_id: int) -> str:
    """Thay thẻ: a new code and number, the old card is retired. Raises AttendanceRefused."""
    pen, row = _open(actor, now, card_id)
    if row.state == Card.State.RETIRED or _has_other(row):
        raise AttendanceRefused(HAS_OTHER.format(name=_name(row)))
    key = f"hs:{row.student_id}" if row.student_id else f"cb:{row.staff_id}"
    if row.state == Card.State.LOST:
        append_changes(pen.operation, [_end(pen, row, _name(row))])
    made = _give(pen, Carrier(key, _name(row), ""), new_code(), f"Thay thẻ số {row.number}")
    return f"{_name(row)} (số {made.number})"


def _has_other(row: Card) -> bool:
    mine = Card.objects.filter(student=row.student, staff=row.staff)
    return mine.filter(state=Card.State.ACTIVE).exclude(pk=row.pk).exists()


def _open(actor: Actor, now: datetime, card_id: int) -> tuple[_Pen, Card]:
    seen = Card.objects.filter(pk=card_id).first()
    if seen is None:
        raise OutsidePlace(card_id)
    pen = _pen(actor, now, seen.school_id)
    row = Card.objects.select_related("student", "staff").select_for_update(of=("self",))
    return pen, row.get(pk=card_id)


def _name(row: Card) -> str:
    holder = row.student or row.staff
    return holder.name if holder else ""
