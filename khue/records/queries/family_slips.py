"""Phiếu cho gia đình: who of a class, or of one child, could be given a slip."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from khue.access.api import AccountCard, Actor, accounts_by_ids, why_not_manage
from khue.records.models import Guardianship, LookupCode
from khue.records.queries.places import open_class, open_student
from khue.records.queries.rolls import holding_on, student_summary, students_of_class
from khue.records.rules.family import RELATIONS

MANAGE = "records.manage_students"


@dataclass(frozen=True, slots=True)
class SlipPlace:
    """Where slips are printed for: a class or one child, with the children."""

    title: str
    school_name: str
    names: dict[int, str]
    class_names: dict[int, str]


@dataclass(frozen=True, slots=True)
class SlipLine:
    """One adult of one child. `state`: none, slip, active, closed or other."""

    guardianship_id: int
    guardian_id: int
    student_id: int
    child: str
    name: str
    relation: str
    phone: str
    account: AccountCard | None
    why_not: str

    @property
    def waits(self) -> bool:
        """Whether this person has no way in yet but a telephone."""
        return not self.why_not and not (self.account and self.account.ready)


def class_place_of(actor: Actor, class_id: int, day: date) -> SlipPlace:
    """The children of a class, for whoever keeps their files."""
    card = open_class(actor, MANAGE, class_id)
    pupils = students_of_class(class_id, day)
    names = {one.id: one.name for one in pupils}
    return SlipPlace(f"Lớp {card.name}", card.school_name, names, dict.fromkeys(names, card.name))


def child_place_of(actor: Actor, student_id: int) -> SlipPlace:
    """One child."""
    student = open_student(actor, MANAGE, student_id)
    seat = student_summary(student.pk)
    room = seat.class_name if seat else ""
    school = student.home_school.organisation.name
    return SlipPlace(student.name, school, {student.pk: student.name}, {student.pk: room})


def slip_lines(actor: Actor, place: SlipPlace, day: date) -> list[SlipLine]:
    """The adults of these children who may see them, by child."""
    links = Guardianship.objects.filter(
        holding_on(day), student_id__in=list(place.names), blocked_reason=""
    )
    rows = list(
        links.select_related("guardian").order_by("student__name_key", "student_id", "relation")
    )
    accounts = accounts_by_ids(one.guardian.account_id for one in rows if one.guardian.account_id)
    return [_line(actor, one, place, accounts, day) for one in rows]


def _line(
    actor: Actor, link: Guardianship, place: SlipPlace, accounts: dict[int, AccountCard], day: date
) -> SlipLine:
    account = accounts.get(link.guardian.account_id or 0)
    return SlipLine(
        guardianship_id=link.pk,
        guardian_id=link.guardian_id,
        student_id=link.student_id,
        child=place.names[link.student_id],
        name=link.guardian.name,
        relation=RELATIONS[link.relation],
        phone=link.guardian.phone,
        account=account,
        why_not=_why_not(actor, account, day),
    )


def _why_not(actor: Actor, account: AccountCard | None, day: date) -> str:
    if account is None:
        return ""
    if account.closed:
        return "Tài khoản đã đóng. Hãy mở lại ở mục Tài khoản trước."
    return why_not_manage(actor, account.id, today=day)


def lookup_codes_of(student_ids: Collection[int]) -> dict[int, str]:
    """Mã tra cứu of these students, as far as any were made. Not gated; fenced."""
    rows = LookupCode.objects.filter(student_id__in=student_ids)
    return dict(rows.values_list("student_id", "code"))
