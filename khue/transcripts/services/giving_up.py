"""Bỏ bản đang ký: requests are taken back, the signatures made so far stay with their version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from khue.access.api import Actor
from khue.ledger.api import append_changes
from khue.signing.api import withdraw_requests
from khue.transcripts.models import Part, Version
from khue.transcripts.rules.states import State
from khue.transcripts.services.holding import Held, change_of, operation_of
from khue.transcripts.services.signed_pdf import withdraw_pdfs

KIND = "transcripts.part"
ENDED = ["state", "ended_at", "reason", "changed_at", "changed_by"]


def give_up_versions(actor: Actor, now: datetime, held: Sequence[Held], reason: str) -> None:
    """Withdraw versions that are being signed; the caller holds their class."""
    if not held:
        return
    told = []
    for one in held:
        old = one.row.state
        one.move(State.WITHDRAWN, actor, now)
        one.row.ended_at = now
        one.row.reason = one.row.reason or reason[:500]
        told.append(change_of(one, "give_up", old=old, reason=reason))
    Version.objects.bulk_update([one.row for one in held], ENDED)
    parts = Part.objects.filter(version__in=[one.row for one in held], signature__isnull=True)
    operation = operation_of(actor, now)
    keys = [str(key) for key in parts.values_list("pk", flat=True)]
    withdraw_requests(operation=operation, kind=KIND, keys=keys, reason=reason)
    withdraw_pdfs(operation, [one.row.pk for one in held], reason)
    append_changes(operation, told)
