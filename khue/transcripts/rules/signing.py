"""Ký học bạ: who signs which part, in which order, and what each signature covers.

A subject teacher covers the subject, the homeroom teacher the whole year, the principal the
general part, the pupil, the year and every signature before, the seal of the school the same and
the principal's. So one changed mark breaks exactly the signatures of those who vouched for it.
The order is that of the draft circular of 2026.
Law: NĐ 88/2026/NĐ-CP, Điều 8
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from khue.transcripts.rules.facts import YearFacts


class SignerRole(StrEnum):
    """Vai trò người ký."""

    SUBJECT = "subject"
    HOMEROOM = "homeroom"
    PRINCIPAL = "principal"
    SEAL = "seal"

    @property
    def step(self) -> int:
        """Which turn: a step opens when every earlier one is signed."""
        return tuple(SignerRole).index(self) + 1

    @property
    def container(self) -> str:
        """Id of the element that takes the signature."""
        return _CONTAINERS[self]

    @property
    def name_vi(self) -> str:
        """As a page calls the signer."""
        return _NAMES[self]


_CONTAINERS: Mapping[SignerRole, str] = {
    SignerRole.SUBJECT: "ky-gv",
    SignerRole.HOMEROOM: "ky-gvcn",
    SignerRole.PRINCIPAL: "ky-ht",
    SignerRole.SEAL: "ky-dv",
}
_NAMES: Mapping[SignerRole, str] = {
    SignerRole.SUBJECT: "Giáo viên bộ môn",
    SignerRole.HOMEROOM: "Giáo viên chủ nhiệm",
    SignerRole.PRINCIPAL: "Hiệu trưởng",
    SignerRole.SEAL: "Nhà trường",
}
PERSONS = (SignerRole.SUBJECT, SignerRole.HOMEROOM, SignerRole.PRINCIPAL)
HEAD, PUPIL = "tt", "hs"


@dataclass(frozen=True, slots=True)
class PartPlan:
    """A signature that a version needs. `element`: of the part, or the container of a leader."""

    role: SignerRole
    element: str
    title: str


def parts_to_sign(
    facts: YearFacts, roles: Collection[str], own: Collection[str] = ()
) -> list[PartPlan]:
    """Các chữ ký cần có, in their order.

    `own`: elements whose teacher leads the class; in primary the signature of the homeroom teacher
    on the year is theirs too.
    """
    return [plan for plan in _parts(facts, own) if plan.role in {*roles, SignerRole.SEAL}]


def _parts(facts: YearFacts, own: Collection[str]) -> Iterator[PartPlan]:
    for subject in facts.subjects:
        if not (facts.is_primary and subject.element in own):
            yield PartPlan(SignerRole.SUBJECT, subject.element, subject.name)
    yield PartPlan(SignerRole.HOMEROOM, facts.element, "kết quả cả năm")
    for role in (SignerRole.PRINCIPAL, SignerRole.SEAL):
        yield PartPlan(role, role.container, role.name_vi)


def covered(role: SignerRole, element: str, year: str) -> tuple[str, ...]:
    """Ids of the parts of the body that a signature covers, before the values of signatures."""
    return (element,) if role in (SignerRole.SUBJECT, SignerRole.HOMEROOM) else (HEAD, PUPIL, year)


def earlier(role: SignerRole, parts: Sequence[tuple[SignerRole, str]]) -> list[str]:
    """Elements of the signatures that this one covers too, in the order of the parts."""
    if role in (SignerRole.SUBJECT, SignerRole.HOMEROOM):
        return []
    return [element for other, element in parts if other.step < role.step]
