"""Gửi riêng cho tôi: signatures, notices and messages that wait for whoever signed in."""

from __future__ import annotations

from collections.abc import Iterator

from khue.access.api import Actor
from khue.contactbook.api import notices_for, unread_count, unread_messages
from khue.offline.api import open_count
from khue.portal.rules.due import Due, Urgency
from khue.signing.api import waiting_count


def letters_due(actor: Actor) -> Iterator[Due]:
    """What was sent to this very person and waits."""
    yield from _notices(actor)
    yield from _messages(actor)
    yield from _undecided(actor)
    waiting = waiting_count(actor)
    if waiting:
        yield Due(
            Urgency.WAITING,
            f"{waiting} bản chờ thầy cô ký số",
            "signing.inbox",
            note="Xem từng bản hoặc ký nhiều bản một lần",
            icon="pen",
            count=waiting,
        )


def _notices(actor: Actor) -> Iterator[Due]:
    unread = unread_count(actor.account_id)
    if not unread:
        return
    newest = [one for one in notices_for(actor.account_id, limit=20) if not one.read]
    urgent = any(one.urgent for one in newest)
    yield Due(
        Urgency.NOW if urgent else Urgency.WAITING,
        f"{unread} thông báo chưa đọc",
        "contactbook.my_notices",
        note=newest[0].title if newest else "",
        icon="bell",
        count=unread,
    )


def _messages(actor: Actor) -> Iterator[Due]:
    unread = unread_messages(actor.account_id, actor)
    if unread:
        yield Due(
            Urgency.WAITING,
            f"{unread} tin nhắn của gia đình chưa đọc",
            "contactbook.threads",
            note="Trả lời trong cùng trang trao đổi",
            icon="mail",
            count=unread,
        )


def _undecided(actor: Actor) -> Iterator[Due]:
    """What this very person wrote without a line, where the school has another value."""
    waiting = open_count(actor.account_id)
    if waiting:
        yield Due(
            Urgency.NOW,
            f"{waiting} mục ghi khi mất mạng chờ thầy cô quyết định",
            "offline.decisions",
            note="Ở trường đang có giá trị khác; chọn giữ giá trị nào",
            icon="alert",
            count=waiting,
        )
