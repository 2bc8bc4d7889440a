"""The pages of the gradebook."""

from khue.gradebook.views.books import class_books, my_books
from khue.gradebook.views.grid import cell_history, export_book, grid, how_made, save
from khue.gradebook.views.locks import close, locks, reopen
from khue.gradebook.views.progress import class_progress, export, progress, progress_of

__all__ = [
    "cell_history",
    "class_books",
    "class_progress",
    "close",
    "export",
    "export_book",
    "grid",
    "how_made",
    "locks",
    "my_books",
    "progress",
    "progress_of",
    "reopen",
    "save",
]
