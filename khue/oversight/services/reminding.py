"""Nhắc các trường: one notice to the leaders of ticked schools, one line of history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from khue.access.api import Actor, permit
from khue.contactbook.api import Audience, NoticeRefused, send_notice
from khue.organisations.api import schools_below
from khue.oversight.models import Reminder
from khue.oversight.permissions import REMIND
from khue.oversight.queries.places import Authority, leaders_of
from khue.oversight.services.work import OversightRefused
from kit.dates import vietnam_day

AREA, STAFF = "area", "staff"
NO_SCHOOL = "Chưa chọn trường nào. Hãy đánh dấu ít nhất một trường trong danh sách."
NOBODY = (
    "Các trường đã chọn chưa có hiệu trưởng hay giáo vụ có tài khoản nên không có ai để nhắc. "
    "Hãy gọi điện theo số liên hệ của trường."
)


@dataclass(frozen=True, slots=True)
class Words:
    """What is sent, and by which channels beside the application."""

    title: str
    text: str
    channels: tuple[str, ...] = ()
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Reached:
    """Ai nhận: the schools that somebody can be told at, their people, and the others."""

    schools: tuple[int, ...]
    staff: tuple[int, ...]
    silent: tuple[int, ...]


def whom_to_remind(
    actor: Actor, place: Authority, school_ids: Sequence[int], now: datetime
) -> Reached:
    """Ai sẽ nhận lời nhắc; schools outside the place are left out."""
    permit(actor, REMIND, place.path)
    inside = set(schools_below(place.path))
    wanted = [one for one in dict.fromkeys(school_ids) if one in inside]
    leaders = leaders_of(wanted, vietnam_day(now))
    told = tuple(one for one in wanted if one in leaders)
    staff = tuple(dict.fromkeys(staff for one in told for staff in leaders[one]))
    return Reached(told, staff, tuple(one for one in wanted if one not in leaders))


@transaction.atomic
def remind_schools(
    *,
    actor: Actor,
    now: datetime,
    place: Authority,
    theme: str,
    school_ids: Sequence[int],
    words: Words,
    intent: UUID,
) -> int:
    """Gửi lời nhắc once for an `intent`; returns the id of the notice.

    Raises OversightRefused, OutsidePlace, Refused.
    """
    reached = whom_to_remind(actor, place, school_ids, now)
    if not reached.staff:
        raise OversightRefused(NOBODY if school_ids else NO_SCHOOL)
    try:
        notice_id = send_notice(
            actor=actor,
            now=now,
            title=words.title,
            text=words.text,
            audience=Audience(AREA, place.id, staff_ids=reached.staff, sides=(STAFF,)),
            intent=intent,
            channels=words.channels,
            urgent=words.urgent,
        )
    except NoticeRefused as refused:
        raise OversightRefused(refused.sentence, refused.field) from refused
    _remember(actor, now, place, theme, reached, words.title, notice_id)
    return notice_id


def _remember(
    actor: Actor,
    now: datetime,
    place: Authority,
    theme: str,
    reached: Reached,
    title: str,
    notice_id: int,
) -> None:
    ids = [int(one) for one in place.path.strip("/").split("/")]
    Reminder.objects.get_or_create(
        notice_id=notice_id,
        defaults={
            "organisation_id": place.id,
            "province_id": ids[1] if len(ids) > 1 else None,
            "theme": theme,
            "title": title[:200],
            "schools": list(reached.schools),
            "sent_by": actor.name,
            "sent_at": now,
        },
    )
