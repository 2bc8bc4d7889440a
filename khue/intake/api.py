"""The door of intake: what a context needs to take in sheets of its own."""

from khue.intake.queries.registry import Choice, Kind, NotApplied, Order, register_kind
from khue.intake.rules.plans import Difference, Plan, PlannedRow, Verdict
from khue.intake.rules.reading import Reading, read_table

__all__ = [
    "Choice",
    "Difference",
    "Kind",
    "NotApplied",
    "Order",
    "Plan",
    "PlannedRow",
    "Reading",
    "Verdict",
    "read_table",
    "register_kind",
]
