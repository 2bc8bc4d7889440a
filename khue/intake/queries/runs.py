"""What a person sees of imports: the run, its rows, the history of a school."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from khue.access.api import Actor, OutsidePlace, explain, permit
from khue.intake.models import PlanRow, Run
from khue.intake.queries.registry import Kind, Order, every_kind, kind_of_import
from khue.intake.queries.schools import IMPORT, schools_to_import_into
from khue.intake.queries.sealing import ROW_LABEL, open_value
from khue.intake.rules.plans import DONE_NAMES, VERDICT_NAMES, Verdict
from khue.intake.rules.runs import STATE_NAMES, State, year_label

ROWS_A_PAGE = 50
RUNS_A_PAGE = 30


@dataclass(frozen=True)
class RunView:
    """An import as it is shown."""

    public_id: UUID
    kind: Kind
    school_id: int
    school_name: str
    year: int
    year_label: str
    file_name: str
    state: State
    state_name: str
    counts: dict[str, int]
    reading: dict[str, Any]
    options: dict[str, str]
    problem: str
    notice: str
    plan_digest: str
    task_id: UUID | None
    actor_id: int
    actor_name: str
    created_at: datetime
    applied_at: datetime | None
    applied_by: str
    undone_at: datetime | None
    undone_by: str
    cleared: bool

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def writes(self) -> int:
        return self.counts.get("create", 0) + self.counts.get("change", 0)

    @property
    def is_working(self) -> bool:
        return self.state in {State.PLANNING, State.APPLYING, State.UNDOING}

    @property
    def verdict_names(self) -> dict[Verdict, str]:
        """What will happen to a row, or what has happened."""
        return DONE_NAMES if self.applied_at and not self.undone_at else VERDICT_NAMES

    def count(self, verdict: str) -> int:
        return self.counts.get(verdict, 0)


@dataclass(frozen=True)
class RowView:
    """One row of the plan as it is shown."""

    number: int
    verdict: Verdict
    title: str
    facts: list[tuple[str, str]]
    differences: list[tuple[str, str, str]]
    reasons: list[str]
    cells: dict[str, str] = field(default_factory=dict)


def _run_view(run: Run) -> RunView:
    return RunView(
        public_id=run.public_id,
        kind=kind_of_import(run.kind),
        school_id=run.school_id,
        school_name=run.school_name,
        year=run.year,
        year_label=year_label(run.year),
        file_name=run.file_name,
        state=State(run.state),
        state_name=STATE_NAMES[State(run.state)],
        counts=run.counts,
        reading=run.reading,
        options=run.options,
        problem=run.problem,
        notice=run.notice,
        plan_digest=run.plan_digest,
        task_id=run.task_id,
        actor_id=run.account_id,
        actor_name=run.actor_name,
        created_at=run.created_at,
        applied_at=run.applied_at,
        applied_by=run.applied_by,
        undone_at=run.undone_at,
        undone_by=run.undone_by,
        cleared=run.cleared_at is not None,
    )


def _run(actor: Actor, public_id: UUID) -> Run:
    kinds = [kind.key for kind in every_kind()]
    run = Run.objects.filter(public_id=public_id, kind__in=kinds).first()
    if run is None:
        raise OutsidePlace
    permit(actor, IMPORT, run.place)
    permit(actor, kind_of_import(run.kind).permission, run.place)
    return run


def run_view(*, actor: Actor, public_id: UUID) -> RunView:
    return _run_view(_run(actor, public_id))


def _row_view(row: PlanRow) -> RowView:
    told = open_value(row.sealed, ROW_LABEL)
    return RowView(
        number=row.number,
        verdict=Verdict(row.verdict),
        title=told["title"],
        facts=told["facts"],
        differences=told["differences"],
        reasons=told["reasons"],
        cells=dict(told["cells"]),
    )


def plan_page(*, actor: Actor, public_id: UUID, verdict: str, page: int) -> Page[PlanRow]:
    """One page of rows with a verdict, or of all rows; `rows_of` opens them."""
    rows = _rows_with(verdict, _run(actor, public_id))
    return Paginator(rows, ROWS_A_PAGE).get_page(page)


def _rows_with(verdict: str, run: Run) -> QuerySet[PlanRow]:
    rows = PlanRow.objects.filter(run=run).order_by("number", "id")
    return rows.filter(verdict=verdict) if verdict in set(Verdict) else rows


def every_row(*, actor: Actor, public_id: UUID, verdict: str) -> Iterator[RowView]:
    """All rows with a verdict, or all rows, one after another."""
    for row in _rows_with(verdict, _run(actor, public_id)).iterator():
        yield _row_view(row)


def rows_of(page: Page[PlanRow]) -> list[RowView]:
    return [_row_view(row) for row in page.object_list]


def refused_rows(*, actor: Actor, public_id: UUID) -> Iterator[RowView]:
    rows = PlanRow.objects.filter(run=_run(actor, public_id), verdict=Verdict.REFUSE)
    for row in rows.order_by("number").iterator():
        yield _row_view(row)


def runs_page(*, actor: Actor, page: int) -> tuple[Page[Run], list[RunView]]:
    """One page of the history of imports of the actor's schools, newest first."""
    found = Paginator(_runs(actor), RUNS_A_PAGE).get_page(page)
    return found, [_run_view(run) for run in found.object_list]


def latest_runs(*, actor: Actor, most: int) -> list[RunView]:
    """The newest imports of the actor's schools."""
    return [_run_view(run) for run in _runs(actor)[:most]]


def every_run(*, actor: Actor) -> list[RunView]:
    """The whole history of imports of the actor's schools, newest first."""
    return [_run_view(run) for run in _runs(actor)]


def _runs(actor: Actor) -> QuerySet[Run]:
    schools = [one.school_id for one in schools_to_import_into(actor) if one.school_id]
    kinds = [kind.key for kind in every_kind()]
    runs = Run.objects.filter(school_id__in=schools, kind__in=kinds)
    return runs.order_by("-created_at", "-id")


@dataclass(frozen=True)
class KindOffer:
    """A kind as it is offered; `reason` says why it is closed to this person."""

    kind: Kind
    reason: str


def offered_kinds(actor: Actor, place: str) -> list[KindOffer]:
    return [KindOffer(kind, explain(actor, kind.permission, place) or "") for kind in every_kind()]


def reason_against(actor: Actor, kind: Kind, places: list[str]) -> str:
    """Why this kind is closed to the actor at every one of these places; "" when it is open."""
    reasons = [explain(actor, kind.permission, place) for place in places]
    return "" if None in reasons else (reasons[0] or "") if reasons else ""


def template_of(order: Order, key: str) -> tuple[Kind, Any]:
    """The pages of the template of a kind, for one school and year."""
    kind = kind_of_import(key)
    permit(order.actor, kind.permission, order.place)
    return kind, kind.template(order)
