"""The door of the ledger."""

from khue.ledger.services import (
    Author,
    Change,
    Operation,
    OutsideTransaction,
    append_changes,
    log_sensitive_read,
)

__all__ = [
    "Author",
    "Change",
    "Operation",
    "OutsideTransaction",
    "append_changes",
    "log_sensitive_read",
]
