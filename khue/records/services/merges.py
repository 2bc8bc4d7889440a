"""Gộp hồ sơ: two files of one child made one, and taken apart again exactly as they were."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from khue.access.api import Actor, OutsidePlace
from khue.ledger.api import Operation, append_changes
from khue.records.models import (
    Enrolment,
    Guardianship,
    Merge,
    RegisterEntry,
    Student,
    StudentPhoto,
    Transfer,
)
from khue.records.queries.places import open_student
from khue.records.rules.refusals import RecordRefused
from khue.records.services.family_access import settle_access, take_access_away
from khue.records.services.merge_movers import move_everything, undo_everything
from khue.records.services.students import PLAIN
from khue.records.services.writing import operation_of, promised, student_change
from kit.dates import vietnam_day

MERGE = "records.merge_students"
NUMBER = ("personal_number_sealed", "personal_number_digest", "number_findings")
# What a choice on the page means in columns of the file.
COLUMNS: dict[str, tuple[str, ...]] = {
    **{name: (name,) for name in PLAIN},
    "name": ("name", "name_key", "name_search"),
    "personal_number": NUMBER,
    "religion": ("religion_sealed",),
    "policies": ("policies_sealed",),
    "disability": ("disability_sealed",),
    "health": ("health_sealed",),
    "account": ("account_id",),
}
# Columns of which no two files may hold the same value.
ALONE = {"code", "account_id"}


def merge_students(
    *,
    actor: Actor,
    now: datetime,
    kept_id: int,
    gone_id: int,
    take: Collection[str] = (),
    reason: str = "",
) -> int:
    """Gộp: `gone` goes into `kept`; `take` names what is taken from the file that goes."""
    with transaction.atomic():
        kept, gone = _both(actor, kept_id, gone_id)
        operation, today = operation_of(actor, now), vietnam_day(now)
        take_access_away(operation, gone, today)
        moved = _move(kept, gone, take, today)
        moved["movers"] = move_everything(gone.pk, kept.pk)
        row = Merge.objects.create(
            school_id=kept.home_school_id,
            kept=kept,
            gone=gone,
            moved=moved,
            merged_at=now,
            merged_by=actor.name,
        )
        settle_access(operation, kept, today)
        _told(operation, kept, gone, "merge", reason)
    return row.pk


def _both(actor: Actor, kept_id: int, gone_id: int) -> tuple[Student, Student]:
    if kept_id == gone_id:
        raise RecordRefused("SAME_FILE", "Hãy chọn hai hồ sơ khác nhau để gộp.")
    files = {one: open_student(actor, MERGE, one, lock=True) for one in sorted([kept_id, gone_id])}
    if any(one.merged_into_id for one in files.values()):
        raise RecordRefused("MERGED", "Một trong hai hồ sơ đã được gộp trước đó.")
    waiting = Transfer.objects.filter(student_id__in=files, state=Transfer.State.REQUESTED)
    if waiting.exists():
        raise RecordRefused(
            "TRANSFER_OPEN", "Một hồ sơ đang chờ chuyển trường. Hãy xử lý xong rồi mới gộp."
        )
    return files[kept_id], files[gone_id]


def _move(kept: Student, gone: Student, take: Collection[str], today: date) -> dict[str, Any]:
    moved: dict[str, Any] = {"kept": {}, "gone": {}}
    gone.merged_into = kept
    gone.save(update_fields=["merged_into"])
    _take_columns(kept, gone, take, moved)
    moved["lines"] = _close_double_lines(kept, gone, today)
    moved["enrolments"] = _hand_over(Enrolment, kept, gone, _seats_free_for(kept, gone))
    moved["links"] = _hand_over(Guardianship, kept, gone, _links_free_for(kept, gone))
    moved["register"] = _hand_over(RegisterEntry, kept, gone, _lines_free_for(kept, gone))
    moved["transfers"] = _hand_over(Transfer, kept, gone, Q())
    moved["photos"] = _hand_over(StudentPhoto, kept, gone, _photo_free_for(kept))
    return moved


def _take_columns(
    kept: Student, gone: Student, take: Collection[str], moved: dict[str, Any]
) -> None:
    columns = [column for name in take for column in COLUMNS.get(name, ())]
    for column in columns:
        moved["kept"][column] = getattr(kept, column)
        setattr(kept, column, getattr(gone, column))
        if column in ALONE:
            moved["gone"][column] = getattr(gone, column)
            setattr(gone, column, None)
    gone.save()
    kept.version += 1
    with promised():
        kept.save()


def _hand_over(table: Any, kept: Student, gone: Student, free: Q) -> list[int]:
    ids = list(table.objects.filter(free, student=gone).values_list("id", flat=True))
    table.objects.filter(id__in=ids).update(student=kept)
    return ids


def _seats_free_for(kept: Student, gone: Student) -> Q:
    """Seats that do not overlap one of the kept file; the others rest with the file that goes."""
    taken = Enrolment.objects.filter(student=kept)
    busy = [
        seat.pk
        for seat in Enrolment.objects.filter(student=gone)
        if any(_overlap(seat, other) for other in taken)
    ]
    return ~Q(id__in=busy)


def _overlap(one: Enrolment, other: Enrolment) -> bool:
    return one.starts_on <= (other.ends_on or date.max) and other.starts_on <= (
        one.ends_on or date.max
    )


def _links_free_for(kept: Student, gone: Student) -> Q:
    known = set(
        Guardianship.objects.filter(student=kept, ends_on__isnull=True).values_list(
            "guardian_id", "relation"
        )
    )
    rows = Guardianship.objects.filter(student=gone)
    double = [row.pk for row in rows if (row.guardian_id, row.relation) in known]
    return ~Q(id__in=double)


def _photo_free_for(kept: Student) -> Q:
    """The photo goes along when the kept file has none."""
    return Q() if not StudentPhoto.objects.filter(student=kept).exists() else Q(pk__in=[])


def _close_double_lines(kept: Student, gone: Student, today: date) -> list[int]:
    """Two open lines of one child in one register: the line of the file that goes is closed."""
    schools = RegisterEntry.objects.filter(student=kept, left_on__isnull=True).values("school_id")
    rows = RegisterEntry.objects.filter(student=gone, left_on__isnull=True, school_id__in=schools)
    ids = list(rows.values_list("id", flat=True))
    for row in RegisterEntry.objects.filter(id__in=ids):
        row.left_on, row.left_reason = max(today, row.entered_on), "Gộp hồ sơ trùng"
        row.save(update_fields=["left_on", "left_reason"])
    return ids


def _lines_free_for(kept: Student, gone: Student) -> Q:
    return Q(left_on__isnull=True) | ~Q(left_reason="Gộp hồ sơ trùng")


def undo_merge(*, actor: Actor, now: datetime, merge_id: int, reason: str = "") -> None:
    """Tách lại: every row goes back, every field becomes what it was."""
    with transaction.atomic():
        row = Merge.objects.select_for_update().filter(id=merge_id).first()
        if row is None:
            raise OutsidePlace
        kept = open_student(actor, MERGE, row.kept_id, lock=True)
        gone = open_student(actor, MERGE, row.gone_id, lock=True)
        if row.undone_at:
            raise RecordRefused("UNDONE", "Lần gộp này đã được tách lại trước đó.")
        operation, today = operation_of(actor, now), vietnam_day(now)
        take_access_away(operation, kept, today)
        undo_everything(row.moved["movers"], gone.pk, kept.pk)
        _put_back(kept, gone, row.moved)
        row.undone_at, row.undone_by = now, actor.name
        row.save(update_fields=["undone_at", "undone_by"])
        settle_access(operation, kept, today)
        settle_access(operation, gone, today)
        _told(operation, kept, gone, "undo_merge", reason)


def _put_back(kept: Student, gone: Student, moved: dict[str, Any]) -> None:
    for table, name in [
        (Enrolment, "enrolments"),
        (Guardianship, "links"),
        (RegisterEntry, "register"),
        (Transfer, "transfers"),
        (StudentPhoto, "photos"),
    ]:
        table.objects.filter(id__in=moved.get(name, [])).update(student=gone)  # type: ignore[attr-defined]
    RegisterEntry.objects.filter(id__in=moved["lines"]).update(left_on=None, left_reason="")
    for column, value in moved["kept"].items():
        setattr(kept, column, value)
    kept.version += 1
    kept.save()
    for column, value in moved["gone"].items():
        setattr(gone, column, value)
    gone.merged_into = None
    with promised():
        gone.save()


def _told(operation: Operation, kept: Student, gone: Student, action: str, reason: str) -> None:
    told = [
        student_change(kept, action, label=f"Hồ sơ được giữ: {kept.name}", reason=reason),
        student_change(gone, action, label=f"Hồ sơ trùng: {gone.name}", reason=reason),
    ]
    append_changes(operation, told)
