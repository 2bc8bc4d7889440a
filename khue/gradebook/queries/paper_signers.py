"""Ai ký sổ: the teachers, the homeroom teacher, the principal and the seal, in their order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from khue.gradebook.queries.paper_heads import PRINCIPAL, Place
from khue.organisations.api import organisation
from khue.records.api import staff_lines, staff_of_school
from khue.timetable.api import homeroom_of, teachers_of

TEACHER, HOMEROOM, LEADER, SEAL = "teacher", "homeroom", "principal", "seal"
ROLES = {
    TEACHER: "Giáo viên môn học",
    HOMEROOM: "Giáo viên chủ nhiệm",
    LEADER: "Hiệu trưởng",
    SEAL: "Con dấu số",
}
NOBODY = {
    TEACHER: "Môn học chưa được phân công giáo viên.",
    HOMEROOM: "Lớp chưa có giáo viên chủ nhiệm.",
    LEADER: "Chưa ghi ai là hiệu trưởng trong danh sách cán bộ của trường.",
}
NO_ACCOUNT = "{name} chưa có tài khoản nên chưa ký số được. Hãy mở tài khoản ở trang cán bộ."


@dataclass(frozen=True, slots=True)
class PaperSigner:
    """One signer of a paper; `missing` says why nobody can be asked, "" when all is well."""

    part: str
    name: str
    account_id: int | None = None
    seal_of: int | None = None
    missing: str = ""

    @property
    def role(self) -> str:
        return ROLES[self.part]


def signers_of_class(place: Place, class_id: int, today: date) -> list[PaperSigner]:
    """Who signs a paper of a whole class: homeroom teacher, principal, the school's seal."""
    day = place.day_in_year(today)
    leading = homeroom_of([class_id], day).get(class_id)
    return [
        *_people(HOMEROOM, [leading.staff_id] if leading else []),
        *signers_of_school(place.school.id, today),
    ]


def signers_of_school(school_id: int, today: date) -> list[PaperSigner]:
    """Who signs what a school keeps: the principal, then the seal."""
    leads = [one.id for one in staff_of_school(school_id, today) if one.kind == PRINCIPAL]
    return [*_people(LEADER, leads[:1]), _seal(school_id)]


def signers_of_book(
    place: Place, class_id: int, class_subject_id: int, term: int, today: date
) -> list[PaperSigner]:
    """Who signs the book of a subject: its teachers first."""
    day = place.day_in(term, today)
    taught = teachers_of([class_subject_id], day).get(class_subject_id, ())
    by_name = sorted(taught, key=lambda one: one.staff_name)
    teachers = _people(TEACHER, dict.fromkeys(one.staff_id for one in by_name))
    return [*teachers, *signers_of_class(place, class_id, today)]


def _people(part: str, staff_ids: Iterable[int]) -> list[PaperSigner]:
    ids = list(staff_ids)
    lines = staff_lines(ids)
    found = [lines[one] for one in ids if one in lines]
    if not found:
        return [PaperSigner(part, "", missing=NOBODY[part])]
    return [
        PaperSigner(
            part,
            one.name,
            account_id=one.account_id,
            missing="" if one.account_id else NO_ACCOUNT.format(name=one.name),
        )
        for one in found
    ]


def _seal(school_id: int) -> PaperSigner:
    return PaperSigner(SEAL, organisation(school_id).name, seal_of=school_id)
