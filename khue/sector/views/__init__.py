"""Pages of this context."""

from khue.sector.views.faults import (
    faults,
    faults_sheet,
    supplement,
    supplements,
    supplements_sheet,
)
from khue.sector.views.overview import accept_waiting, overview, overview_sheet, shut, windows
from khue.sector.views.school import (
    accept,
    again,
    check,
    receipts,
    receipts_sheet,
    school,
    send_up,
    turn_back,
)

__all__ = [
    "accept",
    "accept_waiting",
    "again",
    "check",
    "faults",
    "faults_sheet",
    "overview",
    "overview_sheet",
    "receipts",
    "receipts_sheet",
    "school",
    "send_up",
    "shut",
    "supplement",
    "supplements",
    "supplements_sheet",
    "turn_back",
    "windows",
]
