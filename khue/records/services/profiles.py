"""Sơ yếu lí lịch học sinh của một lớp: plain, sensitive and family facts; each look is noted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from khue.access.api import Actor, permit
from khue.ledger.api import Author, log_sensitive_reads
from khue.organisations.api import class_summary, code_names
from khue.records.models import Guardianship, Student
from khue.records.queries.rolls import holding_on
from khue.records.services.sensitive import READ, opened
from kit.dates import print_born, vietnam_day

SEX_NAMES = {"M": "Nam", "F": "Nữ"}
FIELDS = "sơ yếu lí lịch in trong sổ: dân tộc, đối tượng chính sách, gia đình"


@dataclass(frozen=True)
class Profile:
    """A pupil's file as the class book prints it; each adult is one text."""

    student_id: int
    born: str
    birth_place: str
    sex: str
    ethnic: str
    priority: str
    address: str
    father: str
    mother: str


def read_class_profiles(
    *, actor: Actor, now: datetime, class_id: int, student_ids: Sequence[int]
) -> dict[int, Profile]:
    """The files of pupils of a class, for someone who may read the sensitive part of them."""
    card = class_summary(class_id)
    permit(actor, READ, card.place)
    permit(actor, "records.view_family", card.place)
    with transaction.atomic():
        students = list(Student.objects.filter(id__in=student_ids))
        log_sensitive_reads(
            Author(actor.account_id, actor.name),
            now,
            subjects=[f"student:{one.pk}" for one in students],
            fields=FIELDS,
            school_id=card.school_id,
            province_id=card.province_id,
        )
    return _profiles(students, now)


def _profiles(students: Sequence[Student], now: datetime) -> dict[int, Profile]:
    names = code_names(["ethnic-groups", "policy-groups"], on=vietnam_day(now))
    adults = _adults([one.pk for one in students], now)
    return {one.pk: _profile(one, names, adults[one.pk]) for one in students}


def _profile(
    student: Student, names: dict[str, dict[str, str]], adults: dict[str, list[str]]
) -> Profile:
    policies = [names["policy-groups"].get(code, code) for code in opened(student).policies]
    return Profile(
        student_id=student.pk,
        born=print_born(student.born),
        birth_place=student.birth_place,
        sex=SEX_NAMES.get(student.sex, ""),
        ethnic=names["ethnic-groups"].get(student.ethnic_group, ""),
        priority=", ".join(policies),
        address=student.address,
        father="; ".join(adults["father"] + adults["guardian"]),
        mother="; ".join(adults["mother"]),
    )


def _adults(student_ids: Sequence[int], now: datetime) -> dict[int, dict[str, list[str]]]:
    rows = Guardianship.objects.filter(
        holding_on(vietnam_day(now)), student_id__in=student_ids, blocked_reason=""
    ).order_by("id")
    found: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    facts = ("guardian__name", "guardian__job", "guardian__phone", "guardian__email")
    for student_id, relation, *told in rows.values_list("student_id", "relation", *facts):
        found[student_id][relation].append(", ".join(text for text in told if text))
    return found
