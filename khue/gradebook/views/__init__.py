"""The pages of the gradebook."""

from khue.gradebook.views.books import class_books, my_books
from khue.gradebook.views.comments import add as add_phrase
from khue.gradebook.views.comments import comments, phrases, save_comments, suggest_comments
from khue.gradebook.views.comments import remove as remove_phrase
from khue.gradebook.views.corrections import answer, ask, corrections
from khue.gradebook.views.grid import cell_history, export_book, grid, how_made, save
from khue.gradebook.views.importing import (
    export_class,
    import_book,
    import_class,
    import_run,
    read_import_again,
    take_import_back,
    write_import,
)
from khue.gradebook.views.locks import close, locks, reopen
from khue.gradebook.views.overview import overview_class, overview_school, overview_start
from khue.gradebook.views.past_years import years
from khue.gradebook.views.progress import class_progress, export, progress, progress_of
from khue.gradebook.views.states import (
    approve,
    book_steps_page,
    class_step,
    finish,
    reopen_one,
)
from khue.gradebook.views.windows import clear, windows, windows_of

__all__ = [
    "add_phrase",
    "answer",
    "approve",
    "ask",
    "book_steps_page",
    "cell_history",
    "class_books",
    "class_progress",
    "class_step",
    "clear",
    "close",
    "comments",
    "corrections",
    "export",
    "export_book",
    "export_class",
    "finish",
    "grid",
    "how_made",
    "import_book",
    "import_class",
    "import_run",
    "locks",
    "my_books",
    "overview_class",
    "overview_school",
    "overview_start",
    "phrases",
    "progress",
    "progress_of",
    "read_import_again",
    "remove_phrase",
    "reopen",
    "reopen_one",
    "save",
    "save_comments",
    "suggest_comments",
    "take_import_back",
    "windows",
    "windows_of",
    "write_import",
    "years",
]
