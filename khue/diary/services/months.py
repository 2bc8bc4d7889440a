"""Trình ký tháng: the diary of a class in a month goes to a leader as one PDF file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from khue.access.api import Actor, permit
from khue.diary.models import MonthSigning
from khue.diary.permissions import HAND_IN, VIEW
from khue.diary.queries.papers import LeaderLine, leaders_of, month_paper, print_month
from khue.diary.queries.weeks import BookMonth, month_of_class
from khue.diary.services.work import DiaryRefused, operation_of
from khue.organisations.api import school_year_label
from khue.papers.api import SigningPlace, render_pdf, render_to_sign
from khue.signing.api import (
    DocumentCard,
    Holder,
    PdfLook,
    Step,
    hand_in_document,
    newest_documents,
    usual_level,
)
from kit.dates import print_date, vietnam_day
from kit.vietnamese import search_key

TEMPLATE = Path(__file__).resolve().parents[1] / "papers" / "month.typ"
KIND, PDF = "diary.month", "application/pdf"
SIGNATURE_WIDTH = 130.0
NOTHING = "{month} lớp {name} chưa có tiết nào trong sổ nên chưa trình được."
NO_LEADER = "Chưa chọn được người ký. Hãy chọn hiệu trưởng hoặc phó hiệu trưởng của trường."
NO_ACCOUNT = "{name} chưa có tài khoản nên chưa ký số được. Hãy mở tài khoản ở trang cán bộ."
OPEN = "Còn tuần từ {mondays} chưa chốt. Hãy chốt các tuần trong tháng rồi trình."


@dataclass(frozen=True, slots=True)
class PrintedMonth:
    """A file to take home; `name` has no diacritics."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class MonthState:
    """A month of a class, who may sign it, and how far its signature is."""

    month: BookMonth
    leaders: list[LeaderLine]
    document: DocumentCard | None
    handed_in_at: datetime | None

    @property
    def changed_since(self) -> bool:
        """Whether a line was written after the month was handed in."""
        newest = self.month.written_at
        return bool(self.handed_in_at and newest and newest > self.handed_in_at)

    @property
    def refusal(self) -> str:
        """Why the month cannot be handed in; "" when it can."""
        return why_not(self.month)


def why_not(month: BookMonth) -> str:
    """Why a month cannot be handed in yet; "" when it can."""
    if not month.lines:
        return NOTHING.format(month=print_month(month.month), name=month.card.name)
    if month.open_weeks:
        mondays = ", ".join(print_date(one.monday) for one in month.open_weeks)
        return OPEN.format(mondays=mondays)
    return ""


def open_month(*, actor: Actor, now: datetime, class_id: int, month: date) -> MonthState:
    """A month for someone who may read the diary of the class."""
    held = month_of_class(actor, class_id, month, now)
    key = key_of(class_id, held.month)
    row = MonthSigning.objects.filter(school_class_id=class_id, month=held.month).first()
    return MonthState(
        held,
        leaders_of(held.card.school_id, vietnam_day(now)),
        newest_documents(KIND, [key]).get(key),
        row.handed_in_at if row else None,
    )


def key_of(class_id: int, month: date) -> str:
    return f"{class_id}.{month.year}-{month.month:02d}"


def print_month_book(*, actor: Actor, now: datetime, class_id: int, month: date) -> PrintedMonth:
    """Sổ ghi đầu bài of a month as it would be signed."""
    held = month_of_class(actor, class_id, month, now)
    today = vietnam_day(now)
    leader = next(iter(leaders_of(held.card.school_id, today)), None)
    shape = month_paper(held, leader, today)
    content = render_pdf(TEMPLATE, shape, title=_title(held), at=now)
    return PrintedMonth(_name(held), content)


def hand_in_month(
    *, actor: Actor, now: datetime, class_id: int, month: date, leader_id: int
) -> int:
    """Trình ký sổ ghi đầu bài of a month to one of the leaders; returns the document.

    Raises DiaryRefused while a week of the month is open or nobody can be asked.
    """
    held = month_of_class(actor, class_id, month, now)
    permit(actor, HAND_IN, held.card.place)
    if why_not(held):
        raise DiaryRefused(why_not(held))
    leader = _leader(held.card.school_id, leader_id, now)
    shape = month_paper(held, leader, vietnam_day(now))
    content, places = render_to_sign(TEMPLATE, shape, title=_title(held), at=now)
    with transaction.atomic():
        made = hand_in_document(
            operation=operation_of(actor, now),
            kind=KIND,
            key=key_of(class_id, held.month),
            title=_title(held),
            file_name=_name(held),
            media_type=PDF,
            content=content,
            steps=[Step(leader.role, account_id=leader.account_id, look=_look(leader, places))],
            place=held.card.place,
            view_permission=VIEW,
            school_id=held.card.school_id,
            province_id=held.card.province_id,
            level=usual_level(),
            group_title=f"Sổ ghi đầu bài · {held.card.name}",
        )
        _keep(actor, now, held, made)
    return made


def _leader(school_id: int, leader_id: int, now: datetime) -> LeaderLine:
    leaders = {one.staff_id: one for one in leaders_of(school_id, vietnam_day(now))}
    if leader_id not in leaders:
        raise DiaryRefused(NO_LEADER)
    leader = leaders[leader_id]
    if leader.account_id is None:
        raise DiaryRefused(NO_ACCOUNT.format(name=leader.name))
    return leader


def _keep(actor: Actor, now: datetime, held: BookMonth, document_id: int) -> None:
    MonthSigning.objects.update_or_create(
        school_class_id=held.card.id,
        month=held.month,
        defaults={
            "school_id": held.card.school_id,
            "province_id": held.card.province_id,
            "document_id": document_id,
            "handed_in_by": actor.name,
            "handed_in_at": now,
        },
    )


def _title(held: BookMonth) -> str:
    label = school_year_label(held.card.year)
    month = f"tháng {held.month.month}/{held.month.year}"
    return f"Sổ ghi đầu bài lớp {held.card.name}, {month}, năm học {label}"


def _name(held: BookMonth) -> str:
    where = search_key(held.card.name).replace(" ", "-").replace("/", "-")
    return f"so-dau-bai-{where}-{held.month.year}-{held.month.month:02d}.pdf"


def _look(leader: LeaderLine, places: Sequence[SigningPlace]) -> PdfLook | None:
    fitting = [one for one in places if one.who == leader.words]
    if not fitting:
        return None
    left, bottom, right, top = fitting[-1].box
    middle = (left + right) / 2
    box = (middle - SIGNATURE_WIDTH / 2, bottom + 1, middle + SIGNATURE_WIDTH / 2, top - 1)
    return PdfLook(visible=True, page=fitting[-1].page, box=box, holder=Holder.PERSON)
