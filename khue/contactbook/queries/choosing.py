"""Gửi cho ai: what a sender may choose from, at one school or in an area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from khue.access.api import Actor, explain, reach
from khue.contactbook.permissions import SEND_AREA, SEND_CLASS, SEND_SCHOOL
from khue.contactbook.queries.policies import family_policy
from khue.contactbook.rules.audience import (
    AREA,
    CHOSEN,
    CLASSES,
    GRADES,
    SCHOOL,
    SIDES,
    STAFF,
)
from khue.contactbook.rules.policies import FamilyPolicy
from khue.organisations.api import (
    SchoolCard,
    children_of,
    chosen_school,
    class_summary,
    classes_in_reach,
    classes_of,
    organisation_at,
    permit_inside,
    school_year_of,
    schools_in_reach,
)
from khue.records.api import staff_of_school, student_summaries, students_of_class

Options = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Choosing:
    """What the form offers; `school` is None for an authority."""

    place: int
    name: str
    school: SchoolCard | None
    kinds: tuple[str, ...]
    classes: Options
    grades: Options
    pupils: Options
    staff: Options
    areas: Options
    policy: FamilyPolicy | None
    others: Options
    """Other schools of the same person."""

    @property
    def sides(self) -> Options:
        """Staff only where the whole school, or chosen staff, may be written to."""
        whole = bool({SCHOOL, AREA} & set(self.kinds))
        return [(key, name) for key, name in SIDES.items() if whole or key != STAFF]


def choosing_at_school(
    actor: Actor,
    school: SchoolCard,
    on: date,
    *,
    class_id: int | None = None,
    staff: bool = False,
    pupil_ids: Sequence[int] = (),
) -> Choosing:
    """The classes, grades and people of a school that the actor may send to."""
    permit_inside(actor, SEND_CLASS, school.path)
    cards = classes_in_reach(
        actor, SEND_CLASS, classes_of(school.id, school_year_of(on), open_on=on)
    )
    whole = explain(actor, SEND_SCHOOL, school.path) is None
    grades = sorted({grade for card in cards for grade in card.grades})
    return Choosing(
        place=school.id,
        name=school.name,
        school=school,
        kinds=(CLASSES, GRADES, SCHOOL, CHOSEN) if whole else (CLASSES, CHOSEN),
        classes=[(str(card.id), card.name) for card in cards],
        grades=[(one, f"Khối {one.lstrip('0') or one}") for one in grades] if whole else [],
        pupils=_pupils(actor, class_id, on) if class_id else _chosen(pupil_ids),
        staff=_staff(school, on) if staff and whole else [],
        areas=[],
        policy=family_policy(school.id, on),
        others=_others(actor, school.id),
    )


def _others(actor: Actor, school_id: int) -> Options:
    found = schools_in_reach(actor, SEND_CLASS, 6)
    return [(str(one.id), one.name) for one in found if one.id != school_id]


def _pupils(actor: Actor, class_id: int, on: date) -> Options:
    card = class_summary(class_id)
    permit_inside(actor, SEND_CLASS, card.place)
    return [(str(one.id), f"{one.name}, {card.name}") for one in students_of_class(class_id, on)]


def _chosen(pupil_ids: Sequence[int]) -> Options:
    """Those whom a draft names already."""
    found = student_summaries(pupil_ids).values() if pupil_ids else ()
    return [(str(one.id), f"{one.name}, {one.class_name}") for one in found]


def _staff(school: SchoolCard, on: date) -> Options:
    return [(str(one.id), one.name) for one in staff_of_school(school.id, on) if one.account_id]


def choosing_in_area(actor: Actor) -> Choosing | None:
    """The authorities of an officer and what lies below them; None for who has none."""
    tops = [organisation_at(path) for path in reach(actor, SEND_AREA).paths]
    if not tops:
        return None
    below = [one for top in tops for one in children_of(top.id) if one.kind != "school"]
    areas = [(str(one.id), one.name) for one in [*tops, *below]]
    return Choosing(
        tops[0].id, tops[0].name, None, (AREA,), [], [], [], [], areas, policy=None, others=[]
    )


def choosing(
    actor: Actor,
    wanted: str,
    on: date,
    *,
    class_id: int | None = None,
    staff: bool = False,
    pupil_ids: Sequence[int] = (),
) -> tuple[Choosing | None, Options]:
    """What the actor may choose from; or None and the schools of which one is chosen first."""
    school = chosen_school(actor, SEND_CLASS, wanted)
    if school is not None:
        offered = choosing_at_school(
            actor, school, on, class_id=class_id, staff=staff, pupil_ids=pupil_ids
        )
        return offered, []
    area = choosing_in_area(actor)
    if area is not None:
        return area, []
    found = schools_in_reach(actor, SEND_CLASS, 6)
    return None, [(str(one.id), one.name) for one in found]
