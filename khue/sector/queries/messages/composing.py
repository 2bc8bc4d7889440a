"""Every record of a school, by part and own id, with what the school added by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from khue.sector.queries.dossier import Dossier
from khue.sector.queries.messages.classes import class_message, teachers_by_subject
from khue.sector.queries.messages.inferring import inferred
from khue.sector.queries.messages.results import result_messages
from khue.sector.queries.messages.schools import school_message, site_message
from khue.sector.queries.messages.staff import staff_message
from khue.sector.queries.messages.students import student_message
from khue.sector.queries.messages.values import Message


@dataclass(frozen=True)
class Composed:
    """A record: what it is called on our pages, and what is said of it."""

    part: str
    local_id: int
    label: str
    message: Message


def compose(dossier: Dossier, part: str) -> dict[int, Composed]:
    """The records of one part, in the order of the school's lists."""
    return {one.local_id: _supplemented(dossier, one) for one in _PARTS[part](dossier)}


def _supplemented(dossier: Dossier, one: Composed) -> Composed:
    """What the product holds stands above what was added by hand, and that above what follows."""
    told = {**dossier.supplements.get((one.part, one.local_id), {}), **one.message}
    declared = dossier.declared if one.part == "school" else {}
    message = {**declared, **inferred(one.part, told), **told}
    return Composed(one.part, one.local_id, one.label, message)


def _schools(dossier: Dossier) -> Iterator[Composed]:
    school = dossier.school
    yield Composed("school", school.id, school.name, school_message(dossier))


def _sites(dossier: Dossier) -> Iterator[Composed]:
    for site in dossier.sites:
        yield Composed("site", site.id, site.name, site_message(dossier, site))


def _staff(dossier: Dossier) -> Iterator[Composed]:
    for one in dossier.staff:
        yield Composed("staff", one.person.id, one.person.name, staff_message(dossier, one))


def _classes(dossier: Dossier) -> Iterator[Composed]:
    teachers = teachers_by_subject(dossier)
    disabled = frozenset(
        one.stays[-1].class_id for one in dossier.pupils if one.sensitive.disability
    )
    for card in dossier.classes:
        message = class_message(dossier, card, teachers, disabled)
        yield Composed("class", card.id, card.name, message)


def _students(dossier: Dossier) -> Iterator[Composed]:
    for one in dossier.pupils:
        yield Composed("student", one.person.id, one.person.name, student_message(dossier, one))


def _results(dossier: Dossier, part: str) -> Iterator[Composed]:
    for key, pupil, message in result_messages(dossier, int(part[-1])):
        yield Composed(part, key, pupil.person.name, message)


_PARTS: Mapping[str, Callable[[Dossier], Iterator[Composed]]] = {
    "school": _schools,
    "site": _sites,
    "staff": _staff,
    "class": _classes,
    "student": _students,
    "result1": partial(_results, part="result1"),
    "result2": partial(_results, part="result2"),
    "result3": partial(_results, part="result3"),
}
