"""What is kept of periods, submissions, records that were sent, faults and receipts."""

from khue.sector.models.periods import KindState, ReportingWindow, Submission
from khue.sector.models.records import FaultRow, SentRecord, Supplement
from khue.sector.models.sending import Outgoing, Receipt

__all__ = [
    "FaultRow",
    "KindState",
    "Outgoing",
    "Receipt",
    "ReportingWindow",
    "SentRecord",
    "Submission",
    "Supplement",
]
