"""The subjects of a class: from the programme, or by hand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from khue.access.api import Actor, permit
from khue.ledger.api import Change, Operation
from khue.organisations.models import ClassSubject, Subject
from khue.organisations.queries.cards import (
    BundleCard,
    ClassCard,
    ClassSubjectCard,
    CurriculumCard,
)
from khue.organisations.queries.classes import class_subject, class_subjects, class_summary
from khue.organisations.queries.subjects import bundles_of, curriculum
from khue.organisations.rules.class_subjects import (
    PlannedSubject,
    ProgrammeRow,
    plan_class_subjects,
)
from khue.organisations.rules.facts import ClassSubjectFacts
from khue.organisations.rules.levels import curriculum_level, grade_number
from khue.organisations.rules.specialised import specialised_subject
from khue.organisations.services.work import (
    OrganisationRefused,
    differences,
    note,
    operation_of,
)

GradeOfLevel = tuple[str, int]
VALUES = [
    "form",
    "status",
    "periods_term1",
    "periods_term2",
    "regular_marks",
    "has_cluster",
    "specialised",
]


def grades_of_class(card: ClassCard) -> list[GradeOfLevel]:
    """The grades of a class as the programme names them."""
    return [(curriculum_level(grade), grade_number(grade) or 0) for grade in card.grades]


def add_planned_subjects(cards: Sequence[ClassCard]) -> None:
    """Give new classes of one school the subjects of the programme, in a few statements."""
    if not cards:
        return
    grades = sorted({grade for card in cards for grade in grades_of_class(card)})
    programme = curriculum(grades, cards[0].year)
    bundles = _bundles(cards)
    rows = [row for card in cards for row in _rows(card, programme, bundles.get(card.bundle_id))]
    ClassSubject.objects.bulk_create(rows)


def _bundles(cards: Sequence[ClassCard]) -> dict[int | None, BundleCard]:
    if not any(card.bundle_id for card in cards):
        return {}
    return {bundle.id: bundle for bundle in bundles_of(cards[0].school_id)}


def _rows(
    card: ClassCard, programme: Sequence[CurriculumCard], bundle: BundleCard | None
) -> list[ClassSubject]:
    planned = _planned(card, programme, bundle, ())
    return [_row(card, position, plan) for position, plan in enumerate(planned, 1)]


def _row(card: ClassCard, position: int, plan: PlannedSubject) -> ClassSubject:
    return ClassSubject(
        school_id=card.school_id, school_class_id=card.id, position=position, **asdict(plan)
    )


def _planned(
    card: ClassCard,
    programme: Sequence[CurriculumCard],
    bundle: BundleCard | None,
    optional: Collection[int],
) -> list[PlannedSubject]:
    grades = set(grades_of_class(card))
    rows = [_programme_row(row) for row in programme if (row.level, row.grade) in grades]
    return plan_class_subjects(
        rows,
        electives=bundle.elective_ids if bundle else (),
        clusters=bundle.cluster_ids if bundle else (),
        optional=optional,
        specialised=specialised_subject(card.specialised_subject),
    )


def _programme_row(row: CurriculumCard) -> ProgrammeRow:
    return ProgrammeRow(
        row.subject_id,
        row.subject_name,
        row.form,
        row.periods_per_year,
        row.status,
        row.regular_marks,
    )


@transaction.atomic
def set_class_subjects(
    *,
    actor: Actor,
    now: datetime,
    class_id: int,
    optional_ids: Collection[int] = (),
    operation: Operation | None = None,
) -> list[ClassSubjectCard]:
    """Bring the subjects of a class to the programme, its bundle and the chosen optional ones.

    A subject that was dropped goes only when nobody teaches it and no mark stands in it.
    """
    card = class_summary(class_id)
    permit(actor, "organisations.manage_classes", card.school_path)
    programme = curriculum(grades_of_class(card), card.year)
    planned = _planned(card, programme, _bundles([card]).get(card.bundle_id), optional_ids)
    standing = {one.subject_id: one for one in class_subjects(class_id)}
    changes = _drop(card, standing, {plan.subject_id for plan in planned})
    for position, plan in enumerate(planned, 1):
        changes += _put(card, standing.get(plan.subject_id), plan, position)
    note(operation_of(actor, now, operation), *changes)
    return class_subjects(class_id)


def _drop(card: ClassCard, standing: dict[int, ClassSubjectCard], wanted: set[int]) -> list[Change]:
    gone = [one for one in standing.values() if one.subject_id not in wanted]
    for one in gone:
        _delete(one)
    return [_change(one, "remove") for one in gone]


def _delete(one: ClassSubjectCard) -> None:
    try:
        with transaction.atomic():
            ClassSubject.objects.filter(pk=one.id).delete()
    except (ProtectedError, IntegrityError) as used:
        sentence = (
            f"Môn {one.subject_name} của lớp {one.class_name} đã có phân công hoặc điểm nên "
            "không bỏ được. Hãy kết thúc phân công trước, hoặc giữ môn này."
        )
        raise OrganisationRefused("SUBJECT_IN_USE", sentence) from used


def _put(
    card: ClassCard, standing: ClassSubjectCard | None, plan: PlannedSubject, position: int
) -> list[Change]:
    if standing is None:
        row = _row(card, position, plan)
        row.save()
        return [_change(class_subject(row.pk), "create")]
    new = {name: value for name, value in asdict(plan).items() if name != "subject_id"}
    # Periods set by hand and the form of marks that may stand already are kept.
    kept = {"periods_term1", "periods_term2", "regular_marks", "form"}
    new = {name: value for name, value in new.items() if name not in kept}
    old, changed = differences(asdict(standing), new)
    ClassSubject.objects.filter(pk=standing.id).update(position=position, **changed)
    return [_change(standing, "change", old=old, new=changed)] if changed else []


def _change(one: ClassSubjectCard, action: str, **more: Any) -> Change:
    return Change(
        subject=f"class_subject:{one.id}",
        action=action,
        label=f"Môn {one.subject_name}, lớp {one.class_name}",
        school_id=one.school_id,
        province_id=one.province_id,
        **more,
    )


@transaction.atomic
def add_class_subject(
    *,
    actor: Actor,
    now: datetime,
    class_id: int,
    facts: ClassSubjectFacts,
    operation: Operation | None = None,
) -> ClassSubjectCard:
    """Thêm môn cho lớp by hand: continuing education, a second language, a school's own."""
    card = class_summary(class_id)
    permit(actor, "organisations.manage_classes", card.school_path)
    _check(facts)
    if ClassSubject.objects.filter(school_class_id=class_id, subject=facts.subject_id).exists():
        sentence = f"Lớp {card.name} đã học môn này rồi."
        raise OrganisationRefused("SUBJECT_TWICE", sentence, "subject_id")
    position = Subject.objects.get(pk=facts.subject_id).position
    row = ClassSubject.objects.create(
        school_id=card.school_id, school_class_id=card.id, position=position, **asdict(facts)
    )
    made = class_subject(row.pk)
    note(operation_of(actor, now, operation), _change(made, "create"))
    return made


@transaction.atomic
def change_class_subject(
    *, actor: Actor, now: datetime, class_subject_id: int, facts: ClassSubjectFacts
) -> ClassSubjectCard:
    """Change the periods, the number of regular marks or the form of a subject of a class."""
    before = class_subject(class_subject_id)
    permit(actor, "organisations.manage_classes", before.school_path)
    _check(facts)
    new = {name: getattr(facts, name) for name in VALUES}
    old, changed = differences(asdict(before), new)
    if changed:
        ClassSubject.objects.filter(pk=before.id).update(**changed)
        note(operation_of(actor, now), _change(before, "change", old=old, new=changed))
    return class_subject(class_subject_id)


@transaction.atomic
def remove_class_subject(
    *, actor: Actor, now: datetime, class_subject_id: int, reason: str = ""
) -> None:
    """Bỏ môn khỏi lớp, when nobody teaches it and no mark stands in it."""
    before = class_subject(class_subject_id)
    permit(actor, "organisations.manage_classes", before.school_path)
    _delete(before)
    note(operation_of(actor, now), _change(before, "remove", reason=reason))


def _check(facts: ClassSubjectFacts) -> None:
    if not Subject.objects.filter(pk=facts.subject_id).exists():
        raise OrganisationRefused("NO_SUBJECT", "Chưa chọn môn học.", "subject_id")
    if facts.periods_term1 + facts.periods_term2 == 0:
        sentence = "Môn học phải có ít nhất một tiết trong năm."
        raise OrganisationRefused("NO_PERIODS", sentence, "periods_term1")
    if max(facts.periods_term1, facts.periods_term2) > 400 or not 0 <= facts.regular_marks <= 6:
        sentence = "Số tiết mỗi học kì nhiều nhất 400, số điểm thường xuyên từ 0 đến 6."
        raise OrganisationRefused("OUT_OF_RANGE", sentence, "regular_marks")
