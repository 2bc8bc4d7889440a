"""The door of papers: data in, a PDF file out, and a shelf where big files wait for a day."""

from khue.papers.services import (
    KEPT_FOR,
    FontsMissing,
    PaperBroken,
    SigningPlace,
    keep_file,
    kept_until,
    render_pdf,
    render_to_sign,
    take_file,
)

__all__ = [
    "KEPT_FOR",
    "FontsMissing",
    "PaperBroken",
    "SigningPlace",
    "keep_file",
    "kept_until",
    "render_pdf",
    "render_to_sign",
    "take_file",
]
