"""Progress follows the classes: pupils who come and go change what is due."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from khue.gradebook.services.results_stale import follow_classes
from kit.fences import EVERYTHING, scoped


@app.periodic(cron="*/2 * * * *")
@app.task(
    name="gradebook.recount_stale", queueing_lock="gradebook.recount_stale", pass_context=False
)
def recount_every_two_minutes(timestamp: int) -> None:
    """Count again the books whose pupils or columns changed, and compute their results anew."""
    del timestamp
    with scoped(EVERYTHING):
        follow_classes(now=timezone.now())
