"""Signatures that wait for a timestamp are finished; what a browser left prepared is given back."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from khue.signing.services.finishing import finish_unfinished, release_prepared
from kit.fences import EVERYTHING, scoped


@app.periodic(cron="* * * * *")
@app.task(
    name="signing.finish_unfinished",
    queueing_lock="signing.finish_unfinished",
    pass_context=False,
)
def finish_every_minute(timestamp: int) -> None:
    """Each minute: ask again for the timestamps and proofs that were not to be had."""
    del timestamp
    with scoped(EVERYTHING):
        now = timezone.now()
        release_prepared(now=now)
        finish_unfinished(now=now)
