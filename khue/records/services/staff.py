"""Lập và sửa hồ sơ cán bộ; vị trí, nhiệm vụ kiêm nhiệm, tài khoản."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from khue.access.api import Actor, end_grants, rename_account
from khue.ledger.api import Change, Operation, append_changes
from khue.organisations.api import SchoolCard, code_name
from khue.records.models import Posting, Staff, StaffDuty
from khue.records.queries.places import open_school, open_staff
from khue.records.queries.rolls import holding_on
from khue.records.rules.facts import Checked, StaffFacts, check_staff
from khue.records.rules.refusals import FactsRefused, RecordRefused
from khue.records.services.entering import MANAGE
from khue.records.services.joining import join
from khue.records.services.students import Created, put, put_number
from khue.records.services.versions import settle
from khue.records.services.writing import field_told, operation_of, promised, staff_change
from kit.dates import print_date, vietnam_day

PLAIN = tuple(name for name in asdict(StaffFacts(name="", sex="")) if name != "personal_number")


@dataclass(frozen=True, kw_only=True)
class PostingFacts:
    """Vị trí việc làm: kind (staff-kinds), contract (contract-kinds), from day to day."""

    kind: str
    starts_on: date
    contract: str = ""
    title: str = ""
    ends_on: date | None = None


def create_staff(
    *,
    actor: Actor,
    now: datetime,
    school_id: int,
    facts: StaffFacts,
    posting: PostingFacts,
    account_id: int | None = None,
) -> Created:
    """Lập hồ sơ cán bộ with the first post at the school, for an account that stands or none."""
    with transaction.atomic():
        school = open_school(actor, MANAGE, school_id)
        checked = accepted(facts, vietnam_day(now))
        staff = new_staff(checked, school, now)
        with promised():
            staff.save()
            post = new_posting(staff, school, posting)
            post.save()
        operation = operation_of(actor, now)
        append_changes(operation, [staff_change(staff, "create", label=staff.name)])
        if account_id:
            join(operation, staff, account_id, vietnam_day(now))
    return Created(staff.pk, checked.warnings)


def accepted(facts: StaffFacts, today: date) -> Checked[StaffFacts]:
    checked = check_staff(facts, today=today)
    if checked.refusals:
        raise FactsRefused(checked.refusals)
    return checked


def new_staff(checked: Checked[StaffFacts], school: SchoolCard, now: datetime) -> Staff:
    facts = checked.facts
    staff = Staff(home_school_id=school.id, province_id=school.province_id, created_at=now)
    for name in PLAIN:
        put(staff, name, getattr(facts, name))
    staff.teaching_subjects = list(facts.teaching_subjects)
    put_number(staff, facts.personal_number, checked.findings, "staff")
    return staff


def new_posting(staff: Staff, school: SchoolCard, facts: PostingFacts) -> Posting:
    if facts.ends_on and facts.ends_on < facts.starts_on:
        raise RecordRefused("DAYS", "Ngày kết thúc ở trước ngày bắt đầu.", "ends_on")
    return Posting(
        staff=staff,
        school_id=school.id,
        province_id=school.province_id,
        kind=facts.kind,
        contract=facts.contract,
        title=facts.title.strip()[:150],
        starts_on=facts.starts_on,
        ends_on=facts.ends_on,
    )


def change_staff(
    *,
    actor: Actor,
    now: datetime,
    staff_id: int,
    version: int,
    wanted: Mapping[str, Any],
    seen: Mapping[str, Any] | None = None,
    operation: Operation | None = None,
) -> int:
    """Sửa hồ sơ cán bộ; when two people save, the second one chooses."""
    with transaction.atomic():
        staff = open_staff(actor, MANAGE, staff_id, lock=True)
        chosen = settle(present_staff(staff), wanted, seen, version, staff.version)
        changes = _write(staff, chosen, vietnam_day(now))
        doing = operation or operation_of(actor, now)
        append_changes(doing, changes)
        if changes and "name" in chosen and staff.account_id:
            rename_account(operation=doing, account_id=staff.account_id, name=staff.name)
    return staff.version


def present_staff(staff: Staff) -> dict[str, Any]:
    """What stands in the file now, as a form shows it."""
    kept = {name: getattr(staff, name) or "" for name in PLAIN}
    kept["teaching_subjects"] = tuple(staff.teaching_subjects)
    kept["recruited_on"] = staff.recruited_on
    return kept | {"personal_number": ""}


def _write(staff: Staff, chosen: Mapping[str, Any], today: date) -> list[Change]:
    before = present_staff(staff)
    checked = accepted(StaffFacts(**{**before, **chosen}), today)
    after = asdict(checked.facts)
    changed = [name for name in after if name in chosen and after[name] != before[name]]
    for name in changed:
        if name == "personal_number":
            put_number(staff, after[name], checked.findings, "staff")
        else:
            put(staff, name, list(after[name]) if isinstance(after[name], tuple) else after[name])
    if changed:
        staff.version += 1
        with promised():
            staff.save()
    return [
        staff_change(staff, "change", **field_told(one, shown(before[one]), shown(after[one])))
        for one in changed
    ]


def shown(value: Any) -> str:
    if isinstance(value, date):
        return print_date(value)
    return ", ".join(value) if isinstance(value, tuple | list) else str(value or "")


def add_posting(
    *, actor: Actor, now: datetime, staff_id: int, school_id: int, facts: PostingFacts
) -> int:
    """Thêm vị trí at a school of the actor."""
    with transaction.atomic():
        staff = open_staff(actor, MANAGE, staff_id, lock=True)
        school = open_school(actor, MANAGE, school_id)
        with promised():
            post = new_posting(staff, school, facts)
            post.save()
        named = facts.title or code_name("staff-kinds", facts.kind, on=facts.starts_on)
        label = f"Thêm vị trí {named} từ {print_date(facts.starts_on)}"
        change = staff_change(staff, "add_posting", label=label)
        append_changes(operation_of(actor, now), [change])
    return post.pk


def end_posting(
    *, actor: Actor, now: datetime, posting_id: int, on: date, status: str = "", reason: str = ""
) -> None:
    """Kết thúc vị trí: the right to enter the school ends with it."""
    with transaction.atomic():
        post = Posting.objects.filter(id=posting_id).first()
        staff = open_staff(actor, MANAGE, post.staff_id if post else 0, lock=True)
        assert post is not None
        if on < post.starts_on:
            raise RecordRefused("DAYS", "Ngày kết thúc ở trước ngày bắt đầu.", "on")
        Posting.objects.filter(id=post.pk).update(ends_on=on)
        if status:
            Staff.objects.filter(id=staff.pk).update(status=status)
        operation = operation_of(actor, now)
        end_grants(operation=operation, source_key=f"posting:{post.pk}", day=on, reason=reason)
        label = f"Kết thúc vị trí từ {print_date(on)}"
        append_changes(operation, [staff_change(staff, "end_posting", label=label, reason=reason)])


def add_duty(
    *, actor: Actor, now: datetime, staff_id: int, school_id: int, duty: str, starts_on: date
) -> int:
    """Nhiệm vụ kiêm nhiệm (extra-duties) from a day on."""
    with transaction.atomic():
        staff = open_staff(actor, MANAGE, staff_id, lock=True)
        school = open_school(actor, MANAGE, school_id)
        held = StaffDuty.objects.filter(
            holding_on(starts_on), staff=staff, school_id=school.id, duty=duty
        )
        if held.exists():
            raise RecordRefused("DUTY_TWICE", "Thầy cô đã được giao nhiệm vụ này.", "duty")
        row = StaffDuty.objects.create(
            staff=staff, school_id=school.id, duty=duty, starts_on=starts_on
        )
        named = code_name("extra-duties", duty, on=starts_on)
        label = f"Kiêm nhiệm {named} từ {print_date(starts_on)}"
        change = staff_change(staff, "add_duty", label=label)
        append_changes(operation_of(actor, now), [change])
    return row.pk


def end_duty(*, actor: Actor, now: datetime, duty_id: int, on: date) -> None:
    with transaction.atomic():
        row = StaffDuty.objects.filter(id=duty_id).first()
        staff = open_staff(actor, MANAGE, row.staff_id if row else 0, lock=True)
        assert row is not None
        StaffDuty.objects.filter(id=row.pk).update(ends_on=max(on, row.starts_on))
        named = code_name("extra-duties", row.duty, on=row.starts_on)
        label = f"Thôi kiêm nhiệm {named} từ {print_date(on)}"
        change = staff_change(staff, "end_duty", label=label)
        append_changes(operation_of(actor, now), [change])
