"""Jobs: the pointer stays true, and what is kept of people goes when its time is over."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from khue.answers.services.publishing import forget_uploads, point, remove_unused_files


@app.periodic(cron="* * * * *")
@app.task(name="khue.answers.point", queueing_lock="khue.answers.point")
def point_again(timestamp: int) -> None:
    """Each minute: a process that died between its commit and the pointer leaves no difference."""
    point()


@app.periodic(cron="53 2 * * *")
@app.task(name="khue.answers.forget", queueing_lock="khue.answers.forget")
def forget(timestamp: int) -> None:
    """Each night: old uploads and unused files go."""
    now = timezone.now()
    forget_uploads(now=now)
    remove_unused_files(now=now)
