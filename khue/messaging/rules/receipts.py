"""Báo phát của SMPP 3.4: the text of a deliver_sm that reports on a message (appendix B)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from khue.messaging.rules.outcomes import Report

_ID = re.compile(r"\bid:\s*(\S+)", re.IGNORECASE)
_STAT = re.compile(r"\bstat:\s*(\w+)", re.IGNORECASE)
_REPORTS = {
    "DELIVRD": Report.DELIVERED,
    "EXPIRED": Report.FAILED,
    "DELETED": Report.FAILED,
    "UNDELIV": Report.FAILED,
    "REJECTD": Report.FAILED,
    "ACCEPTD": Report.UNDERWAY,
    "ENROUTE": Report.UNDERWAY,
    "UNKNOWN": Report.UNKNOWN,
}
# message_state of query_sm and of the parameter in a receipt
_STATES = {
    1: Report.UNDERWAY,
    2: Report.DELIVERED,
    3: Report.FAILED,
    4: Report.FAILED,
    5: Report.FAILED,
    6: Report.UNDERWAY,
    7: Report.UNKNOWN,
    8: Report.FAILED,
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """Which part it is about, and what became of it."""

    reference: str
    report: Report


def read_receipt(text: str, reference: str = "", state: int | None = None) -> Receipt | None:
    """A receipt from its text and its optional parameters; None when it says nothing."""
    found_id, found_stat = _ID.search(text), _STAT.search(text)
    known = reference or (found_id.group(1) if found_id else "")
    report = report_of_state(state)
    if report is None and found_stat:
        report = _REPORTS.get(found_stat.group(1).upper()[:7])
    return Receipt(known, report) if known and report else None


def report_of_state(state: int | None) -> Report | None:
    """The report behind a message_state."""
    return None if state is None else _STATES.get(state)


def as_decimal(reference: str) -> str:
    """The decimal form of a hexadecimal reference; some centres report in another base."""
    try:
        return str(int(reference, 16))
    except ValueError:
        return reference
