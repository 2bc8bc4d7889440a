"""Hoàn tác: put back exactly what an import wrote, unless somebody has touched it since."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from khue.access.api import Actor
from khue.background.api import Work, WorkRefused
from khue.intake.models import Effect, PlanRow, Run, Upload
from khue.intake.queries.registry import Order, kind_of_import
from khue.intake.queries.sealing import EFFECT_LABEL, open_value
from khue.intake.rules.runs import AT_ONCE_ROWS, KEPT_FOR, State
from khue.intake.services.applying import tell_ledger
from khue.intake.services.runs import (
    UNDO_WORK,
    locked_run,
    move,
    order_of,
    order_task,
    run_of_work,
)
from kit.fences import EVERYTHING, scoped
from kit.row_history import RowEffect, TouchedSince, put_back

LISTED = 20


class UndoRefused(Exception):
    """Some rows were touched since; `titles` names them, the text says what to do."""

    def __init__(self, titles: list[str], count: int) -> None:
        self.titles = titles
        super().__init__(
            f"Không hoàn tác được vì {count} mục đã được sửa hoặc đã có dữ liệu khác dựa vào sau "
            "lần nhập này. Chưa có gì thay đổi. Hãy xử lý riêng các mục trong danh sách."
        )


def undo_run(*, actor: Actor, now: datetime, public_id: UUID) -> State:
    """Take an import back: at once when it is short, in the background when it is long."""
    with transaction.atomic():
        run = locked_run(actor, public_id)
        move(run, State.UNDOING)
        if sum(run.counts.values()) > AT_ONCE_ROWS:
            order_task(run, actor, now, UNDO_WORK, "Hoàn tác")
        else:
            _undo(run, order_of(run, actor, now))
    return State(run.state)


def effects_of(run: Run) -> list[RowEffect]:
    chunks = Effect.objects.filter(run=run).order_by("position").values_list("sealed", flat=True)
    return [RowEffect(**one) for sealed in chunks for one in open_value(sealed, EFFECT_LABEL)]


def _undo(run: Run, order: Order) -> None:
    kind, effects = kind_of_import(run.kind), effects_of(run)
    try:
        with scoped(EVERYTHING):  # the gate was passed for the school whose import wrote these rows
            put_back(effects, kind.tables)
    except TouchedSince as touched:
        titles = list(dict.fromkeys(one.title or one.table for one in touched.touched))
        raise UndoRefused(titles[:LISTED], len(titles)) from touched
    if kind.after_undo:
        kind.after_undo(order, effects)
    Effect.objects.filter(run=run).delete()
    run.state, run.undone_at, run.undone_by = State.UNDONE, order.now, order.actor.name
    run.notice = ""
    run.save()
    tell_ledger(run, order, "undo_import")


def undo_in_background(work: Work) -> dict[str, Any]:
    """The work of taking a long import back."""
    run = run_of_work(work, State.UNDOING, State.APPLIED)
    work.progress.begin(sum(run.counts.values()), "Đang trả lại như cũ")
    try:
        _undo(run, order_of(run, work.actor, work.now, work.progress.step))
    except UndoRefused as refused:
        raise WorkRefused(f"{refused} Các mục: {'; '.join(refused.titles)}.") from refused
    return {"text": "Đã hoàn tác xong: dữ liệu trở về như trước khi nhập."}


def after_failed_undo(arguments: dict[str, Any], sentence: str) -> None:
    """Nothing was taken back: the import stands as applied."""
    with scoped(EVERYTHING):
        Run.objects.filter(pk=arguments["run"], state=State.UNDOING).update(
            state=State.APPLIED, notice=sentence
        )


def forget_old_files(*, now: datetime, kept_for: timedelta = KEPT_FOR) -> int:
    """After thirty days the file, the rows and the undo of an import go; its record stays."""
    with scoped(EVERYTHING), transaction.atomic():
        old = Run.objects.select_for_update(skip_locked=True).filter(
            created_at__lt=now - kept_for, cleared_at__isnull=True
        )
        ids = list(old.values_list("pk", flat=True))
        for held in (Upload, PlanRow, Effect):
            held.objects.filter(run__in=ids).delete()
        return Run.objects.filter(pk__in=ids).update(cleared_at=now)
