"""Sổ đăng bộ, hộp thư chuyển trường, lần gộp: what a school's office sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from khue.access.api import Actor, OutsidePlace, reach
from khue.organisations.api import SchoolCard, schools_at
from khue.records.models import Enrolment, Merge, RegisterEntry, Transfer
from khue.records.queries.files import Line, Move, lines_of, moves_of
from khue.records.queries.places import open_school
from kit.vietnamese import search_key

PAGE = 50


@dataclass(frozen=True, slots=True)
class Merged:
    """A merge that was made, perhaps taken back."""

    id: int
    kept_id: int
    name: str
    gone_id: int
    gone_name: str
    merged_at: datetime
    merged_by: str
    undone_at: datetime | None
    undone_by: str


def my_schools(actor: Actor, permission: str) -> list[SchoolCard]:
    """The schools at which an actor holds a permission, by name (a class counts for its school)."""
    paths = {path.split("c", 1)[0] for path in reach(actor, permission).paths}
    found = {one.id: one for path in sorted(paths) for one in schools_at(path)}
    return sorted(found.values(), key=lambda one: search_key(one.name))


def page_of_register(
    *, actor: Actor, school_id: int, text: str = "", year: int | None = None, number: int = 1
) -> Page[Line]:
    """Trang sổ đăng bộ, in the order of the numbers."""
    open_school(actor, "records.view_register", school_id)
    shown: Page[Any] = Paginator(_lines(school_id, text, year), PAGE).get_page(number)
    shown.object_list = lines_of(shown.object_list)
    return shown


def whole_register(
    *, actor: Actor, school_id: int, text: str = "", year: int | None = None
) -> list[Line]:
    open_school(actor, "records.view_register", school_id)
    return lines_of(_lines(school_id, text, year))


def _lines(school_id: int, text: str, year: int | None) -> QuerySet[RegisterEntry]:
    rows = RegisterEntry.objects.filter(school_id=school_id)
    for word in search_key(text).split():
        named = Q(student__name_search__contains=word)
        rows = rows.filter(named | Q(number=int(word)) if word.isdecimal() else named)
    if year:
        rows = rows.filter(entered_on__year=year)
    return rows.order_by("number")


def classes_of_students(school_id: int, student_ids: list[int]) -> dict[int, list[str]]:
    """Lớp từng năm at a school, for the register: "6A (2023-2024)"."""
    rows = Enrolment.objects.filter(school_id=school_id, student_id__in=student_ids)
    values = rows.order_by("starts_on").values_list("student_id", "year", "school_class__name")
    told: dict[int, list[str]] = {}
    for student_id, year, name in values:
        told.setdefault(student_id, []).append(f"{name} ({year}-{year + 1})")
    return told


def count_unregistered(school_id: int) -> int:
    """How many study here without a line in the register."""
    registered = RegisterEntry.objects.filter(school_id=school_id, left_on__isnull=True)
    return (
        Enrolment.objects.filter(
            school_id=school_id, ends_on__isnull=True, student__merged_into__isnull=True
        )
        .exclude(student_id__in=registered.values("student_id"))
        .values("student_id")
        .distinct()
        .count()
    )


def transfers_of_school(*, actor: Actor, school_id: int) -> tuple[list[Move], list[Move]]:
    """Requests that came in, and requests that went out."""
    open_school(actor, "records.transfer_students", school_id)
    came = Transfer.objects.filter(to_school_id=school_id)
    went = Transfer.objects.filter(from_school_id=school_id)
    return moves_of(came), moves_of(went)


def waiting_transfers(school_id: int) -> int:
    """How many requests wait for an answer of the school."""
    return Transfer.objects.filter(to_school_id=school_id, state=Transfer.State.REQUESTED).count()


def merges_of_school(*, actor: Actor, school_id: int) -> list[Merged]:
    """Merges of a school, the newest first."""
    open_school(actor, "records.merge_students", school_id)
    rows = Merge.objects.filter(school_id=school_id).order_by("-merged_at")[:100]
    values = rows.values_list(
        "id",
        "kept_id",
        "kept__name",
        "gone_id",
        "gone__name",
        "merged_at",
        "merged_by",
        "undone_at",
        "undone_by",
    )
    return [Merged(*row) for row in values]


def transfer_at(*, actor: Actor, transfer_id: int) -> Move:
    """One request, where the actor may answer it."""
    row = Transfer.objects.filter(id=transfer_id).first()
    if row is None:
        raise OutsidePlace
    open_school(actor, "records.transfer_students", row.to_school_id)
    return moves_of(Transfer.objects.filter(id=transfer_id))[0]
