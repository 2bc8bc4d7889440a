"""What papers does."""

from khue.papers.services.rendering import (
    FontsMissing,
    PaperBroken,
    SigningPlace,
    render_pages,
    render_pdf,
    render_to_sign,
)
from khue.papers.services.shelf import KEPT_FOR, clear_shelf, keep_file, kept_until, take_file

__all__ = [
    "KEPT_FOR",
    "FontsMissing",
    "PaperBroken",
    "SigningPlace",
    "clear_shelf",
    "keep_file",
    "kept_until",
    "render_pages",
    "render_pdf",
    "render_to_sign",
    "take_file",
]
