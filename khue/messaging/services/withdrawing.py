"""Thu hồi: what still waits under a context's own intents is not sent."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from khue.messaging.models import Message
from khue.messaging.services.spending import give_budget_back


def cancel_waiting(*, intent_prefix: str, now: datetime, why: str) -> int:
    """Hủy tin chưa gửi whose intent begins so; return how many. The caller passed the gate."""
    with transaction.atomic():
        waiting = Message.objects.select_for_update(skip_locked=True).filter(
            intent__startswith=intent_prefix, state="waiting"
        )
        numbers = list(waiting.values_list("id", flat=True))
        give_budget_back(numbers)
        Message.objects.filter(pk__in=numbers).update(
            state="cancelled", ended_at=now, trouble=why[:300]
        )
    return len(numbers)
