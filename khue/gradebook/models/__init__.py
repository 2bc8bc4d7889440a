"""What the gradebook keeps."""

from khue.gradebook.models.circumstances import CarriedResult, StrandRow, SubjectCircumstance
from khue.gradebook.models.comments import BankPhrase, SubjectComment
from khue.gradebook.models.marks import SLOTS, MarkRow
from khue.gradebook.models.primary import (
    COMPETENCES,
    QUALITIES,
    ChildStage,
    PrimaryRow,
    QualityRow,
)
from khue.gradebook.models.progress import Progress, TermLock
from khue.gradebook.models.results import (
    ConductEvidence,
    PastYear,
    SpecialAward,
    StudentResult,
    SubjectResult,
)
from khue.gradebook.models.states import BookState, Correction, EntryWindow, Policy, YearClosing

__all__ = [
    "COMPETENCES",
    "QUALITIES",
    "SLOTS",
    "BankPhrase",
    "BookState",
    "CarriedResult",
    "ChildStage",
    "ConductEvidence",
    "Correction",
    "EntryWindow",
    "MarkRow",
    "PastYear",
    "Policy",
    "PrimaryRow",
    "Progress",
    "QualityRow",
    "SpecialAward",
    "StrandRow",
    "StudentResult",
    "SubjectCircumstance",
    "SubjectComment",
    "SubjectResult",
    "TermLock",
    "YearClosing",
]
