"""Tổ hợp môn lựa chọn: four electives and three clusters that a school offers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from khue.access.api import Actor, permit
from khue.ledger.api import Change, Operation
from khue.organisations.models import Bundle, SchoolClass
from khue.organisations.queries.cards import BundleCard, CurriculumCard, SchoolCard
from khue.organisations.queries.subjects import bundle, curriculum
from khue.organisations.queries.tree import school_summary
from khue.organisations.rules.curriculum import check_clusters, check_electives
from khue.organisations.rules.levels import Level
from khue.organisations.services.class_subjects import set_class_subjects
from khue.organisations.services.work import OrganisationRefused, note, operation_of
from kit.vietnamese import tidy

FIRST_GRADE = ("thpt", 10)


def create_bundle(
    *,
    actor: Actor,
    now: datetime,
    school_id: int,
    first_year: int,
    name: str,
    elective_ids: Sequence[int],
    cluster_ids: Sequence[int],
) -> BundleCard:
    """Create a bundle after checking it against the programme."""
    school = school_summary(school_id)
    permit(actor, "organisations.manage_classes", school.path)
    if Level.UPPER_SECONDARY not in school.levels:
        sentence = f"{school.name} không có cấp THPT nên không có tổ hợp môn."
        raise OrganisationRefused("NOT_UPPER_SECONDARY", sentence)
    _check(first_year, elective_ids, cluster_ids)
    _check_name(school.id, first_year, name, None)
    with transaction.atomic():
        row = Bundle.objects.create(school_id=school.id, first_year=first_year, name=tidy(name))
        return _choose(row, school, actor, now, elective_ids, cluster_ids, "create")


@transaction.atomic
def change_bundle(
    *,
    actor: Actor,
    now: datetime,
    bundle_id: int,
    name: str,
    elective_ids: Sequence[int],
    cluster_ids: Sequence[int],
    reason: str = "",
) -> BundleCard:
    """Change a bundle; once classes study it, only by decision, and their subjects follow."""
    before = bundle(bundle_id)
    school = school_summary(before.school_id)
    permit(actor, "organisations.manage_classes", school.path)
    _check(before.first_year, elective_ids, cluster_ids)
    _check_name(school.id, before.first_year, name, bundle_id)
    classes = list(SchoolClass.objects.filter(bundle_id=bundle_id, closed_on__isnull=True))
    if classes and not tidy(reason):
        sentence = (
            f"Tổ hợp đang dùng cho {len(classes)} lớp. Hãy ghi số quyết định hoặc lý do thay đổi."
        )
        raise OrganisationRefused("NO_REASON", sentence, "reason")
    row = Bundle.objects.get(pk=bundle_id)
    row.name = tidy(name)
    row.save(update_fields=["name"])
    made = _choose(row, school, actor, now, elective_ids, cluster_ids, "change", reason)
    for one in classes:
        set_class_subjects(actor=actor, now=now, class_id=one.pk)
    return made


def _choose(
    row: Bundle,
    school: SchoolCard,
    actor: Actor,
    now: datetime,
    elective_ids: Sequence[int],
    cluster_ids: Sequence[int],
    action: str,
    reason: str = "",
) -> BundleCard:
    row.electives.set(elective_ids)
    row.clusters.set(cluster_ids)
    made = bundle(row.pk)
    change = Change(
        subject=f"bundle:{made.id}",
        action=action,
        label=f"Tổ hợp {made.name}",
        new={"electives": made.elective_names, "clusters": made.cluster_names},
        reason=tidy(reason),
        school_id=school.id,
        province_id=school.province_id,
    )
    operation: Operation = operation_of(actor, now)
    note(operation, change)
    return made


def _check_name(school_id: int, first_year: int, name: str, besides: int | None) -> None:
    if not tidy(name):
        raise OrganisationRefused("NO_NAME", "Hãy đặt tên cho tổ hợp.", "name")
    others = Bundle.objects.filter(school_id=school_id, first_year=first_year, name=tidy(name))
    if others.exclude(pk=besides or 0).exists():
        sentence = f"Trường đã có tổ hợp “{tidy(name)}” cho khóa này. Hãy đặt tên khác."
        raise OrganisationRefused("BUNDLE_NAME_TAKEN", sentence, "name")


def _check(first_year: int, elective_ids: Sequence[int], cluster_ids: Sequence[int]) -> None:
    programme = curriculum([FIRST_GRADE], first_year)
    names = {row.subject_id: row.subject_name for row in programme}
    electives = [names.get(one, "?") for one in elective_ids]
    clusters = [names.get(one, "?") for one in cluster_ids]
    studied = [row.subject_name for row in programme if row.status == "compulsory"]
    found = check_electives(electives, _names(programme, "elective"))
    found += check_clusters(clusters, [*studied, *electives], _with_cluster(programme))
    if found:
        sentence = " ".join(one.sentence for one in found)
        raise OrganisationRefused(found[0].key, sentence, "electives")


def _names(programme: Sequence[CurriculumCard], status: str) -> list[str]:
    return [row.subject_name for row in programme if row.status == status]


def _with_cluster(programme: Sequence[CurriculumCard]) -> list[str]:
    return [row.subject_name for row in programme if row.cluster_allowed]
