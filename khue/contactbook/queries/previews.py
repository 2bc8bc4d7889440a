"""Xem trước: how many a notice would reach, by which channels, at which cost, with what is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from khue.contactbook.models import Notice
from khue.contactbook.queries.audience import (
    Place,
    Reached,
    count_readers,
    sample_fields,
)
from khue.contactbook.rules.audience import Audience, audience_of
from khue.contactbook.rules.notices import is_personal
from khue.messaging.api import (
    Estimate,
    estimate,
    fill,
    room_of_schools,
    segments_of,
    without_diacritics,
)
from khue.organisations.api import organisation_at, school_summary, schools_below
from kit.dates import print_date, vietnam_day
from kit.numbers import print_integer

SAMPLE = 2000
TOO_LONG = (
    "Nội dung SMS dài quá mức nhà mạng nhận ({parts} tin mỗi người). Hãy viết nội dung SMS ngắn"
    " hơn ở ô “Nội dung SMS” hoặc bỏ kênh SMS."
)
OVER = (
    "Cần {needed} tin SMS nhưng hạn mức tháng của trường chỉ còn {left}. Hãy viết ngắn lại, bớt"
    " người nhận hoặc tăng hạn mức."
)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a draft would be when it is sent now."""

    reached: Reached
    sms: Estimate | None
    is_sampled: bool
    parts: int
    """Of one telephone message as shown."""
    encoding: str
    example: str
    example_name: str
    left: int | None
    refusal: str


def preview_of(notice: Notice, now: datetime) -> Preview:
    """Xem trước một bản nháp. The caller has opened it."""
    audience, on = audience_of(notice.audience), vietnam_day(now)
    assert audience is not None  # a draft always names its audience
    place = _place(notice)
    personal = is_personal(notice.title, notice.text, notice.short_text)
    reached = count_readers(audience, place, on, personal=personal)
    texts = _texts(notice, audience, place, on, personal=personal)
    phoned = bool({"sms", "zns"} & set(notice.channels))
    cost = _cost(notice, texts, reached) if phoned else None
    left = _left(notice.school_id, on) if phoned else None
    return Preview(
        reached=reached,
        sms=cost,
        is_sampled=personal and reached.phones > SAMPLE,
        parts=max((segments_of(text).segments for text in texts), default=1),
        encoding=segments_of(texts[0]).encoding if texts else "GSM7",
        example=texts[0] if texts else "",
        example_name="",
        left=left,
        refusal=_refusal(texts, cost, left),
    )


def _place(notice: Notice) -> Place:
    if notice.school_id:
        school = school_summary(notice.school_id)
        return Place(notice.place, "", school.id, school.province_id, (school.id,))
    area = organisation_at(notice.place)
    return Place(area.path, area.name, None, notice.province_id, schools_below(area.path))


def _texts(
    notice: Notice, audience: Audience, place: Place, on: date, *, personal: bool
) -> list[str]:
    """The telephone messages: one where all are alike, else those of a sample."""
    values = sample_fields(audience, place, on, SAMPLE if personal else 1)
    values = values or [({}, "")]
    text, day = notice.short_text or notice.text, print_date(on)
    made = [str(fill(text, {**one, "nguoi_nhan": name, "ngay": day})) for one, name in values]
    return made if notice.with_diacritics else [without_diacritics(one) for one in made]


def _cost(notice: Notice, texts: list[str], reached: Reached) -> Estimate:
    """What the sample costs, for as many as have a telephone; rounded up."""
    one = estimate(texts, "sms", diacritics=True)
    times, of = reached.phones, max(one.messages, 1)

    def whole(part: int) -> int:
        return -(-part * times // of)

    return Estimate(times, whole(one.segments), whole(one.cost), whole(one.too_long))


def _left(school_id: int | None, on: date) -> int | None:
    """What the school may still send this month; None without a limit."""
    rooms = room_of_schools([school_id], on) if school_id else {}
    return rooms[school_id].left if school_id in rooms else None


def _refusal(texts: list[str], cost: Estimate | None, left: int | None) -> str:
    if cost is None or not cost.messages:
        return ""
    if cost.too_long:
        return TOO_LONG.format(parts=max(segments_of(text).segments for text in texts))
    if left is not None and cost.segments > left:
        said = {"needed": print_integer(cost.segments), "left": print_integer(max(left, 0))}
        return OVER.format(**said)
    return ""
