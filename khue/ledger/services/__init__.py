"""What happens in the ledger: appending, sealing, proving, verifying."""

from khue.ledger.services.appending import (
    Author,
    Change,
    Operation,
    OutsideTransaction,
    append_changes,
    log_sensitive_read,
    log_sensitive_reads,
)
from khue.ledger.services.auditing import Verdict, audit_ledger, verify_ledger
from khue.ledger.services.daily import make_daily_roots, stamp_daily_roots
from khue.ledger.services.feed import number_batches
from khue.ledger.services.keys import known_keys
from khue.ledger.services.proving import NoSuchEntry, NotSealedYet, proof_of
from khue.ledger.services.sealing import seal_new_entries

__all__ = [
    "Author",
    "Change",
    "NoSuchEntry",
    "NotSealedYet",
    "Operation",
    "OutsideTransaction",
    "Verdict",
    "append_changes",
    "audit_ledger",
    "known_keys",
    "log_sensitive_read",
    "log_sensitive_reads",
    "make_daily_roots",
    "number_batches",
    "proof_of",
    "seal_new_entries",
    "stamp_daily_roots",
    "verify_ledger",
]
