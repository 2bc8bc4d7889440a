"""Môn học: subjects by any spelling, the curriculum of a grade, bundles of electives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from django.db.models import Q

from khue.access.api import OutsidePlace
from khue.organisations.models import Bundle, CurriculumSubject, Subject
from khue.organisations.queries.cards import BundleCard, CurriculumCard, SubjectCard
from kit.vietnamese import search_key


def subjects() -> list[SubjectCard]:
    rows = Subject.objects.order_by("position", "name")
    return [
        SubjectCard(row.pk, row.name, row.short_name, tuple(row.spellings), row.position)
        for row in rows
    ]


def subject_finder() -> Callable[[str], SubjectCard | None]:
    """Find a subject by its name, short name or another spelling, in any case or dress.

    A name goes before a short name, and that before a spelling, when two subjects share a text.
    """
    known = subjects()
    by_key: dict[str, SubjectCard] = {}
    for texts in (_names, _short_names, _spellings):
        for subject in known:
            for text in texts(subject):
                for key in _keys(text):
                    by_key.setdefault(key, subject)

    def find(text: str) -> SubjectCard | None:
        return next((by_key[key] for key in _keys(text) if key in by_key), None)

    return find


def _names(subject: SubjectCard) -> Iterable[str]:
    return (subject.name,)


def _short_names(subject: SubjectCard) -> Iterable[str]:
    return (subject.short_name,)


def _spellings(subject: SubjectCard) -> Iterable[str]:
    return subject.spellings


def _keys(text: str) -> tuple[str, str]:
    """A name without marks, i and y alike, with "&" read as "và" and with it left out."""
    plain = search_key(text).replace("y", "i")
    return _letters(plain.replace("&", "va")), _letters(plain)


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


def curriculum(levels: Sequence[tuple[str, int]], year: int) -> list[CurriculumCard]:
    """The programme of some grades, each as (level, grade number), in a school year."""
    wanted = Q(pk__in=[])
    for level, grade in levels:
        wanted |= Q(level=level, grade=grade)
    rows = (
        CurriculumSubject.objects.filter(wanted, first_year__lte=year)
        .filter(Q(last_year__isnull=True) | Q(last_year__gte=year))
        .select_related("subject")
        .order_by("subject__position", "-first_year")
    )
    return [_curriculum_card(row) for row in rows]


def bundles_of(school_id: int, first_year: int | None = None) -> list[BundleCard]:
    """The bundles of a school, the newest year first."""
    rows = Bundle.objects.filter(school_id=school_id).order_by("-first_year", "name")
    if first_year is not None:
        rows = rows.filter(first_year=first_year)
    return [bundle_card(row) for row in rows.prefetch_related("electives", "clusters")]


def bundle(bundle_id: int) -> BundleCard:
    rows = Bundle.objects.filter(pk=bundle_id).prefetch_related("electives", "clusters")
    if not rows:
        raise OutsidePlace
    return bundle_card(rows[0])


def bundle_card(row: Bundle) -> BundleCard:
    electives = sorted(row.electives.all(), key=lambda one: one.position)
    clusters = sorted(row.clusters.all(), key=lambda one: one.position)
    return BundleCard(
        id=row.pk,
        school_id=row.school_id,
        first_year=row.first_year,
        name=row.name,
        elective_ids=tuple(one.pk for one in electives),
        elective_names=tuple(one.name for one in electives),
        cluster_ids=tuple(one.pk for one in clusters),
        cluster_names=tuple(one.name for one in clusters),
    )


def _curriculum_card(row: CurriculumSubject) -> CurriculumCard:
    return CurriculumCard(
        subject_id=row.subject_id,
        subject_name=row.subject.name,
        level=row.level,
        grade=row.grade,
        form=row.form,
        periods_per_year=row.periods_per_year,
        status=row.status,
        regular_marks=row.regular_marks,
        elective_rank=row.elective_rank,
        cluster_allowed=row.cluster_allowed,
    )
