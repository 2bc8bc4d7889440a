"""The door of the gradebook."""

from khue.gradebook.queries import (
    BookLine,
    ChildResults,
    Count,
    SchoolProgress,
    SubjectResult,
    TermResult,
    child_results,
    my_teaching,
    progress_of_province,
    progress_of_school,
    readable_books,
    school_year_on,
    term_on,
)
from khue.gradebook.queries.primary_family import PeriodTold, YoungChild, young_child
from khue.gradebook.services import (
    CellChange,
    CellOutcome,
    Saved,
    enter_marks,
    lock_term,
    recount_progress,
    unlock_term,
)

__all__ = [
    "BookLine",
    "CellChange",
    "CellOutcome",
    "ChildResults",
    "Count",
    "PeriodTold",
    "Saved",
    "SchoolProgress",
    "SubjectResult",
    "TermResult",
    "YoungChild",
    "child_results",
    "enter_marks",
    "lock_term",
    "my_teaching",
    "progress_of_province",
    "progress_of_school",
    "readable_books",
    "recount_progress",
    "school_year_on",
    "term_on",
    "unlock_term",
    "young_child",
]
