"""The door of transcripts."""

from khue.transcripts.queries.counting import (
    CountedTranscripts,
    classes_of_versions,
    counted_transcripts,
)
from khue.transcripts.queries.documents import Document, documents_of_child

__all__ = [
    "CountedTranscripts",
    "Document",
    "classes_of_versions",
    "counted_transcripts",
    "documents_of_child",
]
