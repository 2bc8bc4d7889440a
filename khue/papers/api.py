"""The door of papers: data in, a PDF file out."""

from khue.papers.services import FontsMissing, PaperBroken, render_pdf

__all__ = ["FontsMissing", "PaperBroken", "render_pdf"]
