"""What an operation wanted and what was found, kept sealed; those that wait for a decision."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings

from khue.access.api import Actor
from khue.offline.models import DeviceOperation as Row
from kit.cipher import unseal

LABEL = "offline.operation"


def opened(row: Row) -> dict[str, Any]:
    """What was wanted and what was found, unsealed."""
    text = unseal(row.sealed, label=LABEL, key_hex=settings.FIELD_KEY)
    read: dict[str, Any] = json.loads(text)
    return read


def open_rows(actor: Actor) -> Any:
    """Conflicts of this account that wait for a decision; read within `scoped(EVERYTHING)`."""
    return Row.objects.filter(
        account_id=actor.account_id, answer=Row.Answer.CONFLICT, decided_at__isnull=True
    )
