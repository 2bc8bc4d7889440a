"""Create, change, close and roll forward classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from khue.access.api import Actor, permit
from khue.ledger.api import Change, Operation
from khue.organisations.models import Bundle, ClassSubject, SchoolClass, Site
from khue.organisations.queries.cards import ClassCard, SchoolCard
from khue.organisations.queries.classes import class_summaries, class_summary, classes_of
from khue.organisations.queries.tree import school_summary
from khue.organisations.rules.classes import (
    ClassFacts,
    SchoolFrame,
    check_class,
    repeated_names,
    taken_refusal,
)
from khue.organisations.rules.levels import level_of_grade, next_grade
from khue.organisations.rules.school_years import school_year_label
from khue.organisations.services.class_subjects import add_planned_subjects
from khue.organisations.services.work import (
    OrganisationRefused,
    differences,
    note,
    one_at_a_time,
    operation_of,
    refuse,
)
from kit.vietnamese import alphabet_key, tidy


class ClassesRefused(Exception):
    """Some rows of a list of classes cannot be; `rows` gives the reason by index."""

    def __init__(self, rows: Mapping[int, OrganisationRefused]) -> None:
        super().__init__(f"{len(rows)} lớp chưa hợp lệ nên chưa lớp nào được tạo.")
        self.rows = rows


def school_frame(school: SchoolCard) -> SchoolFrame:
    """What a school allows its classes to be."""
    sites = Site.objects.filter(school_id=school.id).values_list("pk", flat=True)
    bundles = Bundle.objects.filter(school_id=school.id).values_list("pk", "first_year")
    return SchoolFrame(school.name, school.levels, frozenset(sites), dict(bundles))


def create_class(
    *,
    actor: Actor,
    now: datetime,
    school_id: int,
    year: int,
    facts: ClassFacts,
    with_subjects: bool = True,
    operation: Operation | None = None,
) -> ClassCard:
    """Create one class, with the subjects of its grade."""
    try:
        made = create_classes(
            actor=actor,
            now=now,
            school_id=school_id,
            year=year,
            rows=[facts],
            with_subjects=with_subjects,
            operation=operation,
        )
    except ClassesRefused as refused:
        raise refused.rows[0] from refused
    return made[0]


@transaction.atomic
def create_classes(
    *,
    actor: Actor,
    now: datetime,
    school_id: int,
    year: int,
    rows: Sequence[ClassFacts],
    with_subjects: bool = True,
    operation: Operation | None = None,
) -> list[ClassCard]:
    """Create the classes of a list, all or none."""
    school = school_summary(school_id)
    permit(actor, "organisations.manage_classes", school.path)
    one_at_a_time(school.id)
    _refuse_rows(school, year, rows)
    made = SchoolClass.objects.bulk_create(
        [SchoolClass(school_id=school.id, year=year, **_values(facts)) for facts in rows]
    )
    found = class_summaries([row.pk for row in made])
    cards = [found[row.pk] for row in made]
    if with_subjects:
        add_planned_subjects(cards)
    note(operation_of(actor, now, operation), *[_created(card) for card in cards])
    return cards


def _refuse_rows(school: SchoolCard, year: int, rows: Sequence[ClassFacts]) -> None:
    frame, repeated = school_frame(school), repeated_names(rows)
    taken = _taken(school.id, year) | repeated
    found = {
        index: refused
        for index, facts in enumerate(rows)
        if (refused := check_facts(facts, frame, year, taken))
    }
    if found:
        raise ClassesRefused(found)


def _taken(school_id: int, year: int, besides: int | None = None) -> set[str]:
    rows = SchoolClass.objects.filter(school_id=school_id, year=year).exclude(pk=besides or 0)
    pairs = rows.values_list("name", "code")
    return {text.casefold() for pair in pairs for text in pair}


def check_facts(
    facts: ClassFacts, frame: SchoolFrame, year: int, taken: set[str]
) -> OrganisationRefused | None:
    """Why a class cannot be; None when it can. `taken` are names and codes in lower case."""
    wrong = check_class(facts, frame, year)
    if wrong is None and {tidy(facts.name).casefold(), facts.code.casefold()} & taken:
        wrong = taken_refusal(tidy(facts.name), school_year_label(year))
    return refuse(wrong) if wrong else None


def _values(facts: ClassFacts) -> dict[str, Any]:
    name = tidy(facts.name)
    level = level_of_grade(facts.grades[0])
    return {
        **asdict(facts),
        "name": name,
        "code": facts.code or name[:20],
        "name_key": alphabet_key(name),
        "grades": sorted(set(facts.grades)),
        "level": level.value if level else "",
    }


def _created(card: ClassCard) -> Change:
    return _change(card, "create", new={"grades": list(card.grades), "year": card.year})


def _change(card: ClassCard, action: str, **more: Any) -> Change:
    return Change(
        subject=f"class:{card.id}",
        action=action,
        label=f"Lớp {card.name}, {school_year_label(card.year)}",
        school_id=card.school_id,
        province_id=card.province_id,
        **more,
    )


@transaction.atomic
def change_class(
    *,
    actor: Actor,
    now: datetime,
    class_id: int,
    facts: ClassFacts,
    operation: Operation | None = None,
) -> ClassCard:
    """Change a class; a class that has students or marks keeps its grade."""
    before = class_summary(class_id)
    permit(actor, "organisations.manage_classes", before.school_path)
    one_at_a_time(before.school_id)
    frame = school_frame(school_summary(before.school_id))
    taken = _taken(before.school_id, before.year, besides=class_id)
    wrong = check_facts(facts, frame, before.year, taken)
    if wrong:
        raise wrong
    values = _values(facts)
    SchoolClass.objects.filter(pk=class_id).update(**values)
    after = class_summary(class_id)
    old, new = differences(_shown(before), _shown(after))
    if new:
        change = _change(after, "change", old=old, new=new)
        note(operation_of(actor, now, operation), change)
    return after


def _shown(card: ClassCard) -> dict[str, Any]:
    names = ["name", "code", "site_name", "bundle_name", "merged_kind", "age_group"]
    more = ["specialised_subject", "session", "lunch_boarding", "boarding"]
    return {**{name: getattr(card, name) for name in names + more}, "grades": list(card.grades)}


@transaction.atomic
def close_class(*, actor: Actor, now: datetime, class_id: int, on: date, reason: str) -> ClassCard:
    """Giải thể lớp: the class takes nobody in after this day; its history stays."""
    before = class_summary(class_id)
    permit(actor, "organisations.manage_classes", before.school_path)
    if not tidy(reason):
        raise OrganisationRefused("NO_REASON", "Hãy ghi lý do giải thể lớp.", "reason")
    SchoolClass.objects.filter(pk=class_id).update(closed_on=on)
    change = _change(before, "close", new={"closed_on": f"{on}"}, reason=tidy(reason))
    note(operation_of(actor, now), change)
    return replace(before, closed_on=on)


@transaction.atomic
def remove_created_classes(
    *,
    actor: Actor,
    now: datetime,
    class_ids: Sequence[int],
    reason: str,
    operation: Operation | None = None,
) -> None:
    """Take back classes that were created by mistake and that nobody used."""
    cards = class_summaries(class_ids)
    for path in {card.school_path for card in cards.values()}:
        permit(actor, "organisations.manage_classes", path)
    changes = [_change(card, "remove", reason=reason) for card in cards.values()]
    note(operation_of(actor, now, operation), *changes)
    try:
        with transaction.atomic():
            ClassSubject.objects.filter(school_class_id__in=list(cards)).delete()
            SchoolClass.objects.filter(pk__in=list(cards)).delete()
    except (ProtectedError, IntegrityError) as used:
        sentence = (
            "Có lớp đã có học sinh hoặc phân công nên không bỏ được. "
            "Hãy chuyển học sinh, kết thúc phân công hoặc giải thể lớp."
        )
        raise OrganisationRefused("CLASS_IN_USE", sentence) from used


@transaction.atomic
def roll_classes_forward(
    *, actor: Actor, now: datetime, school_id: int, from_year: int
) -> list[ClassCard]:
    """Tạo lớp năm học mới: every class moves up a grade; those that stand already stay.

    "8A" becomes "9A"; a last grade ends; the first grade's names are used again.
    """
    standing = _taken(school_id, from_year + 1)
    last = classes_of(school_id, from_year)
    rows = [row for card in last if (row := _next_year(card, last))]
    wanted = [row for row in rows if tidy(row.name).casefold() not in standing]
    return create_classes(
        actor=actor, now=now, school_id=school_id, year=from_year + 1, rows=_once(wanted)
    )


def _once(rows: Sequence[ClassFacts]) -> list[ClassFacts]:
    return list({tidy(row.name).casefold(): row for row in rows}.values())


def _next_year(card: ClassCard, last: Sequence[ClassCard]) -> ClassFacts | None:
    if card.closed_on:
        return None
    again = replace(facts_of_class(card), code="")
    grades = [following for grade in card.grades if (following := next_grade(grade))]
    same_level = [grade for grade in grades if level_of_grade(grade) == card.level]
    if len(same_level) != len(card.grades):
        return again if card.grade == "16" or card.merged_kind else None
    return replace(again, name=_moved_up(card.name), grades=tuple(same_level))


def facts_of_class(card: ClassCard) -> ClassFacts:
    """What is said of a class that stands."""
    return ClassFacts(
        name=card.name,
        grades=card.grades,
        code=card.code,
        site_id=card.site_id,
        bundle_id=card.bundle_id,
        merged_kind=card.merged_kind,
        age_group=card.age_group,
        specialised_subject=card.specialised_subject,
        session=card.session,
        lunch_boarding=card.lunch_boarding,
        boarding=card.boarding,
        position=card.position,
    )


def _moved_up(name: str) -> str:
    digits = ""
    for letter in name:
        if not letter.isdigit():
            break
        digits += letter
    return f"{int(digits) + 1}{name[len(digits) :]}" if digits else name
