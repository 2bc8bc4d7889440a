"""The door of the gradebook."""

from khue.gradebook.queries import (
    BookLine,
    ChildResults,
    Count,
    Grid,
    SchoolProgress,
    SubjectResult,
    TermResult,
    child_results,
    how_a_childs_was_made,
    my_teaching,
    open_grid,
    progress_of_province,
    progress_of_school,
    readable_books,
    school_year_on,
    term_on,
)
from khue.gradebook.queries.class_results import (
    ClassResults,
    Decisions,
    PupilResults,
    SubjectColumn,
    SubjectLine,
    read_class_results,
)
from khue.gradebook.queries.corrections import corrections_waiting
from khue.gradebook.queries.counting import (
    CountedBook,
    CountedChild,
    CountedResult,
    CountedStates,
    counted_books,
    counted_growth,
    counted_results,
    counted_states,
)
from khue.gradebook.queries.newest import NewestMarks, NewMark, newest_marks, young_changed_at
from khue.gradebook.queries.paper_heads import Place, place_of
from khue.gradebook.queries.primary import Sheet, open_levels, open_qualities, point_on
from khue.gradebook.queries.primary_family import PeriodTold, YoungChild, young_child
from khue.gradebook.queries.primary_year import YearOfClass, YearOfPupil, year_of_class
from khue.gradebook.queries.progress import progress_by_school
from khue.gradebook.queries.row_windows import (
    Cell,
    Column,
    MarkLine,
    ResultLine,
    cells_window,
    columns_window,
    count_cells,
    count_columns,
    marks_window,
    results_window,
)
from khue.gradebook.queries.states import StandingClass, classes_standing
from khue.gradebook.queries.windows import last_day_to_enter
from khue.gradebook.rules.cell_kinds import print_cell
from khue.gradebook.rules.levels import Level
from khue.gradebook.rules.marks import print_mark_cell
from khue.gradebook.rules.primary import AGAIN as POINT_AGAIN
from khue.gradebook.rules.primary import SPOKEN as POINTS_SPOKEN
from khue.gradebook.rules.primary import (
    Cells,
    column_label,
    group_name,
    quality_columns,
    strands_of,
)
from khue.gradebook.rules.regimes import Regime, regime_of
from khue.gradebook.rules.sheet_cells import CellRow, base_of
from khue.gradebook.rules.slots import slot_label
from khue.gradebook.rules.states import State as BookState
from khue.gradebook.rules.states import is_at_least as is_book_at_least
from khue.gradebook.rules.tt27 import YearLevel
from khue.gradebook.rules.year_reasons import award_text, outcome_text
from khue.gradebook.services import (
    CellChange,
    CellOutcome,
    Saved,
    enter_marks,
    lock_term,
    recount_progress,
    unlock_term,
)
from khue.gradebook.services.primary import SavedCells, enter_levels, enter_qualities
from khue.gradebook.services.primary_cells import Outcome as SheetOutcome
from khue.gradebook.services.primary_closing import closed_levels, closed_qualities
from khue.gradebook.services.recounted import register_recount_listener

__all__ = [
    "POINTS_SPOKEN",
    "POINT_AGAIN",
    "BookLine",
    "BookState",
    "Cell",
    "CellChange",
    "CellOutcome",
    "CellRow",
    "Cells",
    "ChildResults",
    "ClassResults",
    "Column",
    "Count",
    "CountedBook",
    "CountedChild",
    "CountedResult",
    "CountedStates",
    "Decisions",
    "Grid",
    "Level",
    "MarkLine",
    "NewMark",
    "NewestMarks",
    "PeriodTold",
    "Place",
    "PupilResults",
    "Regime",
    "ResultLine",
    "Saved",
    "SavedCells",
    "SchoolProgress",
    "Sheet",
    "SheetOutcome",
    "StandingClass",
    "SubjectColumn",
    "SubjectLine",
    "SubjectResult",
    "TermResult",
    "YearLevel",
    "YearOfClass",
    "YearOfPupil",
    "YoungChild",
    "award_text",
    "base_of",
    "cells_window",
    "child_results",
    "classes_standing",
    "closed_levels",
    "closed_qualities",
    "column_label",
    "columns_window",
    "corrections_waiting",
    "count_cells",
    "count_columns",
    "counted_books",
    "counted_growth",
    "counted_results",
    "counted_states",
    "enter_levels",
    "enter_marks",
    "enter_qualities",
    "group_name",
    "how_a_childs_was_made",
    "is_book_at_least",
    "last_day_to_enter",
    "lock_term",
    "marks_window",
    "my_teaching",
    "newest_marks",
    "open_grid",
    "open_levels",
    "open_qualities",
    "outcome_text",
    "place_of",
    "point_on",
    "print_cell",
    "print_mark_cell",
    "progress_by_school",
    "progress_of_province",
    "progress_of_school",
    "quality_columns",
    "read_class_results",
    "readable_books",
    "recount_progress",
    "regime_of",
    "register_recount_listener",
    "results_window",
    "school_year_on",
    "slot_label",
    "strands_of",
    "term_on",
    "unlock_term",
    "year_of_class",
    "young_changed_at",
    "young_child",
]
