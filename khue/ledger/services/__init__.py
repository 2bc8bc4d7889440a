"""What happens in the ledger: appending, sealing, verifying."""

from khue.ledger.services.appending import (
    Author,
    Change,
    Operation,
    OutsideTransaction,
    append_changes,
    log_sensitive_read,
    log_sensitive_reads,
)
from khue.ledger.services.sealing import seal_new_entries
from khue.ledger.services.verifying import Verdict, verify_ledger

__all__ = [
    "Author",
    "Change",
    "Operation",
    "OutsideTransaction",
    "Verdict",
    "append_changes",
    "log_sensitive_read",
    "log_sensitive_reads",
    "seal_new_entries",
    "verify_ledger",
]
