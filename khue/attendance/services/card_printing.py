"""In thẻ: ten on a sheet of A4 with marks to cut along; the QR holds the code and nothing else."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

import segno
from django.conf import settings
from django.db import transaction
from PIL import Image

from khue.access.api import Actor
from khue.attendance.models import Card
from khue.attendance.queries.cards import Carrier, open_school
from khue.attendance.rules.cards import CARD_LABEL, CODE_LENGTH, shown_code
from khue.attendance.services.cards import WHOLE_SCHOOL, people_of
from khue.attendance.services.work import AttendanceRefused, operation_of
from khue.ledger.api import Change, append_changes
from khue.organisations.api import SchoolCard, school_year_label, school_year_of
from khue.papers.api import render_pdf
from khue.records.api import photos_of
from kit.cipher import unseal
from kit.dates import vietnam_day

TEMPLATE = Path(__file__).resolve().parents[1] / "papers" / "cards.typ"
MOST_AT_ONCE = 1000
PHOTO_SIZE = (150, 200)
NONE_TO_PRINT = "Chưa có thẻ nào để in ở đây. Hãy cấp thẻ trước."
TOO_MANY = (
    f"Có {{many}} thẻ; mỗi lần in nhiều nhất {MOST_AT_ONCE} thẻ. Hãy in từng lớp, từ bảng các lớp."
)
PHOTO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 150 200">'
    '<image width="150" height="200" href="data:image/jpeg;base64,{data}"/></svg>'
)


@dataclass(frozen=True)
class PrintedCard:
    """One card as the paper shows it."""

    name: str
    group: str
    number: str
    code: str
    qr: str
    photo: str
    kind: str


@transaction.atomic
def print_cards(
    *, actor: Actor, now: datetime, school_id: int, group: str = WHOLE_SCHOOL, card_id: int = 0
) -> bytes:
    """The PDF of the cards in use of a group, or of a single one; told in the ledger.

    Cards that were bought and registered carry a number of their own and are not printed. Raises
    AttendanceRefused.
    """
    school = open_school(actor, school_id)
    people = [one for one in people_of(school, group, now) if one.has_card]
    chosen = {one.card.id: one for one in people if one.card and card_id in (0, one.card.id)}
    cards = _cards(chosen)
    if not cards:
        raise AttendanceRefused(NONE_TO_PRINT)
    if len(cards) > MOST_AT_ONCE:
        raise AttendanceRefused(TOO_MANY.format(many=len(cards)))
    _tell(actor, now, school, cards)
    year = school_year_label(school_year_of(vietnam_day(now)))
    shape = {"school": school.name, "year": year, "cards": cards}
    return render_pdf(TEMPLATE, shape, title=f"Thẻ của {school.name}", at=now)


def _cards(chosen: dict[int, Carrier]) -> list[PrintedCard]:
    rows = {row.pk: row for row in Card.objects.filter(pk__in=chosen)}
    photos = photos_of([row.student_id for row in rows.values() if row.student_id])
    found = []
    for key, holder in chosen.items():
        row = rows[key]
        code = unseal(row.sealed_code, label=CARD_LABEL, key_hex=settings.FIELD_KEY)
        if len(code) == CODE_LENGTH:
            found.append(_printed(row, holder, code, photos.get(row.student_id or 0)))
    return found


def _printed(row: Card, holder: Carrier, code: str, photo: bytes | None) -> PrintedCard:
    return PrintedCard(
        holder.name,
        "" if row.staff_id else f"Lớp {holder.group}",
        row.number,
        shown_code(code),
        _qr(code),
        _photo(photo),
        "Thẻ cán bộ" if row.staff_id else "Thẻ học sinh",
    )


def _qr(code: str) -> str:
    """As a drawing; capitals and figures alone make a small code that a cheap camera reads."""
    out = BytesIO()
    segno.make(code, error="m", micro=False).save(out, kind="svg", border=2, xmldecl=False)
    return out.getvalue().decode()


def _photo(content: bytes | None) -> str:
    """Small enough that a sheet of ten stays light."""
    if content is None:
        return ""
    with Image.open(BytesIO(content)) as picture:
        small = picture.convert("RGB").resize(PHOTO_SIZE)
    out = BytesIO()
    small.save(out, "JPEG", quality=80)
    return PHOTO.format(data=base64.b64encode(out.getvalue()).decode())


def _tell(actor: Actor, now: datetime, school: SchoolCard, cards: Sequence[PrintedCard]) -> None:
    told = f"{len(cards)} thẻ, số {cards[0].number} đến {cards[-1].number}"
    if len(cards) == 1:
        told = f"Thẻ số {cards[0].number} của {cards[0].name}"
    change = Change(
        f"gate:{school.id}",
        "print",
        "In thẻ",
        None,
        told,
        school_id=school.id,
        province_id=school.province_id,
    )
    append_changes(operation_of(actor, now), [change])
