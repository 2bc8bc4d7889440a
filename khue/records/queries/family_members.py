"""Gia đình của nhiều học sinh: whom a school may reach about them. Not gated; for sending."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from khue.records.models import Guardianship, Student
from khue.records.queries.rolls import holding_on


@dataclass(frozen=True, slots=True)
class FamilyMember:
    """Một người nhận tin về một học sinh: a guardian, or (guardian_id None) the pupil."""

    student_id: int
    student_name: str
    guardian_id: int | None
    name: str
    phone: str
    email: str
    account_id: int | None
    is_contact: bool = False


def family_members(student_ids: Iterable[int], on: date) -> list[FamilyMember]:
    """Guardians on a day, without those kept away by a court, and the pupils with an account."""
    wanted = list(student_ids)
    links = Guardianship.objects.filter(
        holding_on(on), student_id__in=wanted, blocked_reason="", student__merged_into__isnull=True
    )
    rows = links.order_by("student_id", "relation", "id").values_list(
        *("student_id", "student__name", "guardian_id", "guardian__name", "guardian__phone"),
        *("guardian__email", "guardian__account_id", "is_contact"),
    )
    pupils = Student.objects.filter(id__in=wanted, account__isnull=False, merged_into__isnull=True)
    grown = pupils.order_by("id").values_list("id", "name", "account_id")
    own = [FamilyMember(key, name, None, name, "", "", who) for key, name, who in grown]
    return [*(FamilyMember(*row) for row in rows), *own]
