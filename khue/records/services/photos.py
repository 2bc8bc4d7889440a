"""Đưa ảnh vào hồ sơ: one picture, or those of a class in one archive."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from khue.access.api import Actor
from khue.ledger.api import Change, append_changes
from khue.records.models import Student, StudentPhoto
from khue.records.queries.photos import LABEL, MANAGE
from khue.records.queries.places import open_class, open_student
from khue.records.queries.rolls import students_of_class
from khue.records.rules.photos import sort_pictures
from khue.records.rules.refusals import RecordRefused
from khue.records.services.writing import operation_of, student_change
from kit.archives import MEGABYTE, Limits, UnsafeArchive, read_archive
from kit.cipher import seal_bytes
from kit.dates import vietnam_day
from kit.pictures import NotAPicture, portrait

OF_A_CLASS = Limits(files=300, bytes=200 * MEGABYTE)
TOLD = "Ảnh 3 × 4"


@dataclass(frozen=True)
class PhotosTaken:
    """How many pictures went in, and a sentence for each that did not."""

    taken: int
    refusals: list[str]


def put_photo(*, actor: Actor, now: datetime, student_id: int, content: bytes) -> None:
    """Cập nhật ảnh of one pupil; raises RecordRefused when it is no usable picture."""
    picture = _checked(content)
    with transaction.atomic():
        student = open_student(actor, MANAGE, student_id, lock=True)
        changes = _put(student, picture, actor, now)
        append_changes(operation_of(actor, now), changes)


def _checked(content: bytes) -> bytes:
    try:
        return portrait(content)
    except NotAPicture as error:
        raise RecordRefused("PHOTO", error.sentence, "file") from error


def _put(student: Student, picture: bytes, actor: Actor, now: datetime) -> list[Change]:
    digest = hashlib.sha256(picture).hexdigest()
    before = StudentPhoto.objects.filter(student=student).first()
    if before and before.digest == digest:
        return []
    StudentPhoto.objects.update_or_create(
        student=student, defaults=_columns(student, picture, digest, actor.name, now)
    )
    told = {"label": TOLD, "old": before.digest[:16] if before else "", "new": digest[:16]}
    return [student_change(student, "change_photo", **told)]


def _columns(
    student: Student, picture: bytes, digest: str, by: str, now: datetime
) -> dict[str, Any]:
    return {
        "school_id": student.home_school_id,
        "province_id": student.province_id,
        "sealed": seal_bytes(picture, label=LABEL, key_hex=settings.FIELD_KEY),
        "digest": digest,
        "changed_at": now,
        "changed_by": by,
    }


def remove_photo(*, actor: Actor, now: datetime, student_id: int) -> None:
    """Gỡ ảnh: the picture leaves the file; papers that were signed with it stay as they are."""
    with transaction.atomic():
        student = open_student(actor, MANAGE, student_id, lock=True)
        gone = StudentPhoto.objects.filter(student=student).first()
        if gone is None:
            raise RecordRefused("NO_PHOTO", "Hồ sơ chưa có ảnh nên không có gì để gỡ.")
        gone.delete()
        told = {"label": TOLD, "old": gone.digest[:16], "new": ""}
        append_changes(operation_of(actor, now), [student_change(student, "remove_photo", **told)])


def put_class_photos(*, actor: Actor, now: datetime, class_id: int, content: bytes) -> PhotosTaken:
    """Cập nhật ảnh cả lớp: a ZIP of pictures, each named by the sector's code of its pupil."""
    open_class(actor, MANAGE, class_id)
    files = _unpacked(content)
    pupils = {one.code: one.id for one in students_of_class(class_id, vietnam_day(now)) if one.code}
    plan = sort_pictures(files, pupils)
    pictures, refusals = _pictures(
        {key: files[name] for key, name in plan.files.items()}, plan.files
    )
    with transaction.atomic():
        changes = [
            change
            for student_id, picture in sorted(pictures.items())
            for change in _put(
                open_student(actor, MANAGE, student_id, lock=True), picture, actor, now
            )
        ]
        append_changes(operation_of(actor, now), changes)
    return PhotosTaken(len(pictures), [*plan.refusals, *refusals])


def _unpacked(content: bytes) -> dict[str, bytes]:
    try:
        return read_archive(content, OF_A_CLASS)
    except UnsafeArchive as error:
        raise RecordRefused("ARCHIVE", error.sentence, "file") from error


def _pictures(
    contents: Mapping[int, bytes], names: Mapping[int, str]
) -> tuple[dict[int, bytes], list[str]]:
    good: dict[int, bytes] = {}
    refusals = []
    for student_id, content in contents.items():
        try:
            good[student_id] = portrait(content)
        except NotAPicture as error:
            refusals.append(f"“{names[student_id]}”: {error.sentence}")
    return good, refusals
