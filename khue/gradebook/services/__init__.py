"""What happens in the gradebook: entering marks, closing a term, counting progress."""

from khue.gradebook.services.cells import CellChange, CellOutcome, RowResult, Saved
from khue.gradebook.services.counting import recount_progress, recount_stale
from khue.gradebook.services.entering import UnknownTerm, enter_marks
from khue.gradebook.services.locking import AlreadyLocked, NotLocked, lock_term, unlock_term

__all__ = [
    "AlreadyLocked",
    "CellChange",
    "CellOutcome",
    "NotLocked",
    "RowResult",
    "Saved",
    "UnknownTerm",
    "enter_marks",
    "lock_term",
    "recount_progress",
    "recount_stale",
    "unlock_term",
]
