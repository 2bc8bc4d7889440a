"""The columns of what schools and families write, in the order of the rows."""

from __future__ import annotations

NOTICE_COLUMNS = (
    *("id", "place", "school_id", "province_id", "title", "text", "kind", "audience", "urgent"),
    *("asks_receipt", "choices", "channels", "state", "written_by", "written_by_id", "written_at"),
    *("sent_at", "sent_by", "recalled_reason", "version", "search", "short_text"),
    *("with_diacritics", "readers", "ordered_to", "ordered", "ordered_at"),
)
RECEIPT_COLUMNS = (
    *("notice_id", "school_id", "province_id", "account_id", "guardian_id", "student_id", "name"),
    *("text", "fields", "read_at", "acknowledged_at"),
)
BATCH_COLUMNS = (
    *("id", "school_id", "province_id", "title", "kind", "ordered_by", "ordered_by_id"),
    *("ordered_at", "messages", "segments", "cost"),
)
MESSAGE_COLUMNS = (
    *("intent", "batch_id", "school_id", "province_id", "student_id", "channel", "address"),
    *("address_digest", "shown_address", "text", "data", "encoding", "segments", "cost", "urgent"),
    *("state", "next_attempt_at", "expires_at", "claimed_by", "handed_at", "attempts", "provider"),
    *("parts", "trouble", "created_at", "sent_at", "ended_at", "falls_back_to"),
)
THREAD_COLUMNS = (
    *("id", "student_id", "school_id", "province_id", "teacher_id", "side", "with_pupil"),
    *("teacher_name", "subject", "opened_by_id", "opened_at", "last_at", "closed_at", "closed_by"),
    *("complaint", "complained_by"),
)
TALK_COLUMNS = (
    *("thread_id", "student_id", "school_id", "province_id", "intent", "account_id", "name"),
    *("from_family", "text", "written_at", "told_at"),
)
