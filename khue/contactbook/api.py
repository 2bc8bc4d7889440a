"""The door of the contact book: words between a school and its families."""

from khue.contactbook.queries.contacts import Contact, register_child_contacts
from khue.contactbook.queries.counting import (
    CountedNotices,
    CountedReadings,
    CountedThreads,
    counted_notices,
    counted_readings,
    counted_threads,
)
from khue.contactbook.queries.inbox import (
    NoticeLine,
    notices_for,
    notices_sent_today,
    unread_count,
)
from khue.contactbook.queries.policies import family_policies, family_policy
from khue.contactbook.queries.posted import posted_at, posted_texts
from khue.contactbook.queries.threads import ThreadLine, threads_for, unread_messages
from khue.contactbook.rules.audience import Audience
from khue.contactbook.rules.policies import FamilyPolicy
from khue.contactbook.services.moving import take_read_days
from khue.contactbook.services.notice_work import NoticeRefused
from khue.contactbook.services.notices import send_notice
from khue.contactbook.services.posting import estimate_posting, post_to_family

__all__ = [
    "Audience",
    "Contact",
    "CountedNotices",
    "CountedReadings",
    "CountedThreads",
    "FamilyPolicy",
    "NoticeLine",
    "NoticeRefused",
    "ThreadLine",
    "counted_notices",
    "counted_readings",
    "counted_threads",
    "estimate_posting",
    "family_policies",
    "family_policy",
    "notices_for",
    "notices_sent_today",
    "post_to_family",
    "posted_at",
    "posted_texts",
    "register_child_contacts",
    "send_notice",
    "take_read_days",
    "threads_for",
    "unread_count",
    "unread_messages",
]
