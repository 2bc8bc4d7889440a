"""Gộp hồ sơ: conversations and what families were told follow the file that is kept."""

from __future__ import annotations

from khue.contactbook.models import Receipt, Thread, ThreadMessage
from khue.records.api import Following, register_following


def register() -> None:
    """A reader to whom a notice came for both files keeps one receipt of it."""
    register_following(
        "contactbook",
        {
            "threads": Following(Thread),
            "messages": Following(ThreadMessage),
            "receipts": Following(
                Receipt, alone=(("notice_id", "account_id"), ("notice_id", "guardian_id"))
            ),
        },
    )
