"""Nhân thân của học sinh, opened whole, for the papers that name a person to the law.

Not gated: the caller has passed the gate for exactly these pupils and notes the look.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from khue.organisations.api import code_names
from khue.records.models import Guardianship, Student
from khue.records.queries.rolls import holding_on
from khue.records.queries.sealed import open_text
from khue.records.rules.sensitive import SensitiveFacts, unpack

LISTS = ("ethnic-groups", "countries", "policy-groups")
COLUMNS = (
    *("id", "name", "code", "born", "sex", "birth_place", "ethnic_group", "nationality"),
    *("address", "personal_number_sealed", "policies_sealed", "number_findings"),
)


@dataclass(frozen=True, slots=True)
class Adult:
    """Cha, mẹ hoặc người giám hộ, as the first page of a book names them."""

    name: str = ""
    job: str = ""


NOBODY = Adult()


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a pupil is. `personal_number` is empty while it does not pass the checks of its form."""

    student_id: int
    name: str
    code: str
    born: str
    sex: str
    birth_place: str
    ethnic_code: str
    ethnic: str
    nationality_code: str
    nationality: str
    address: str
    personal_number: str
    policies: str
    father: Adult = NOBODY
    mother: Adult = NOBODY
    guardian: Adult = NOBODY


def identities_of(student_ids: Iterable[int], on: date) -> dict[int, Identity]:
    """Who these pupils are on a day; three reads for a whole class."""
    wanted = list(student_ids)
    names = code_names(LISTS, on=on)
    adults = _adults(wanted, on)
    rows = Student.objects.filter(id__in=wanted).only(*COLUMNS)
    return {one.pk: _identity(one, names, adults[one.pk]) for one in rows}


def _identity(
    one: Student, names: Mapping[str, Mapping[str, str]], adults: Mapping[str, Adult]
) -> Identity:
    return Identity(
        student_id=one.pk,
        name=one.name,
        code=one.code or "",
        born=one.born,
        sex=one.sex,
        birth_place=one.birth_place,
        ethnic_code=one.ethnic_group,
        ethnic=names["ethnic-groups"].get(one.ethnic_group, ""),
        nationality_code=one.nationality,
        nationality=names["countries"].get(one.nationality, ""),
        address=one.address,
        personal_number=_number(one),
        policies=", ".join(
            names["policy-groups"].get(code, code) for code in _opened(one).policies
        ),
        **adults,
    )


def _number(one: Student) -> str:
    sealed = "" if one.number_findings else one.personal_number_sealed
    return open_text(sealed, "student.personal_number")


def _opened(one: Student) -> SensitiveFacts:
    text = open_text(one.policies_sealed, "student.policies_sealed")
    return unpack({"policies_sealed": text})


def _adults(student_ids: list[int], on: date) -> dict[int, dict[str, Adult]]:
    """By pupil and relation; who is written last of two stands there."""
    found: dict[int, dict[str, Adult]] = defaultdict(dict)
    rows = Guardianship.objects.filter(
        holding_on(on), student_id__in=student_ids, blocked_reason=""
    ).order_by("id")
    facts = ("student_id", "relation", "guardian__name", "guardian__job")
    for student_id, relation, name, job in rows.values_list(*facts):
        found[student_id][relation] = Adult(name, job)
    return found
