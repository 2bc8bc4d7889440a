"""Danh sách thẻ cho máy ở cổng: whom a card names when there is no line; never a code."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings

from khue.attendance.queries.gate import Device
from khue.attendance.rules.cards import CARD_LABEL, SALT_LABEL, hint_of
from khue.attendance.rules.days import plan_of_class
from khue.records.api import photos_of
from kit.cipher import digest, unseal
from kit.statements import kept_rows

CARDS = """
select card.id, card.sealed_code, coalesce(pupil.name, member.name), coalesce(class.name, ''),
  card.staff_id is not null,
  exists (select 1 from records_studentphoto photo where photo.student_id = card.student_id),
  card.state = 'lost', coalesce(class.session, ''), school.two_sessions
from attendance_card card
join organisations_school school on school.organisation_id = card.school_id
left join records_student pupil on pupil.id = card.student_id
left join records_staff member on member.id = card.staff_id
left join lateral (
  select stay.school_class_id from records_enrolment stay
  where stay.student_id = card.student_id and stay.school_id = card.school_id
    and stay.starts_on <= %(day)s::date and (stay.ends_on is null or stay.ends_on >= %(day)s::date)
  order by stay.starts_on desc limit 1
) seat on true
left join organisations_schoolclass class on class.id = seat.school_class_id
where card.school_id = %(school)s::bigint and card.state in ('active', 'lost')
  and (card.staff_id is not null or seat.school_class_id is not null)
order by card.id
"""
PHOTO = (
    "select card.student_id from attendance_card card where card.id = %s and card.school_id = %s"
)


@dataclass(frozen=True, slots=True)
class Hint:
    """One card that a device may recognise by itself."""

    card_id: int
    hint: str
    name: str
    class_name: str
    staff: bool
    has_photo: bool
    lost: bool
    sessions: tuple[str, ...]
    """Those of the pupil's class; none for staff."""


@dataclass(frozen=True, slots=True)
class Hints:
    salt: str
    version: str
    cards: tuple[Hint, ...]


def hints_for(device: Device, day: date) -> Hints:
    """The cards in use, and those that were lost, at the school of a paired device.

    `version` changes when they do.
    """
    salt = digest(str(device.school_id), label=SALT_LABEL, key_hex=settings.FIELD_KEY)
    rows = kept_rows(CARDS, {"school": device.school_id, "day": day})
    cards = tuple(_hint(row, salt) for row in rows)
    told = "\n".join(repr(one) for one in cards)
    return Hints(salt, hashlib.sha256(told.encode()).hexdigest()[:16], cards)


def _hint(row: tuple[Any, ...], salt: str) -> Hint:
    card_id, sealed, name, class_name, staff, photo, lost, session, two = row
    code = unseal(sealed, label=CARD_LABEL, key_hex=settings.FIELD_KEY)
    sessions = () if staff else plan_of_class(session, two_sessions=two).sessions
    return Hint(card_id, hint_of(salt, code), name, class_name, staff, photo, lost, sessions)


def photo_for(device: Device, card_id: int) -> bytes | None:
    """Ảnh của người mang thẻ, for a paired device of the same school."""
    rows = kept_rows(PHOTO, [card_id, device.school_id])
    student_id = rows[0][0] if rows else None
    return photos_of([student_id]).get(student_id) if student_id else None
