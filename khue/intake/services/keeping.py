"""Lần nhập do ngữ cảnh khác xét: kept here with its file, plan and results, judged elsewhere.

For an import whose verdicts are finer than a row: the context that owns the records plans, applies
and undoes by itself and passes its own gate; the run, sealed and forgotten after thirty days like
every other, stays here. Only who began such a run sees it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from khue.access.api import Actor, OutsidePlace, Refused
from khue.intake.models import Effect, PlanRow, Run, Upload
from khue.intake.queries.sealing import (
    EFFECT_LABEL,
    FILE_LABEL,
    ROW_LABEL,
    open_bytes,
    open_value,
    seal_bytes,
    seal_value,
)
from khue.intake.rules.plans import Verdict
from khue.intake.rules.runs import STATE_NAMES, State
from khue.intake.services.runs import FILE_GONE, move
from khue.ledger.api import Author, Change, Operation, append_changes


@dataclass(frozen=True, slots=True)
class KeptPlan:
    """A plan as it is kept: rows by verdict, each with a value of its own context.

    `reading` holds no person's data: it is kept open. The values of rows are sealed.
    """

    rows: Sequence[tuple[Verdict, Any]]
    counts: dict[str, int]
    reading: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a kept run belongs."""

    school_id: int
    school_name: str
    place: str
    year: int


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run that another context judges, as it stands."""

    id: int
    public_id: UUID
    school_id: int
    place: str
    options: dict[str, str]
    file_name: str
    state: State
    counts: dict[str, int]
    reading: dict[str, Any]
    notice: str
    actor_name: str
    created_at: datetime
    applied_at: datetime | None
    undone_at: datetime | None
    cleared: bool

    @property
    def state_name(self) -> str:
        return STATE_NAMES[self.state]


def keep_run(
    *,
    actor: Actor,
    now: datetime,
    kind: str,
    where: Place,
    options: dict[str, str],
    file_name: str,
    content: bytes,
    plan: KeptPlan,
) -> UUID:
    """Keep a file with its plan; the caller has passed the gate and holds the transaction."""
    run = Run.objects.create(
        kind=kind,
        school_id=where.school_id,
        school_name=where.school_name,
        place=where.place,
        year=where.year,
        options=options,
        file_name=file_name[-200:],
        file_size=len(content),
        state=State.PLANNED,
        account_id=actor.account_id,
        actor_name=actor.name,
        created_at=now,
    )
    sealed = seal_bytes(content, FILE_LABEL)
    Upload.objects.create(run=run, school_id=where.school_id, sealed=sealed)
    _write_plan(run, plan, now)
    return run.public_id


def keep_other_plan(
    *,
    actor: Actor,
    now: datetime,
    kind: str,
    public_id: UUID,
    options: dict[str, str],
    plan: KeptPlan,
) -> None:
    """The same file, planned again with other answers."""
    run = _own_run(actor, kind, public_id, lock=True)
    move(run, State.PLANNING)
    run.options, run.state = options, State.PLANNED
    _write_plan(run, plan, now)


def _write_plan(run: Run, plan: KeptPlan, now: datetime) -> None:
    PlanRow.objects.filter(run=run).delete()
    PlanRow.objects.bulk_create(
        (
            PlanRow(
                run=run,
                school_id=run.school_id,
                number=number,
                verdict=verdict,
                sealed=seal_value(value, ROW_LABEL),
            )
            for number, (verdict, value) in enumerate(plan.rows)
        ),
        batch_size=2000,
    )
    run.counts, run.reading, run.planned_at = plan.counts, plan.reading, now
    run.save()


def _own_run(actor: Actor, kind: str, public_id: UUID, *, lock: bool) -> Run:
    runs = Run.objects.select_for_update() if lock else Run.objects
    run = runs.filter(public_id=public_id, kind=kind, account_id=actor.account_id).first()
    if run is None:
        raise OutsidePlace
    return run


def find_kept_run(*, actor: Actor, kind: str, public_id: UUID, lock: bool = False) -> KeptRun:
    """The actor's own run; the caller passes the gate for its place. Raises OutsidePlace."""
    return _kept(_own_run(actor, kind, public_id, lock=lock))


def recent_kept_runs(*, actor: Actor, kind: str, places: Sequence[str], most: int) -> list[KeptRun]:
    """The actor's latest runs at these places, newest first."""
    runs = Run.objects.filter(kind=kind, account_id=actor.account_id, place__in=places)
    return [_kept(run) for run in runs.order_by("-created_at", "-id")[:most]]


def _kept(run: Run) -> KeptRun:
    return KeptRun(
        id=run.pk,
        public_id=run.public_id,
        school_id=run.school_id,
        place=run.place,
        options=run.options,
        file_name=run.file_name,
        state=State(run.state),
        counts=run.counts,
        reading=run.reading,
        notice=run.notice,
        actor_name=run.actor_name,
        created_at=run.created_at,
        applied_at=run.applied_at,
        undone_at=run.undone_at,
        cleared=run.cleared_at is not None,
    )


def content_of_run(run: KeptRun) -> bytes:
    """The bytes as they came; raises Refused when they were forgotten."""
    upload = Upload.objects.filter(run=run.id).first()
    if upload is None:
        raise Refused(FILE_GONE)
    return open_bytes(upload.sealed, FILE_LABEL)


def rows_of_run(run: KeptRun) -> list[Any]:
    """The values of the plan, in their order."""
    rows = PlanRow.objects.filter(run=run.id).order_by("number")
    return [open_value(sealed, ROW_LABEL) for sealed in rows.values_list("sealed", flat=True)]


def results_of_run(run: KeptRun) -> list[Any]:
    """What applying and undoing told, in their order."""
    told = Effect.objects.filter(run=run.id).order_by("position")
    return [open_value(sealed, EFFECT_LABEL) for sealed in told.values_list("sealed", flat=True)]


def settle_run(
    *, actor: Actor, now: datetime, run: KeptRun, state: State, result: Any, told: Change | None
) -> None:
    """Applied or undone, with what came of it; the caller holds the run's lock."""
    row = Run.objects.get(pk=run.id)
    move(row, state)
    name = "applied" if state == State.APPLIED else "undone"
    setattr(row, f"{name}_at", now)
    setattr(row, f"{name}_by", actor.name)
    row.save()
    add_result(run, result)
    if told:
        append_changes(Operation(Author(actor.account_id, actor.name), now), [told])


def add_result(run: KeptRun, result: Any) -> None:
    held = Effect.objects.filter(run=run.id).count()
    sealed = seal_value(result, EFFECT_LABEL)
    Effect.objects.create(run_id=run.id, school_id=run.school_id, position=held, sealed=sealed)
