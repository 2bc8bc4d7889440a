"""Gộp hồ sơ: messages that still wait belong to the file that is kept.

A parent who is kept away later must not get them; what was sent stays as it was sent.
"""

from __future__ import annotations

from django.db.models import Q

from khue.messaging.models import Message
from khue.records.api import Following, register_following


def register() -> None:
    waiting = Q(state=Message.State.WAITING)
    register_following("messaging", {"waiting": Following(Message, moves=waiting)})
