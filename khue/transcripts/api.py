"""The door of transcripts."""

from khue.transcripts.queries.documents import Document, documents_of_child

__all__ = ["Document", "documents_of_child"]
