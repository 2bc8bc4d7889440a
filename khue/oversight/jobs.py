"""What oversight does by itself."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from khue.oversight.services.counting import count_all_faults, follow_changes


@app.periodic(cron="* * * * *")
@app.task(name="oversight.follow", queueing_lock="oversight.follow", pass_context=False)
def follow_files(timestamp: int) -> None:
    """Each minute: the faults of schools whose files changed."""
    del timestamp
    while follow_changes(now=timezone.now()):
        continue


@app.periodic(cron="11 18 * * *")
@app.task(name="oversight.count_all", queueing_lock="oversight.count_all", pass_context=False)
def count_each_night(timestamp: int) -> None:
    """Each night (01:11 in Viet Nam): every school, because a new day changes what holds."""
    del timestamp
    count_all_faults(now=timezone.now())
