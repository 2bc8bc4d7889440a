"""The door of intake: what a context needs to take in sheets of its own."""

from khue.intake.queries.registry import Choice, Kind, NotApplied, Order, register_kind
from khue.intake.queries.runs import RunView, latest_runs
from khue.intake.rules.plans import Difference, Plan, PlannedRow, Verdict
from khue.intake.rules.reading import Reading, read_table
from khue.intake.rules.runs import State
from khue.intake.services.keeping import (
    KeptPlan,
    KeptRun,
    Place,
    content_of_run,
    find_kept_run,
    keep_other_plan,
    keep_run,
    recent_kept_runs,
    results_of_run,
    rows_of_run,
    settle_run,
)

__all__ = [
    "Choice",
    "Difference",
    "KeptPlan",
    "KeptRun",
    "Kind",
    "NotApplied",
    "Order",
    "Place",
    "Plan",
    "PlannedRow",
    "Reading",
    "RunView",
    "State",
    "Verdict",
    "content_of_run",
    "find_kept_run",
    "keep_other_plan",
    "keep_run",
    "latest_runs",
    "read_table",
    "recent_kept_runs",
    "register_kind",
    "results_of_run",
    "rows_of_run",
    "settle_run",
]
