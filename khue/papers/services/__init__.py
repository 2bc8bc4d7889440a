"""What papers does."""

from khue.papers.services.rendering import FontsMissing, PaperBroken, render_pages, render_pdf
from khue.papers.services.shelf import KEPT_FOR, clear_shelf, keep_file, kept_until, take_file

__all__ = [
    "KEPT_FOR",
    "FontsMissing",
    "PaperBroken",
    "clear_shelf",
    "keep_file",
    "kept_until",
    "render_pages",
    "render_pdf",
    "take_file",
]
