"""The door of the ledger."""

from khue.ledger.queries import (
    HistoryLine,
    changes_of_operation,
    changes_to,
    history_of,
    latest_changes,
    newest_changes,
    reads_of,
)
from khue.ledger.services import (
    Author,
    Change,
    Operation,
    OutsideTransaction,
    Verdict,
    append_changes,
    log_sensitive_read,
    log_sensitive_reads,
    seal_new_entries,
    verify_ledger,
)

__all__ = [
    "Author",
    "Change",
    "HistoryLine",
    "Operation",
    "OutsideTransaction",
    "Verdict",
    "append_changes",
    "changes_of_operation",
    "changes_to",
    "history_of",
    "latest_changes",
    "log_sensitive_read",
    "log_sensitive_reads",
    "newest_changes",
    "reads_of",
    "seal_new_entries",
    "verify_ledger",
]
