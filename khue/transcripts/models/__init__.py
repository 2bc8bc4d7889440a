"""What transcripts keep."""

from khue.transcripts.models.exchange import Envelope, Lookup, Received, Share
from khue.transcripts.models.transcripts import Transcript, TranscriptYear
from khue.transcripts.models.versions import PUBLISHED_STATES, Part, Version

__all__ = [
    "PUBLISHED_STATES",
    "Envelope",
    "Lookup",
    "Part",
    "Received",
    "Share",
    "Transcript",
    "TranscriptYear",
    "Version",
]
