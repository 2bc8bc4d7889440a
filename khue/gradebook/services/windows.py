"""Thời gian nhập điểm: set by the department, for all its schools or one; narrowed by a school."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from khue.access.api import Actor, permit
from khue.gradebook.models import EntryWindow
from khue.gradebook.queries.books import NoSuchBook
from khue.gradebook.queries.windows import (
    OF_DEPARTMENT,
    OF_SCHOOL,
    WindowPlace,
    open_window_place,
    window_line,
)
from khue.gradebook.rules.states import spoken_window, window_periods
from khue.gradebook.rules.windows import Days
from khue.ledger.api import Author, Change, Operation, append_changes
from kit.dates import print_date


class WindowRefused(Exception):
    """Days that cannot be set; the text says why and what to do."""

    def __init__(self, key: str, sentence: str) -> None:
        self.key = key
        super().__init__(sentence)


@transaction.atomic
def set_window(
    *,
    actor: Actor,
    now: datetime,
    node_id: int,
    year: int,
    period: int,
    opens_on: date,
    closes_on: date,
    note: str = "",
) -> None:
    """Đặt thời gian nhập điểm at a department or a school; days inclusive.

    An officer of the department at a school gives that school other days than the general ones; a
    leader of the school narrows what the department allows.
    """
    place = _settable(actor, node_id, period)
    days = Days(opens_on, closes_on, place.node.name)
    _check(days, place, year, period)
    owner, school = _owner(place)
    line = window_line(place, year, period)
    EntryWindow.objects.update_or_create(
        organisation_id=owner,
        for_school_id=school,
        year=year,
        period=period,
        defaults={"opens_on": opens_on, "closes_on": closes_on, "note": note.strip()[:200]},
    )
    before = {"general": line.general, "special": line.special, "own": line.own}[_kind(place)]
    _note(actor, now, place, year, period, before, days, note)


@transaction.atomic
def clear_window(*, actor: Actor, now: datetime, node_id: int, year: int, period: int) -> bool:
    """Bỏ thời gian nhập điểm that was set here; false when there was none."""
    place = _settable(actor, node_id, period)
    owner, school = _owner(place)
    rows = EntryWindow.objects.filter(
        organisation_id=owner, for_school_id=school, year=year, period=period
    )
    row = rows.select_for_update().first()
    if row is None:
        return False
    before = Days(row.opens_on, row.closes_on, place.node.name)
    row.delete()
    _note(actor, now, place, year, period, before, None, "")
    return True


def _settable(actor: Actor, node_id: int, period: int) -> WindowPlace:
    place = open_window_place(actor, node_id)
    permit(actor, place.setter or _missing_right(place), place.node.path)
    if period not in window_periods(place.levels):
        raise NoSuchBook(period)
    return place


def _missing_right(place: WindowPlace) -> str:
    return OF_SCHOOL if place.is_school else OF_DEPARTMENT


def _kind(place: WindowPlace) -> str:
    if not place.is_school:
        return "general"
    return "special" if place.setter == OF_DEPARTMENT else "own"


def _owner(place: WindowPlace) -> tuple[int, int | None]:
    """Whose row is written: (organisation, for which school)."""
    if _kind(place) == "special":
        return place.department_id, place.node.id
    return place.node.id, None


def _check(days: Days, place: WindowPlace, year: int, period: int) -> None:
    if days.closes_on < days.opens_on:
        raise WindowRefused(
            "BACKWARDS",
            f"Ngày kết thúc {print_date(days.closes_on)} đứng trước ngày bắt đầu"
            f" {print_date(days.opens_on)}. Hãy xem lại hai ngày.",
        )
    frame = Days(date(year, 8, 1), date(year + 1, 8, 31), "")
    if not days.lies_in(frame):
        raise WindowRefused(
            "OTHER_YEAR",
            f"Thời gian nhập điểm phải nằm trong năm học {year}-{year + 1}, {frame.shown}.",
        )
    wider = window_line(place, year, period).widest if _kind(place) == "own" else None
    if wider and not days.lies_in(wider):
        raise WindowRefused(
            "WIDER",
            f"{wider.set_by} cho nhập điểm {spoken_window(period)} {wider.shown}; thời gian của"
            " trường phải nằm trong đó. Cần rộng hơn, nhà trường đề nghị Sở gia hạn.",
        )


def _note(
    actor: Actor,
    now: datetime,
    place: WindowPlace,
    year: int,
    period: int,
    old: Days | None,
    new: Days | None,
    reason: str,
) -> None:
    kind = _kind(place)
    change = Change(
        subject=f"window:{place.node.id}.{year}.{period}.{kind}",
        action="change" if new else "remove",
        label=f"Thời gian nhập điểm {spoken_window(period)}, năm học {year}-{year + 1},"
        f" {place.node.name}" + (" (Sở đặt riêng)" if kind == "special" else ""),
        old=old.shown if old else None,
        new=new.shown if new else None,
        reason=reason.strip()[:200],
        school_id=place.node.id if place.is_school else None,
        province_id=place.department_id,
    )
    append_changes(Operation(Author(actor.account_id, actor.name), now), [change])
