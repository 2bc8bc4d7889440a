"""Ảnh học sinh: one for a page, many for a paper, and who of a class has none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings

from khue.access.api import Actor
from khue.organisations.api import ClassCard
from khue.records.models import StudentPhoto
from khue.records.queries.places import open_class, open_student
from khue.records.queries.rolls import StudentLine, students_of_class
from kit.cipher import unseal_bytes

LABEL = "student.photo"
VIEW, MANAGE = "records.view_student", "records.manage_photos"


@dataclass(frozen=True, slots=True)
class PhotoCard:
    """That there is a photo, since when and by whom."""

    digest: str
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class ClassPhotos:
    """The pupils of a class with the photo of each, or none."""

    card: ClassCard
    lines: list[tuple[StudentLine, PhotoCard | None]]

    @property
    def missing(self) -> int:
        return sum(photo is None for _, photo in self.lines)


def photo_of(*, actor: Actor, student_id: int) -> bytes | None:
    """The picture (JPEG) for someone who may see the file."""
    open_student(actor, VIEW, student_id)
    return photos_of([student_id]).get(student_id)


def photo_card(*, actor: Actor, student_id: int) -> PhotoCard | None:
    open_student(actor, VIEW, student_id)
    return _cards([student_id]).get(student_id)


def class_photos(*, actor: Actor, class_id: int, on: date) -> ClassPhotos:
    """For someone who may put photos into the files of the class."""
    card = open_class(actor, MANAGE, class_id)
    pupils = students_of_class(class_id, on)
    cards = _cards([one.id for one in pupils])
    return ClassPhotos(card, [(one, cards.get(one.id)) for one in pupils])


def photos_of(student_ids: Sequence[int]) -> dict[int, bytes]:
    """Pictures by student, for papers. Not gated; fenced."""
    rows = StudentPhoto.objects.filter(student_id__in=student_ids)
    return {row.student_id: _opened(row) for row in rows}


def _opened(row: Any) -> bytes:
    return unseal_bytes(bytes(row.sealed), label=LABEL, key_hex=settings.FIELD_KEY)


def _cards(student_ids: Sequence[int]) -> dict[int, PhotoCard]:
    rows = StudentPhoto.objects.filter(student_id__in=student_ids)
    values = rows.values_list("student_id", "digest", "changed_at", "changed_by")
    return {student_id: PhotoCard(digest, at, by) for student_id, digest, at, by in values}
