"""Giờ học của trường from a day on, and how the school uses its gate; each in the ledger."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from khue.access.api import Actor, OutsidePlace
from khue.attendance.models import SchoolHours
from khue.attendance.permissions import GATE
from khue.attendance.queries.cards import open_school
from khue.attendance.queries.gate_settings import choices_of, facts_of
from khue.attendance.rules.school_hours import CHOICE_NAMES, GateChoices, HoursFacts, why_wrong
from khue.attendance.services.cards import hold_settings
from khue.attendance.services.work import AttendanceRefused, operation_of
from khue.ledger.api import Change, append_changes
from khue.organisations.api import SchoolCard
from kit.dates import vietnam_day

PAST = (
    "Giờ học mới phải bắt đầu từ hôm nay trở đi, vì những ngày đã qua đã tính theo giờ cũ."
    " Hãy chọn ngày khác."
)
BEGUN = "Giờ học này đã bắt đầu áp dụng nên không bỏ được. Hãy đặt giờ mới từ một ngày sau."
CHOICES_WRONG = (
    "Thân nhiệt cần báo từ 36,0 đến 42,0 °C; quẹt lại từ 1 đến 60 giây; nghi dùng chung thẻ từ số"
    " giây ấy đến 600 giây. Hãy xem lại các số."
)


@transaction.atomic
def set_hours(*, actor: Actor, now: datetime, school_id: int, facts: HoursFacts) -> None:
    """Đặt giờ học of a session from a day on; the same day again changes it.

    The days that are over keep their hours; only the first hours of a session may begin in the
    past. Raises AttendanceRefused.
    """
    school = open_school(actor, school_id, GATE)
    _check(facts)
    rows = SchoolHours.objects.filter(school_id=school.id, session=facts.session)
    if facts.starts_on < vietnam_day(now) and rows.exists():
        raise AttendanceRefused(PAST)
    before = rows.filter(starts_on=facts.starts_on).first()
    old = facts_of(before).told if before else None
    rows.update_or_create(
        school_id=school.id,
        session=facts.session,
        starts_on=facts.starts_on,
        defaults={"province_id": school.province_id, **facts.values()},
    )
    told = _change(school, "hours", "change" if old else "create", "Giờ học", old, facts.told)
    append_changes(operation_of(actor, now), [told])


def _check(facts: HoursFacts) -> None:
    wrong = why_wrong(facts)
    if wrong:
        raise AttendanceRefused(wrong)


@transaction.atomic
def remove_hours(*, actor: Actor, now: datetime, hours_id: int) -> int:
    """Bỏ giờ học chưa bắt đầu; return the school. Raises AttendanceRefused."""
    row = SchoolHours.objects.filter(pk=hours_id).first()
    if row is None:
        raise OutsidePlace(hours_id)
    school = open_school(actor, row.school_id, GATE)
    if row.starts_on <= vietnam_day(now):
        raise AttendanceRefused(BEGUN)
    told = _change(school, "hours", "delete", "Giờ học", facts_of(row).told, "Đã bỏ")
    row.delete()
    append_changes(operation_of(actor, now), [told])
    return school.id


@transaction.atomic
def set_choices(*, actor: Actor, now: datetime, school_id: int, choices: GateChoices) -> None:
    """Đặt cách dùng cổng of a school. Raises AttendanceRefused."""
    school = open_school(actor, school_id, GATE)
    if not choices.sound:
        raise AttendanceRefused(CHOICES_WRONG)
    row = hold_settings(school)
    old = choices_of(row)
    if old == choices:
        return
    for name, value in choices.values().items():
        setattr(row, name, value)
    row.save(update_fields=list(CHOICE_NAMES))
    told = _change(school, "gate", "change", "Cách dùng cổng", old.told, choices.told)
    append_changes(operation_of(actor, now), [told])


def _change(
    school: SchoolCard, kind: str, action: str, label: str, old: str | None, new: str
) -> Change:
    return Change(
        f"{kind}:{school.id}",
        action,
        label,
        old,
        new,
        school_id=school.id,
        province_id=school.province_id,
    )
