"""The pages of the gradebook."""

from khue.gradebook.views.books import class_books, my_books
from khue.gradebook.views.comments import add as add_phrase
from khue.gradebook.views.comments import comments, phrases, save_comments, suggest_comments
from khue.gradebook.views.comments import remove as remove_phrase
from khue.gradebook.views.grid import cell_history, export_book, grid, how_made, save
from khue.gradebook.views.locks import close, locks, reopen
from khue.gradebook.views.progress import class_progress, export, progress, progress_of
from khue.gradebook.views.windows import clear, windows, windows_of

__all__ = [
    "add_phrase",
    "cell_history",
    "class_books",
    "class_progress",
    "clear",
    "close",
    "comments",
    "export",
    "export_book",
    "grid",
    "how_made",
    "locks",
    "my_books",
    "phrases",
    "progress",
    "progress_of",
    "remove_phrase",
    "reopen",
    "save",
    "save_comments",
    "suggest_comments",
    "windows",
    "windows_of",
]
