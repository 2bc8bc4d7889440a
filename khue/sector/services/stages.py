"""Nộp, duyệt, trả lại, gửi lại: the chain school → commune → department before the push."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from khue.access.api import Actor, permit
from khue.ledger.api import Author, Change, Operation, append_changes
from khue.organisations.api import school_summary, school_year_label
from khue.sector.models import Submission
from khue.sector.permissions import APPROVE, APPROVE_COMMUNE, SUBMIT
from khue.sector.queries.gateways import gateway_of
from khue.sector.rules.periods import PERIOD_NAMES, Period
from khue.sector.rules.states import (
    BY_COMMUNE,
    HALTED,
    STAGE_NAMES,
    STAGE_TRANSITIONS,
    UNDER_WAY,
    Push,
    Stage,
    next_approval,
)
from khue.sector.services.refusing import SectorRefused
from khue.sector.services.submissions import (
    Target,
    kind_states,
    open_submission,
    put_state,
    refuse_outside_window,
)
from khue.sector.services.waking import wake_push

NOT_CHECKED = "Hãy kiểm tra dữ liệu trước khi nộp."
ALREADY = "Lần nộp này đang ở bước “{stage}” nên không làm được việc đó."
NO_REASON = "Hãy ghi lý do trả lại để trường biết phải sửa gì."
NOT_APPROVED = "Sở chưa duyệt lần nộp này nên chưa gửi được."
STILL_GOING = "Dữ liệu đang được đẩy. Hãy chờ xong rồi gửi lại."


def submit(*, actor: Actor, now: datetime, target: Target) -> None:
    """Trường nộp: what was checked goes up the chain; records with faults stay behind."""
    permit(actor, SUBMIT, target.school.path)
    with transaction.atomic():
        refuse_outside_window(target, now)
        row = open_submission(target)
        if row.checked_at is None:
            raise SectorRefused(NOT_CHECKED)
        _put(row, Stage.SUBMITTED, actor=actor, now=now)


def approve(*, actor: Actor, now: datetime, target: Target) -> Stage:
    """Xã hoặc Sở duyệt; with the department's word everything is ordered to go."""
    with transaction.atomic():
        row = open_submission(target)
        stage = next_approval(Stage(row.stage), by_commune=target.school.managed_by == BY_COMMUNE)
        right = APPROVE_COMMUNE if stage == Stage.COMMUNE else APPROVE
        permit(actor, right, target.school.path)
        if stage is None:
            raise SectorRefused(ALREADY.format(stage=STAGE_NAMES[Stage(row.stage)]))
        _put(row, stage, actor=actor, now=now)
        if stage == Stage.APPROVED:
            _order(row, actor=actor, now=now)
    return stage


def give_back(*, actor: Actor, now: datetime, target: Target, reason: str) -> None:
    """Trả lại trường, with a reason."""
    with transaction.atomic():
        row = open_submission(target)
        right = APPROVE_COMMUNE if _waits_for_commune(row, target) else APPROVE
        permit(actor, right, target.school.path)
        if not reason.strip():
            raise SectorRefused(NO_REASON)
        _put(row, Stage.RETURNED, actor=actor, now=now, note=reason.strip())


def _waits_for_commune(row: Submission, target: Target) -> bool:
    by_commune = target.school.managed_by == BY_COMMUNE
    return next_approval(Stage(row.stage), by_commune=by_commune) == Stage.COMMUNE


def push_again(*, actor: Actor, now: datetime, target: Target) -> None:
    """Gửi lại: what changed since the last push, within an approved submission."""
    permit(actor, SUBMIT, target.school.path)
    with transaction.atomic():
        refuse_outside_window(target, now)
        row = open_submission(target)
        if row.stage != Stage.APPROVED:
            raise SectorRefused(NOT_APPROVED)
        if any(one.status in UNDER_WAY for one in kind_states(row)):
            raise SectorRefused(STILL_GOING)
        _order(row, actor=actor, now=now)
        _tell(row, "push_again", actor=actor, now=now)


def _order(row: Submission, *, actor: Actor, now: datetime) -> None:
    """Put every kind of data into the queue."""
    missing = gateway_of(row.province_id) is None
    for one in kind_states(row):
        one.attempts, one.next_attempt_at = 0, now
        put_state(one, Push.WAITING, now=now)
        if missing:
            put_state(one, Push.NO_PASSWORD, now=now)
    row.ordered_by_id, row.ordered_by = actor.account_id, actor.name
    row.save(update_fields=["ordered_by_id", "ordered_by"])
    wake_push()


def _put(row: Submission, stage: Stage, *, actor: Actor, now: datetime, note: str = "") -> None:
    old = Stage(row.stage)
    if stage not in STAGE_TRANSITIONS[old]:
        raise SectorRefused(ALREADY.format(stage=STAGE_NAMES[old]))
    row.stage, row.staged_at, row.staged_by, row.note = stage, now, actor.name, note[:300]
    row.save(update_fields=["stage", "staged_at", "staged_by", "note"])
    _tell(row, f"stage_{stage}", actor=actor, now=now, old=STAGE_NAMES[old], reason=note)


def _tell(
    row: Submission, action: str, *, actor: Actor, now: datetime, old: str = "", reason: str = ""
) -> None:
    period = PERIOD_NAMES[Period(row.period)].lower()
    change = Change(
        subject=f"school:{row.school_id}",
        action=action,
        label=f"Gửi dữ liệu ngành đợt {period} {school_year_label(row.year)}",
        old=old or None,
        new=STAGE_NAMES[Stage(row.stage)],
        reason=reason,
        school_id=row.school_id,
        province_id=row.province_id,
    )
    append_changes(Operation(Author(actor.account_id, actor.name), now), [change])


def target_of(row: Submission) -> Target:
    return Target(school_summary(row.school_id), row.year, Period(row.period))


def may_go_again(states: set[int | None]) -> bool:
    """Whether something of a submission waits for a person to send it again."""
    return bool(states & set(HALTED)) and not states & set(UNDER_WAY)
