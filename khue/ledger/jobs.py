"""Sealing in the background, every minute."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from khue.ledger.services import seal_new_entries
from kit.fences import EVERYTHING, scoped


@app.periodic(cron="* * * * *")
@app.task(name="ledger.seal", queueing_lock="ledger.seal", pass_context=False)
def seal_every_minute(timestamp: int) -> None:
    """Seal what was appended since the last time."""
    del timestamp
    with scoped(EVERYTHING):
        seal_new_entries(now=timezone.now())
