"""What papers does."""

from khue.papers.services.rendering import FontsMissing, PaperBroken, render_pages, render_pdf

__all__ = ["FontsMissing", "PaperBroken", "render_pages", "render_pdf"]
