"""What the contact book keeps."""

from khue.contactbook.models.moving import MovedNotice
from khue.contactbook.models.notices import Notice, NoticeFile, Receipt, Template
from khue.contactbook.models.policies import ContactPolicy
from khue.contactbook.models.threads import Thread, ThreadMessage, ThreadSeen

__all__ = [
    "ContactPolicy",
    "MovedNotice",
    "Notice",
    "NoticeFile",
    "Receipt",
    "Template",
    "Thread",
    "ThreadMessage",
    "ThreadSeen",
]
