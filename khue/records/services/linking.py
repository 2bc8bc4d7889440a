"""Gắn thêm con: a parent who is in adds another child with a code of the child's slip."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from khue.access.api import (
    Actor,
    OutsidePlace,
    Role,
    digest_of,
    end_grants,
    guarded,
    plain_slip_code,
)
from khue.ledger.api import append_changes
from khue.records.models import Guardian, Guardianship, LinkCode, Student
from khue.records.queries.places import open_student
from khue.records.queries.rolls import holding_on
from khue.records.rules.family import RELATIONS
from khue.records.rules.refusals import RecordRefused
from khue.records.services.family_access import settle_access
from khue.records.services.writing import operation_of, promised, student_change
from kit.dates import vietnam_day
from kit.fences import EVERYTHING, scoped
from kit.vietnamese import same_name

TRIES = 5
WRONG = (
    "Mã hoặc ngày sinh chưa đúng, hoặc mã đã dùng hay hết hạn. Hãy xem lại phiếu của con; nếu vẫn "
    "không được, xin nhà trường phiếu mới."
)
NOT_HERE = (
    "Không gắn được con vào tài khoản này qua mạng. Hãy liên hệ văn phòng nhà trường để được giúp."
)


class WrongLink(Exception):
    """The code or the birth date is wrong; nobody is told which."""

    def __init__(self) -> None:
        super().__init__(WRONG)


def link_child(
    *, actor: Actor, now: datetime, code: str, born: date, relation: str, address: str | None
) -> str:
    """Gắn thêm con; return the child's name. Raises WrongLink, TooManyAttempts, RecordRefused."""
    guardian_id = _own_guardian(actor)
    if relation not in RELATIONS:
        raise RecordRefused("RELATION", "Hãy chọn quan hệ với con.", "relation")
    with scoped(EVERYTHING):
        key = f"link:{actor.account_id}"
        found = guarded(key, address, now, lambda: _right_code(code, born, now), WrongLink)
        return _link(actor, now, found, guardian_id, relation)


def _own_guardian(actor: Actor) -> int:
    """The adult behind a parent's account; a pupil's account adds nobody."""
    with scoped(EVERYTHING):
        own = Guardian.objects.filter(account_id=actor.account_id).values_list("id", flat=True)
        found = own.first()
    if found is None or not actor.holds(Role.GUARDIAN):
        raise RecordRefused("NO_GUARDIAN", "Chỉ tài khoản phụ huynh gắn thêm được con.")
    return found


def _right_code(code: str, born: date, now: datetime) -> int | None:
    """The code with the right birth date, locked; a wrong date is counted on the code too."""
    digest = digest_of(plain_slip_code(code[:40]))
    rows = LinkCode.objects.select_for_update(of=("self",)).select_related("student")
    row = rows.filter(digest=digest, used_at=None, ended_at=None, expires_at__gt=now).first()
    if row is None or row.tries >= TRIES:
        return None
    if row.student.born and born.isoformat().startswith(row.student.born):
        return row.pk
    LinkCode.objects.filter(pk=row.pk).update(tries=row.tries + 1)
    return None


def _link(actor: Actor, now: datetime, code_id: int, guardian_id: int, relation: str) -> str:
    with transaction.atomic():
        row = LinkCode.objects.select_for_update().get(pk=code_id)
        if row.used_at is not None:
            raise WrongLink
        guardian = Guardian.objects.select_for_update().get(pk=guardian_id)
        student = Student.objects.select_for_update().get(pk=row.student_id)
        _may_link(student, guardian, vietnam_day(now))
        LinkCode.objects.filter(pk=row.pk).update(used_at=now, used_by_id=actor.account_id)
        _write(actor, now, student, guardian, relation)
    return student.name


def _may_link(student: Student, guardian: Guardian, day: date) -> None:
    """A blocked adult is refused without a word about why, under another file too."""
    for one in Guardianship.objects.filter(student=student).select_related("guardian"):
        other = one.guardian
        same = other.pk == guardian.pk or (
            same_name(other.name, guardian.name)
            and (not other.phone or not guardian.phone or other.phone == guardian.phone)
        )
        if one.blocked_reason and same:
            raise RecordRefused("NOT_HERE", NOT_HERE)
    mine = Guardianship.objects.filter(holding_on(day), student=student, guardian=guardian)
    if mine.exists():
        raise RecordRefused("HAS_CHILD", f"{student.name} đã có trong trang gia đình của bạn.")
    if student.merged_into_id:
        raise RecordRefused("NOT_HERE", NOT_HERE)


def _write(
    actor: Actor, now: datetime, student: Student, guardian: Guardian, relation: str
) -> None:
    day, operation = vietnam_day(now), operation_of(actor, now)
    with promised():
        Guardianship.objects.create(
            student=student, guardian=guardian, relation=relation, starts_on=day, linked_at=now
        )
    label = f"phụ huynh tự gắn con bằng mã trên phiếu. {RELATIONS[relation]}: {guardian.name}"
    append_changes(operation, [student_change(student, "add_guardian", label=label)])
    settle_access(operation, student, day)


def undo_link(*, actor: Actor, now: datetime, guardianship_id: int, reason: str) -> None:
    """Gỡ con đã gắn nhầm: at once, only what the parent linked; the ledger keeps that it was."""
    with transaction.atomic():
        row = Guardianship.objects.select_related("guardian").filter(id=guardianship_id).first()
        student = open_student(
            actor, "records.manage_students", row.student_id if row else 0, lock=True
        )
        if row is None or row.linked_at is None:
            raise OutsidePlace
        if not reason.strip():
            raise RecordRefused("NO_REASON", "Hãy ghi lý do gỡ.", "reason")
        operation, yesterday = operation_of(actor, now), vietnam_day(now) - timedelta(days=1)
        key = f"guardianship:{row.pk}"
        end_grants(operation=operation, source_key=key, day=yesterday, reason=reason)
        label = f"liên kết do phụ huynh tự gắn. {RELATIONS[row.relation]}: {row.guardian.name}"
        change = student_change(student, "remove_guardian", label=label, reason=reason)
        append_changes(operation, [change])
        row.delete()
