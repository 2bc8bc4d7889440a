"""What tests of notices need: an audience, words, a telephone provider of their own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from khue.access.api import Actor
from khue.contactbook.rules.audience import Audience
from khue.contactbook.services.notices import send_notice
from kit.fences import EVERYTHING, scoped
from tests.cast import Cast, table

# A Friday morning at nine in Vietnam.
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
SMS = {"mang": {"kind": "trial", "channel": "sms", "price": 300}}


def to_class(cast: Cast, *sides: str) -> Audience:
    return Audience(
        "classes",
        cast.school.pk,
        (cast.school_class.pk,),
        sides=sides or ("guardians", "pupils"),
    )


def send(actor: Actor, audience: Audience, **more: Any) -> int:
    words = {"title": "Họp phụ huynh", "text": "Mời phụ huynh đến họp.", **more}
    return send_notice(actor=actor, now=NOW, audience=audience, **words)


def rows(name: str, **wanted: Any) -> list[Any]:
    with scoped(EVERYTHING):
        return list(table(name).objects.filter(**wanted).order_by("pk"))


def receipts(notice_id: int) -> list[Any]:
    return rows("contactbook.Receipt", notice_id=notice_id)


def messages() -> list[Any]:
    return rows("messaging.Message")
