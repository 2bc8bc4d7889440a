"""Trang đồng bộ của một trường: periods, stage, states, faults, receipts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from khue.access.api import Actor, explain
from khue.organisations.api import SchoolCard, school_year_label
from khue.sector.models import FaultRow, KindState, Receipt, Submission
from khue.sector.permissions import REPORT
from khue.sector.queries.lists import supplement_fields
from khue.sector.queries.periods import windows_of
from khue.sector.rules.faults import PROBLEM_NAMES, Problem
from khue.sector.rules.masks import masked_name
from khue.sector.rules.periods import PERIOD_NAMES, Period, Window
from khue.sector.rules.states import (
    HALTED,
    KIND_NAMES,
    PART_NAMES,
    PUSH_NAMES,
    RECEIVED,
    STAGE_NAMES,
    UNDER_WAY,
    Kind,
    Push,
    Stage,
    kinds_of,
)

PER_PAGE = 50
PEOPLE = {"staff", "student", "result1", "result2", "result3"}
NEVER = "Chưa gửi"


@dataclass(frozen=True)
class PeriodLine:
    """A period of the year and its window."""

    period: Period
    name: str
    window: Window | None
    is_open: bool
    is_over: bool


@dataclass(frozen=True)
class KindLine:
    """One kind of data of a submission."""

    kind: Kind
    name: str
    status: Push | None
    status_name: str
    look: str
    records: int
    faulty: int
    held: int
    refused: int
    trouble: str
    changed_at: datetime | None
    next_attempt_at: datetime | None


@dataclass(frozen=True)
class SubmissionView:
    """How far a school has come in a period."""

    stage: Stage
    checked_at: datetime | None
    staged_at: datetime | None
    staged_by: str
    note: str
    kinds: tuple[KindLine, ...]
    faults: int

    @property
    def stage_name(self) -> str:
        return STAGE_NAMES[self.stage]

    @property
    def is_under_way(self) -> bool:
        return any(one.status in UNDER_WAY for one in self.kinds)

    @property
    def waits_for_school(self) -> bool:
        return self.stage in {Stage.DRAFT, Stage.RETURNED}

    @property
    def may_go_again(self) -> bool:
        return self.stage == Stage.APPROVED and not self.is_under_way


def weight_of(problem: str, *, blocks: bool) -> tuple[str, str]:
    """What a fault does to its record, and its colour."""
    if problem == Problem.REFUSED:
        return "Cổng trả lại", "danger"
    return ("Giữ lại bản ghi", "danger") if blocks else ("Cảnh báo", "warning")


@dataclass(frozen=True)
class FaultLine:
    """A fault as it is shown: a person's name only within the school."""

    part: str
    part_name: str
    local_id: int
    label: str
    field: str
    title: str
    problem: str
    problem_name: str
    sentence: str
    remedy: str
    blocks: bool

    @property
    def weight(self) -> str:
        return weight_of(self.problem, blocks=self.blocks)[0]

    @property
    def look(self) -> str:
        return weight_of(self.problem, blocks=self.blocks)[1]


@dataclass(frozen=True)
class FaultFilter:
    """What is asked of the list of faults."""

    part: str = ""
    problem: str = ""
    text: str = ""
    field: str = ""


def period_lines(province_id: int, year: int, on: date) -> list[PeriodLine]:
    windows = windows_of(province_id, year)
    return [
        PeriodLine(
            one,
            PERIOD_NAMES[one],
            windows.get(one),
            one in windows and windows[one].is_open(on),
            one in windows and windows[one].is_over(on),
        )
        for one in Period
    ]


def period_shown(lines: list[PeriodLine], wanted: str) -> PeriodLine:
    """The period that is asked for, or the one that is open, or the first."""
    asked = [one for one in lines if one.period == wanted]
    running = [one for one in lines if one.is_open]
    return [*asked, *running, *lines][0]


def submission_of(school_id: int, year: int, period: Period) -> Submission | None:
    return Submission.objects.filter(school_id=school_id, year=year, period=period).first()


def submission_view(school_id: int, year: int, period: Period) -> SubmissionView:
    """The state of a school's submission; one that was never begun is an empty draft."""
    row = submission_of(school_id, year, period)
    states = {one.kind: one for one in KindState.objects.filter(submission=row) if row is not None}
    return SubmissionView(
        stage=Stage(row.stage) if row else Stage.DRAFT,
        checked_at=row.checked_at if row else None,
        staged_at=row.staged_at if row else None,
        staged_by=row.staged_by if row else "",
        note=row.note if row else "",
        kinds=tuple(_kind_line(kind, states.get(kind)) for kind in kinds_of(period)),
        faults=FaultRow.objects.filter(submission=row).count() if row else 0,
    )


def look_of(status: Push | None) -> str:
    """The colour of a state."""
    if status is None:
        return "neutral"
    if status in HALTED:
        return "danger" if status != Push.AGAIN else "warning"
    return "success" if status in RECEIVED else "info"


def _kind_line(kind: Kind, row: KindState | None) -> KindLine:
    status = Push(row.status) if row is not None and row.status is not None else None
    return KindLine(
        kind=kind,
        name=KIND_NAMES[kind],
        status=status,
        status_name=PUSH_NAMES[status] if status is not None else NEVER,
        look=look_of(status),
        records=row.records if row else 0,
        faulty=row.faulty if row else 0,
        held=row.held if row else 0,
        refused=row.refused if row else 0,
        trouble=row.trouble if row else "",
        changed_at=row.changed_at if row else None,
        next_attempt_at=row.next_attempt_at if row and status in UNDER_WAY else None,
    )


@dataclass(frozen=True)
class FaultCount:
    """How often one field of one part has one kind of fault."""

    part: str
    part_name: str
    title: str
    field: str
    problem: str
    problem_name: str
    count: int
    blocks: bool
    is_added: bool
    """Mended by added data, also in bulk."""

    @property
    def weight(self) -> str:
        return weight_of(self.problem, blocks=self.blocks)[0]

    @property
    def look(self) -> str:
        return weight_of(self.problem, blocks=self.blocks)[1]


def fault_counts(school_id: int, year: int, period: Period) -> list[FaultCount]:
    """The faults by field: what the gateway refused, then the most frequent."""
    keys = ("part", "field", "title", "problem", "blocks")
    rows = _faults(school_id, year, period).values(*keys).annotate(count=Count("id"))
    found = [_fault_count(row) for row in rows.order_by("-blocks", "-count", *keys)]
    return sorted(found, key=lambda one: one.problem != Problem.REFUSED)


def _fault_count(row: dict[str, Any]) -> FaultCount:
    added = {one.name for one in supplement_fields(row["part"])}
    return FaultCount(
        part_name=PART_NAMES[row["part"]],
        problem_name=PROBLEM_NAMES[Problem(row["problem"])],
        is_added=row["field"] in added and row["part"] != "site",
        **row,
    )


def _faults(school_id: int, year: int, period: Period) -> QuerySet[FaultRow]:
    return FaultRow.objects.filter(
        school_id=school_id, submission__year=year, submission__period=period
    )


def fault_lines(
    actor: Actor, school: SchoolCard, year: int, period: Period, wanted: FaultFilter
) -> list[FaultLine]:
    """The faults of the last check; names are masked for whoever stands outside the school."""
    rows = _faults(school.id, year, period).order_by("position", "id")
    if wanted.part:
        rows = rows.filter(part=wanted.part)
    if wanted.problem:
        rows = rows.filter(problem=wanted.problem)
    if wanted.field:
        rows = rows.filter(field=wanted.field)
    inside = explain(actor, REPORT, school.path) is None
    if wanted.text and inside:
        rows = rows.filter(Q(label__icontains=wanted.text) | Q(title__icontains=wanted.text))
    return [_fault_line(row, inside=inside) for row in rows]


def _fault_line(row: FaultRow, *, inside: bool) -> FaultLine:
    shown = row.label if inside or row.part not in PEOPLE else masked_name(row.label)
    return FaultLine(
        part=row.part,
        part_name=PART_NAMES[row.part],
        local_id=row.local_id if inside else 0,
        label=shown,
        field=row.field,
        title=row.title,
        problem=row.problem,
        problem_name=PROBLEM_NAMES[Problem(row.problem)],
        sentence=row.sentence,
        remedy=row.remedy,
        blocks=row.blocks,
    )


@dataclass(frozen=True)
class ReceiptLine:
    """Biên nhận của một gói."""

    number: str
    package: str
    kind_name: str
    period_name: str
    year: int
    records: int
    taken: int
    ignored: int
    refused: int
    sent_at: datetime
    answered_at: datetime | None
    trouble: str

    @property
    def year_label(self) -> str:
        return school_year_label(self.year)


def receipt_page(school_id: int, number: int) -> Page[ReceiptLine]:
    rows = Receipt.objects.filter(school_id=school_id).select_related("submission")
    found: Page[Any] = Paginator(rows.order_by("-sent_at", "-id"), PER_PAGE).get_page(number)
    found.object_list = [_receipt_line(row) for row in found.object_list]
    return found


def newest_receipts(school_id: int, count: int = 5) -> list[ReceiptLine]:
    rows = Receipt.objects.filter(school_id=school_id).select_related("submission")
    return [_receipt_line(row) for row in rows.order_by("-sent_at", "-id")[:count]]


def every_receipt(school_id: int) -> list[ReceiptLine]:
    rows = Receipt.objects.filter(school_id=school_id).select_related("submission")
    return [_receipt_line(row) for row in rows.order_by("-sent_at", "-id")]


def _receipt_line(row: Receipt) -> ReceiptLine:
    return ReceiptLine(
        number=row.number,
        package=str(row.package),
        kind_name=KIND_NAMES[Kind(row.kind)],
        period_name=PERIOD_NAMES[Period(row.submission.period)],
        year=row.submission.year,
        records=row.records,
        taken=row.taken,
        ignored=row.ignored,
        refused=row.refused,
        sent_at=row.sent_at,
        answered_at=row.answered_at,
        trouble=row.trouble,
    )
