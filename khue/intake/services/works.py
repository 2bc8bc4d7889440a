"""The long work of this context, registered with the context below."""

from __future__ import annotations

from khue.background.api import register_work
from khue.intake.services.applying import after_failed_apply, after_failed_plan, apply_in_background
from khue.intake.services.runs import APPLY_WORK, PLAN_WORK, UNDO_WORK, plan_in_background
from khue.intake.services.undoing import after_failed_undo, undo_in_background


def register() -> None:
    register_work(PLAN_WORK, plan_in_background, after_failure=after_failed_plan)
    register_work(APPLY_WORK, apply_in_background, after_failure=after_failed_apply)
    register_work(UNDO_WORK, undo_in_background, after_failure=after_failed_undo)
