"""Gia đình: adding, ending and keeping away a guardian."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction

from khue.access.api import Actor
from khue.ledger.api import Change, Operation, append_changes
from khue.records.models import Guardian, Guardianship, Student
from khue.records.queries.places import open_student
from khue.records.rules.family import RELATIONS, GuardianFacts, check_guardian
from khue.records.rules.refusals import FactsRefused, RecordRefused
from khue.records.services.family_access import settle_access
from khue.records.services.kept_away import KeptAway, tell_kept_away
from khue.records.services.writing import operation_of, promised, student_change
from kit.dates import print_date, vietnam_day
from kit.fences import EVERYTHING, scoped
from kit.vietnamese import same_name, search_key

MANAGE = "records.manage_students"


def add_guardian(*, actor: Actor, now: datetime, student_id: int, facts: GuardianFacts) -> int:
    """Thêm người thân: the same adult is found again by phone and name, also from a sibling."""
    with transaction.atomic():
        student = open_student(actor, MANAGE, student_id, lock=True)
        checked, refusals = check_guardian(facts)
        if refusals:
            raise FactsRefused(refusals)
        return link_guardian(operation_of(actor, now), student, checked, vietnam_day(now))


def link_guardian(operation: Operation, student: Student, facts: GuardianFacts, day: date) -> int:
    """Link the adult; the gate was passed for the student."""
    guardian = KnownGuardians({facts.phone} - {""}).find(facts) or new_guardian(operation, facts)
    row = Guardianship(student=student, guardian=guardian, relation=facts.relation, starts_on=day)
    with promised():
        row.save()
    label = f"{RELATIONS[facts.relation]}: {guardian.name}"
    append_changes(operation, [student_change(student, "add_guardian", label=label)])
    settle_access(operation, student, day)
    return row.pk


class KnownGuardians:
    """Adults with these phones, wherever another child of theirs goes to school.

    The search sees past the fence; it gives nothing away but that two adults are one person.
    """

    def __init__(self, phones: Collection[str]) -> None:
        with scoped(EVERYTHING):
            rows = list(Guardian.objects.filter(phone__in=phones).order_by("id")) if phones else []
        self.by_phone: dict[str, list[Guardian]] = defaultdict(list)
        for row in rows:
            self.by_phone[row.phone].append(row)

    def find(self, facts: GuardianFacts) -> Guardian | None:
        """The adult with this phone and this very name."""
        alike = self.by_phone.get(facts.phone, [])
        return next((one for one in alike if same_name(one.name, facts.name)), None)


def new_guardian(operation: Operation, facts: GuardianFacts) -> Guardian:
    with scoped(EVERYTHING):
        return Guardian.objects.create(**guardian_values(operation, facts))


def guardian_values(operation: Operation, facts: GuardianFacts) -> dict[str, object]:
    return {
        "name": facts.name,
        "name_search": search_key(facts.name),
        "phone": facts.phone,
        "job": facts.job,
        "email": facts.email,
        "birth_year": facts.birth_year,
        "created_at": operation.at,
    }


def _open_link(actor: Actor, guardianship_id: int) -> tuple[Student, Guardianship]:
    row = Guardianship.objects.select_related("guardian").filter(id=guardianship_id).first()
    student = open_student(actor, MANAGE, row.student_id if row else 0, lock=True)
    assert row is not None
    return student, row


def change_guardian(
    *, actor: Actor, now: datetime, guardianship_id: int, facts: GuardianFacts
) -> None:
    """Sửa thông tin người thân, for every child of that adult."""
    with transaction.atomic():
        student, row = _open_link(actor, guardianship_id)
        change = put_guardian(student, row.guardian, facts)
        row.guardian.save()
        Guardianship.objects.filter(id=row.pk).update(relation=facts.relation)
        append_changes(operation_of(actor, now), [change])


def put_guardian(student: Student, guardian: Guardian, facts: GuardianFacts) -> Change:
    """Set the facts of an adult; the caller writes. Raises FactsRefused."""
    checked, refusals = check_guardian(facts)
    if refusals:
        raise FactsRefused(refusals)
    old = {"name": guardian.name, "phone": guardian.phone, "job": guardian.job}
    for name in ["name", "phone", "job", "email", "birth_year"]:
        setattr(guardian, name, getattr(checked, name))
    guardian.name_search = search_key(guardian.name)
    new = {"name": guardian.name, "phone": guardian.phone, "job": guardian.job}
    return student_change(student, "change_guardian", label=guardian.name, old=old, new=new)


def end_guardian(
    *, actor: Actor, now: datetime, guardianship_id: int, on: date, reason: str
) -> None:
    """Kết thúc quan hệ: from the day after, the adult sees nothing of the child."""
    with transaction.atomic():
        student, row = _open_link(actor, guardianship_id)
        row.ends_on = max(on, row.starts_on)
        row.save(update_fields=["ends_on"])
        _told(actor, now, student, row, "end_guardian", reason)


def block_guardian(*, actor: Actor, now: datetime, guardianship_id: int, reason: str) -> None:
    """Hạn chế theo quyết định của tòa án: the adult is kept away from the child at once."""
    if not reason.strip():
        raise RecordRefused(
            "NO_REASON", "Hãy ghi số và ngày của quyết định làm căn cứ hạn chế.", "reason"
        )
    with transaction.atomic():
        student, row = _open_link(actor, guardianship_id)
        row.blocked_reason = reason.strip()[:300]
        row.save(update_fields=["blocked_reason"])
        _told(actor, now, student, row, "block_guardian", reason)


def unblock_guardian(*, actor: Actor, now: datetime, guardianship_id: int, reason: str) -> None:
    """Bỏ hạn chế: what lifts the decision is written down as well."""
    if not reason.strip():
        raise RecordRefused("NO_REASON", "Hãy ghi căn cứ bỏ hạn chế.", "reason")
    with transaction.atomic():
        student, row = _open_link(actor, guardianship_id)
        row.blocked_reason = ""
        row.save(update_fields=["blocked_reason"])
        _told(actor, now, student, row, "unblock_guardian", reason)


def _told(
    actor: Actor, now: datetime, student: Student, row: Guardianship, action: str, reason: str
) -> None:
    operation, today = operation_of(actor, now), vietnam_day(now)
    ended = f" đến {print_date(row.ends_on)}" if row.ends_on else ""
    label = f"{RELATIONS[row.relation]}: {row.guardian.name}{ended}"
    append_changes(operation, [student_change(student, action, label=label, reason=reason)])
    last = row.ends_on if row.ends_on and row.ends_on > today else today - timedelta(days=1)
    settle_access(operation, student, today, ended=(row.pk, last))
    if row.blocked_reason:
        tell_kept_away(operation, _kept_away(row))


def _kept_away(row: Guardianship) -> KeptAway:
    adult = row.guardian
    return KeptAway(
        row.student_id, adult.pk, adult.account_id, adult.name, adult.phone, adult.email
    )
