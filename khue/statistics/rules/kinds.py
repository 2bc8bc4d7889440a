"""Mỗi loại dòng của sổ cái đụng tới lớp nào, trường nào, mảng số liệu nào.

A subject of the ledger is `kind:id`, where the id begins with a number: "mark:88.1.9001". What is
not named here touches every theme of its school, so that a new kind is slow rather than wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from khue.statistics.rules.themes import Theme


class Through(StrEnum):
    """What the first number of a subject names; NOTHING: no figure depends on such an entry.

    SCHOOL: the school of the entry, whatever the number is; without one, everything.
    """

    BOOK = "book"
    CLASS = "class"
    STUDENT = "student"
    STAFF = "staff"
    TRANSCRIPT = "transcript"
    SCHOOL = "school"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Route:
    """From an entry to the figures it moves; `always`: only where the entry names a school."""

    through: Through
    themes: frozenset[Theme] = frozenset()
    needs_school: bool = False


NUMBER = re.compile(r"\d{1,18}")
OF_CLASSES = frozenset(theme for theme in Theme if theme.of_classes)
EVERYTHING = frozenset(Theme)
MARKS = frozenset({Theme.ENTRY, Theme.RESULTS})
BOOKS = frozenset({Theme.BOOKS})
MESSAGES = frozenset({Theme.MESSAGES})
DECLARED = frozenset({Theme.DECLARED})
ANY = Route(Through.SCHOOL, EVERYTHING)
NONE = Route(Through.NOTHING)

ROUTES: Mapping[str, Route] = MappingProxyType(
    {
        "mark": Route(Through.BOOK, MARKS),
        "strand": Route(Through.BOOK, MARKS),
        "primary": Route(Through.BOOK, MARKS),
        "again": Route(Through.BOOK, MARKS),
        "circumstance": Route(Through.BOOK, MARKS),
        "book": Route(Through.BOOK, BOOKS),
        "class_subject": Route(Through.BOOK, OF_CLASSES),
        "quality": Route(Through.CLASS, MARKS),
        "child_stage": Route(Through.CLASS, MARKS),
        "result": Route(Through.CLASS, MARKS),
        "classbook": Route(Through.CLASS, BOOKS),
        "attendance": Route(Through.CLASS, frozenset({Theme.ATTENDANCE})),
        "class": Route(Through.CLASS, OF_CLASSES),
        "student": Route(Through.STUDENT, OF_CLASSES),
        "staff": Route(Through.STAFF, frozenset({Theme.STAFF})),
        "transcript": Route(Through.TRANSCRIPT, BOOKS),
        "termlock": Route(Through.SCHOOL, BOOKS),
        "notice": Route(Through.SCHOOL, MESSAGES, needs_school=True),
        "thread": Route(Through.SCHOOL, MESSAGES),
        "declaration": Route(Through.SCHOOL, DECLARED),
        # Closing a year moves pupils; an import may undo what it made; a policy asks other marks.
        "closing": ANY,
        "import": Route(Through.SCHOOL, EVERYTHING, needs_school=True),
        "policy": ANY,
        "organisation": ANY,
        "site": ANY,
        "school_year": ANY,
        **dict.fromkeys(
            (
                "account",
                "bundle",
                "card",
                "client",
                "codes",
                "comment",
                "contact_policy",
                "correction",
                "credential",
                "device",
                "form_report",
                "diary",
                "excuse",
                "gate",
                "gate-device",
                "homeroom",
                "lesson",
                "message_address",
                "message_batch",
                "message_budget",
                "phrases",
                "publication",
                "results",
                "school",
                "signed_document",
                "signing",
                "teaching",
                "teaching_plan",
                "template",
                "trusted_certificate",
                "window",
            ),
            NONE,
        ),
    }
)


def route_of(subject: str) -> Route:
    """How an entry about this subject reaches the figures."""
    return ROUTES.get(subject.partition(":")[0], ANY)


def number_of(subject: str) -> int | None:
    """The first number of a subject: the book of "mark:88.1.9001"; none of "codes:all"."""
    found = NUMBER.match(subject.partition(":")[2])
    return int(found[0]) if found else None
