"""Sổ điểm as spreadsheets: how books leave the house and how marks come in from files."""

from khue.gradebook.sheets.books import class_book, term_book
from khue.gradebook.sheets.layouts import KEY_NAMES
from khue.gradebook.sheets.pasting import read_pasted
from khue.gradebook.sheets.planning import NothingToImport, plan_import
from khue.gradebook.sheets.primary_planning import plan_primary, primary_answers, primary_keys
from khue.gradebook.sheets.progress import level_progress, school_progress
from khue.gradebook.sheets.sources import (
    COLUMN_OPTION,
    PASTED_OPTION,
    SHEET_OPTION,
    answers_in,
    read_source,
)

__all__ = [
    "COLUMN_OPTION",
    "KEY_NAMES",
    "PASTED_OPTION",
    "SHEET_OPTION",
    "NothingToImport",
    "answers_in",
    "class_book",
    "level_progress",
    "plan_import",
    "plan_primary",
    "primary_answers",
    "primary_keys",
    "read_pasted",
    "read_source",
    "school_progress",
    "term_book",
]
