"""The jobs of papers: the shelf is cleared of what its owners did not fetch."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from khue.papers.services import clear_shelf


@app.periodic(cron="23 * * * *")
@app.task(name="papers.clear_shelf", queueing_lock="papers.clear_shelf", pass_context=False)
def clear_every_hour(timestamp: int) -> None:
    """Remove printed files that are older than a day."""
    del timestamp
    clear_shelf(now=timezone.now())
